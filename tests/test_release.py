"""What a release asks of the repository before anything is built."""

import subprocess
import sys
from pathlib import Path

import pytest
from tools.release import DISTRIBUTIONS, notes, wrong

ROOT = Path(__file__).parent.parent
CHANGES = """\
# Changelog

## Unreleased

## 1.2.3 - 2026-11-23

### Added

- A gate.

## 1.2.2

- Something older.
"""


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """One in which all is of version 1.2.3."""
    for name in DISTRIBUTIONS:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text('[project]\nversion = "1.2.3"\n')
    (tmp_path / "CHANGELOG.md").write_text(CHANGES)
    (tmp_path / "README.md").write_text("source = git::https://here//modules/x?ref=v1.2.3")
    return tmp_path


def test_all_of_one_version_may_be_released(repository: Path) -> None:
    assert list(wrong("1.2.3", repository)) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("pyproject.toml", "1.2.3", "1.2.2", 'pyproject.toml has version "1.2.2"'),
        ("airflow_image/pyproject.toml", "1.2.3", "1.2.4", 'toml has version "1.2.4"'),
        ("CHANGELOG.md", "## 1.2.3", "## 1.2.1", 'no section "## 1.2.3"'),
        ("CHANGELOG.md", "Unreleased\n", "Unreleased\n\n- One more.\n", 'under "## Unreleased"'),
        ("README.md", "ref=v1.2.3", "ref=v1.2.0", "README.md calls modules by ?ref=v1.2.0"),
    ],
)
def test_what_is_of_another_version_is_named(
    repository: Path, file: str, old: str, new: str, said: str
) -> None:
    text = (repository / file).read_text()
    (repository / file).write_text(text.replace(old, new))
    (found,) = wrong("1.2.3", repository)
    assert said in found


def test_notes_are_the_section_of_the_version() -> None:
    assert notes("1.2.3", CHANGES) == "### Added\n\n- A gate."
    assert notes("1.2.2", CHANGES) == "- Something older."
    assert notes("1.2", CHANGES) == ""


def test_the_changelog_of_this_repository_can_be_read() -> None:
    changes = (ROOT / "CHANGELOG.md").read_text()
    assert notes("Unreleased", changes)


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    program = [sys.executable, ROOT / "tools/release.py", *arguments]
    return subprocess.run(program, check=False, capture_output=True, text=True)


@pytest.mark.parametrize("arguments", [[], ["check"], ["check", "1.2.3"], ["make", "v1.2.3"]])
def test_wrong_use_is_told(arguments: list[str]) -> None:
    ended = run(*arguments)
    assert ended.returncode == 2
    assert "usage: release.py check|notes v" in ended.stderr


def test_a_tag_of_another_version_is_refused() -> None:
    ended = run("check", "v98.7.6")
    assert ended.returncode == 1
    assert 'write "98.7.6" there' in ended.stderr
