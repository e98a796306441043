"""The tag of an image: what changes it, what does not, and the rule as docs/images.md has it."""

import hashlib
import os
import shutil
import socket
from collections.abc import Callable
from pathlib import Path

from airflow_fargate.image_builder.tag import Source, UnusableFile

import pytest


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "task"
    (made / "code").mkdir(parents=True)
    (made / "Dockerfile").write_text("FROM python:3.13-slim\n")
    (made / "code/run.py").write_text("print(1)\n")
    (made / "code/start").write_text("#!/bin/sh\n")
    (made / "code/start").chmod(0o755)
    (made / "code/latest").symlink_to("run.py")
    return made


def tag(folder: Path, **others: object) -> str:
    return Source(**{"architecture": "X86_64", "folder": folder, **others}).tag  # type: ignore[arg-type]


def test_the_rule_is_the_documented_one(folder: Path, tmp_path: Path) -> None:
    dags = tmp_path / "dags"
    dags.mkdir()
    (dags / "tägliche.py").write_text("")
    source = Source("ARM64", folder, {"dags": dags}, {"EXTRA": 'a\n"b"', "B": ""})

    def sha256(text: str) -> str:
        return hashlib.sha256(text.encode()).hexdigest()

    text = (
        "airflow-fargate image, rule 1\n"
        "architecture ARM64\n"
        'argument "B" ""\n'
        'argument "EXTRA" "a\\n\\"b\\""\n'
        'context ""\n'
        f'file - {sha256("FROM python:3.13-slim" + chr(10))} "Dockerfile"\n'
        'link "run.py" "code/latest"\n'
        f'file - {sha256("print(1)" + chr(10))} "code/run.py"\n'
        f'file x {sha256("#!/bin/sh" + chr(10))} "code/start"\n'
        'context "dags"\n'
        f'file - {sha256("")} "t\\u00e4gliche.py"\n'
    )
    assert "".join(f"{line}\n" for line in source.lines()) == text
    assert source.tag == sha256(text)[:16]


def rename(folder: Path) -> None:
    (folder / "code/run.py").rename(folder / "code/go.py")


def edit(folder: Path) -> None:
    (folder / "code/run.py").write_text("print(2)\n")


def make_executable(folder: Path) -> None:
    (folder / "code/run.py").chmod(0o744)


def add(folder: Path) -> None:
    (folder / "empty").touch()


def turn_link(folder: Path) -> None:
    (folder / "code/latest").unlink()
    (folder / "code/latest").symlink_to("start")


def replace_link(folder: Path) -> None:
    (folder / "code/latest").unlink()
    (folder / "code/latest").write_text("print(1)\n")


def move_content(folder: Path) -> None:
    # The same bytes, with the border between two files elsewhere.
    (folder / "code/run.py").write_text("print(1)\n#!/bin")
    (folder / "code/start").write_text("/sh\n")


@pytest.mark.parametrize(
    "change", [rename, edit, make_executable, add, turn_link, replace_link, move_content]
)
def test_a_change_of_what_is_built_changes_the_tag(
    folder: Path, change: Callable[[Path], None]
) -> None:
    before = tag(folder)
    change(folder)
    assert tag(folder) != before


def leave_caches(folder: Path) -> None:
    for cache in ("__pycache__", ".pytest_cache", "code/__pycache__", "code/it.egg-info"):
        (folder / cache).mkdir()
        (folder / cache / "something").write_text("x")
    (folder / "code/run.pyc").write_text("x")
    (folder / ".DS_Store").write_text("x")


def touch(folder: Path) -> None:
    os.utime(folder / "Dockerfile", (1, 1))


def open_to_the_group(folder: Path) -> None:
    # What git does not keep differs from checkout to checkout.
    (folder / "Dockerfile").chmod(0o664)
    (folder / "code/start").chmod(0o775)


def add_empty_folder(folder: Path) -> None:
    (folder / "nothing").mkdir()


@pytest.mark.parametrize("change", [leave_caches, touch, open_to_the_group, add_empty_folder])
def test_what_no_image_depends_on_leaves_the_tag(
    folder: Path, change: Callable[[Path], None]
) -> None:
    before = tag(folder)
    change(folder)
    assert tag(folder) == before


def test_the_tag_depends_neither_on_the_place_nor_on_the_order_of_files(
    folder: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "elsewhere" / "copy"
    for path in sorted(folder.rglob("*"), reverse=True):
        there = copy / path.relative_to(folder)
        there.parent.mkdir(parents=True, exist_ok=True)
        if path.is_symlink() or path.is_file():
            shutil.copy2(path, there, follow_symlinks=False)
    assert tag(copy) == tag(folder)
    (tmp_path / "link").symlink_to(folder)
    assert tag(tmp_path / "link") == tag(folder)


def test_architecture_build_arguments_and_further_contexts_are_part_of_it(
    folder: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    tags = {
        tag(folder),
        tag(folder, architecture="ARM64"),
        tag(folder, build_arguments={"A": "1"}),
        tag(folder, build_arguments={"A": "2"}),
        tag(folder, build_arguments={"B": "1"}),
        tag(folder, contexts={"dags": other}),
        tag(folder, contexts={"other": other}),
        tag(folder, contexts={"dags": folder}),
    }
    assert len(tags) == 8
    one = tag(folder, build_arguments={"A": "1", "B": "2"})
    assert one == tag(folder, build_arguments={"B": "2", "A": "1"})


def lead_out(folder: Path) -> None:
    (folder / "secrets").symlink_to("../outside")


def lead_out_through_another_link(folder: Path) -> None:
    (folder / "code/up").symlink_to("..")
    (folder / "secrets").symlink_to("code/up/../outside")


def lead_to_an_absolute_path(folder: Path) -> None:
    (folder / "code/absolute").symlink_to(folder / "Dockerfile")


def listen(folder: Path) -> None:
    with socket.socket(socket.AF_UNIX) as opened:
        opened.bind(str(folder / "socket"))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lead_out, r"/secrets must be a link that stays inside .*; got one to \.\./outside"),
        (lead_out_through_another_link, r"/secrets must be a link that stays inside the folder"),
        (lead_to_an_absolute_path, r"/code/absolute must be a link that stays inside"),
        (listen, r"/socket must be a file, a folder or a symbolic link; got something else"),
        (shutil.rmtree, r"/task must be a folder; got none"),
    ],
)
def test_what_cannot_be_part_of_an_image_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[Path], None], message: str
) -> None:
    monkeypatch.chdir(folder.parent)
    change(Path(folder.name) if change is listen else folder)  # a socket's path is short
    with pytest.raises(UnusableFile, match=message):
        tag(folder)
