"""docs/writing-dags.md, its files put into a clone: they run, and `make test` stays green."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.documents import blocks, files, write_files

pytestmark = pytest.mark.real

ROOT = Path(__file__).parent.parent
DOCUMENT = "writing-dags.md"
PYTEST = ("-m", "pytest", "-p", "no:cacheprovider")


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """The document's files in a clone of the project, as far as these tests need it."""
    write_files(DOCUMENT, tmp_path)
    for folder in ("dags", "task_images", "tests/inside_airflow"):
        shutil.copytree(ROOT / folder, tmp_path / folder, dirs_exist_ok=True)
    for file in ("Makefile", "pyproject.toml", "tests/conftest.py"):
        shutil.copy(ROOT / file, tmp_path / file)
    for folder in ("airflow_image", "docs"):
        (tmp_path / folder).symlink_to(ROOT / folder)
    (tmp_path / ".tools/stamps").mkdir(parents=True)
    (tmp_path / ".tools/venvs").symlink_to(ROOT / ".tools/venvs")
    return tmp_path


def run(clone: Path, *command: object, **variables: str) -> str:
    """Run a command in the clone; what it printed comes back."""
    # What `make test` was told, this one is not.
    inherited = {
        name: value
        for name, value in os.environ.items()
        if name not in ("ARGS", "MFLAGS") and not name.startswith(("MAKE", "PYTEST_", "AIRFLOW_"))
    }
    ended = subprocess.run(
        [str(each) for each in command],
        cwd=clone,
        env=inherited | variables,
        check=False,
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def test_its_command_runs_the_test(clone: Path) -> None:
    [block] = [block for block in blocks(DOCUMENT, "console") if block.startswith("$ make test")]
    make, *arguments = shlex.split(block.removeprefix("$ "))
    # The environment is the project's own, and must not be made anew from here.
    stamp = clone / ".tools/stamps/airflow"
    stamp.touch()
    assert "3 passed" in run(clone, make, "-o", stamp.relative_to(clone), *arguments)


def test_linter_and_formatter_find_nothing_in_its_files(clone: Path) -> None:
    written = [path for path in files(DOCUMENT) if path.endswith(".py")]
    assert len(written) == 3
    run(clone, sys.executable, "-m", "ruff", "check", "--no-cache", *written)
    run(clone, sys.executable, "-m", "ruff", "format", "--no-cache", "--check", *written)


def test_the_type_checker_finds_nothing_in_its_files(clone: Path) -> None:
    settings = clone / "pyproject.toml"
    where = 'include = ["task_images", "tests/dags"]'  # the rest of the project takes long
    text, replaced = re.subn(
        "^include = .*constructs.*", where, settings.read_text(), flags=re.MULTILINE
    )
    assert replaced == 1
    settings.write_text(text)
    run(clone, sys.executable, "-m", "pyright")


def test_the_projects_own_tests_are_collected_without_its_test(clone: Path) -> None:
    (clone / "tests/test_of_the_project.py").write_text("def test_it() -> None: ...\n")
    said = run(clone, sys.executable, *PYTEST, "--collect-only", "--quiet")
    assert "test_of_the_project.py" in said
    assert "1 test collected" in said


def test_the_projects_own_tests_of_dags_look_at_its_samples_only(clone: Path) -> None:
    python = clone / ".tools/venvs/airflow/bin/python"
    which = ("tests/inside_airflow/test_dags.py", "-k", "each_tells or none_warns")
    variables = {"PYTHONPATH": "airflow_image", "AIRFLOW_HOME": str(clone / "home")}
    said = run(clone, python, *PYTEST, "--confcutdir=tests/inside_airflow", *which, **variables)
    assert "2 passed" in said
