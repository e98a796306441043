"""What stands in `modules/` is what the constructs say, and what is stale is found."""

import subprocess
import sys
from pathlib import Path

import module_writer.__main__ as program
import pytest
from tests.conftest import ROOT


@pytest.mark.real
def test_the_modules_are_up_to_date() -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "module_writer", "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr


@pytest.fixture
def published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of one module with two files, and a program that would write just those."""
    files = {"main.tf": "locals {}\n", "examples/basic/main.tf": "# Basic.\n"}
    monkeypatch.setattr(program, "MODULES", tmp_path)
    monkeypatch.setattr(program, "DEFINITIONS", {"network": None})
    monkeypatch.setattr(program, "provider_schemas", lambda _: None)
    monkeypatch.setattr(program, "files_of", lambda *_: files)
    monkeypatch.setattr(sys, "argv", ["module_writer"])
    assert program.main() == 0
    return tmp_path / "network"


def check(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    capsys.readouterr()
    monkeypatch.setattr(sys, "argv", ["module_writer", "--check"])
    return program.main(), capsys.readouterr().out


def test_what_was_just_written_is_not_stale(
    published: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # What Terraform leaves behind when somebody tries an example is no part of a module.
    (published / ".terraform").mkdir()
    (published / ".terraform/modules.json").touch()
    (published / "examples/basic/.terraform.lock.hcl").touch()
    (published / "examples/basic/terraform.tfstate.backup").touch()
    assert check(monkeypatch, capsys) == (
        0,
        "modules/network: 2 files\nAll modules are up to date.\n",
    )


@pytest.mark.parametrize(
    ("file", "text"),
    [("main.tf", "edited\n"), ("main.tf", None), ("examples/basic/main.tf", ""), ("new.tf", "")],
    ids=["edited", "removed", "example edited", "one too many"],
)
def test_a_file_that_differs_is_stale_until_it_is_written_anew(
    published: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    file: str,
    text: str | None,
) -> None:
    if text is None:
        (published / file).unlink()
    else:
        (published / file).write_text(text)
    code, said = check(monkeypatch, capsys)
    assert code == 1
    assert f"Stale: modules/network/{file}. Run `make modules` and commit." in said
    monkeypatch.setattr(sys, "argv", ["module_writer"])
    assert program.main() == 0
    assert check(monkeypatch, capsys)[0] == 0
