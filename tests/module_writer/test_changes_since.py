"""Modules are compared with a version of them that Git knows by its tag."""

import copy
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from module_writer.checks.changes import check
from module_writer.checks.manifest import manifest_text
from module_writer.moved import Note
from tests.module_writer.test_changes import CONFIG

Publish = Callable[..., None]


@pytest.fixture
def publish(tmp_path: Path) -> Publish:
    """Write the interface of the module `m`, and make it a version with a tag."""

    def git(*arguments: str) -> None:
        who = ["-c", "user.name=Test", "-c", "user.email=test@example.com"]
        command = ["git", *who, "-c", "commit.gpgsign=false", *arguments]
        subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)

    def run(config: dict[str, Any], tag: str | None = None) -> None:
        folder = tmp_path / "modules/m"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "interface.json").write_text(manifest_text("m", config))
        if tag:
            git("add", ".")
            git("commit", "--message", tag)
            git("tag", tag)

    git("init")
    git("commit", "--allow-empty", "--message", "Begun")
    return run


def without_output() -> dict[str, Any]:
    return copy.deepcopy(CONFIG) | {"output": {}}


def test_without_a_version_there_is_nothing_to_compare_with(
    tmp_path: Path, publish: Publish, capsys: pytest.CaptureFixture[str]
) -> None:
    publish(CONFIG)
    assert check(tmp_path, None, {}) == 0
    assert "there is no tag v*" in capsys.readouterr().out


def test_the_latest_version_is_compared_with_by_default(
    tmp_path: Path, publish: Publish, capsys: pytest.CaptureFixture[str]
) -> None:
    publish(CONFIG, "v1.9.0")
    publish(without_output(), "v1.10.0")
    assert check(tmp_path, None, {}) == 0
    assert "Since v1.10.0, nothing breaks" in capsys.readouterr().out
    assert check(tmp_path, "v1.9.0", {}) == 1
    assert "BREAKS modules/m output.url: is gone" in capsys.readouterr().out


def test_a_note_covers_a_change_but_not_one_from_before_it(
    tmp_path: Path, publish: Publish, capsys: pytest.CaptureFixture[str]
) -> None:
    publish(CONFIG, "v1.0.0")
    publish(without_output())
    told = {"m": [Note(of="output.url", words="Read `api_url`.", since="1.1.0")]}
    assert check(tmp_path, None, told) == 0
    assert "Note: Read `api_url`." in capsys.readouterr().out
    old = {"m": [Note(of="output.url", words="Read `api_url`.", since="1.0.0")]}
    assert check(tmp_path, None, old) == 1


def test_a_module_that_is_gone_breaks_roots_and_a_new_one_does_not(
    tmp_path: Path, publish: Publish, capsys: pytest.CaptureFixture[str]
) -> None:
    publish(CONFIG, "v1.0.0")
    (tmp_path / "modules/m").rename(tmp_path / "modules/n")
    assert check(tmp_path, None, {}) == 1
    said = capsys.readouterr().out
    assert "BREAKS modules/m module: is gone" in said
    assert "modules/n" not in said


def test_a_version_that_is_not_there_is_said(tmp_path: Path, publish: Publish) -> None:
    publish(CONFIG, "v1.0.0")
    with pytest.raises(SystemExit, match=r"v9\.9\.9"):
        check(tmp_path, "v9.9.9", {})
