"""The programs of the sample DAG, run as Fargate runs them: by their arguments."""

import json
import stat
import subprocess
import sys
from pathlib import Path

import pytest

IMAGES = Path(__file__).parent.parent.parent / "task_images"
RUN = "manual__2026-11-22T10:00:00+00:00"


def run(program: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, IMAGES / program, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def even_odd(kind: str, folder: Path, *more: object) -> subprocess.CompletedProcess[str]:
    return run("even_odd/even_odd.py", kind, "--run", RUN, "--folder", folder, *more)


def numbers(folder: Path) -> subprocess.CompletedProcess[str]:
    return run("numbers/join_numbers.py", "--run", RUN, "--folder", folder)


def test_even_and_odd_are_joined_to_all_the_integers(tmp_path: Path) -> None:
    for kind in ("odd", "even"):
        assert even_odd(kind, tmp_path).returncode == 0
    joined = numbers(tmp_path)
    assert joined.returncode == 0
    assert "odd: 1, 3, 5, 7, 9\n" in joined.stdout
    assert json.loads(joined.stdout.splitlines()[-1]) == list(range(1, 11))


def test_the_count_is_an_argument(tmp_path: Path) -> None:
    for kind in ("odd", "even"):
        assert even_odd(kind, tmp_path, "--count", 3).returncode == 0
    assert json.loads(numbers(tmp_path).stdout.splitlines()[-1]) == [1, 2, 3]


def test_a_retry_writes_the_same_again_and_leaves_nothing_else(tmp_path: Path) -> None:
    even_odd("odd", tmp_path)
    first = (tmp_path / RUN / "odd.json").read_bytes()
    assert even_odd("odd", tmp_path).returncode == 0
    assert (tmp_path / RUN / "odd.json").read_bytes() == first
    assert [file.name for file in (tmp_path / RUN).iterdir()] == ["odd.json"]


def test_each_run_has_its_own_folder(tmp_path: Path) -> None:
    even_odd("odd", tmp_path)
    run("even_odd/even_odd.py", "odd", "--run", "other", "--folder", tmp_path)
    assert {folder.name for folder in tmp_path.iterdir()} == {"other", RUN}


def test_results_are_readable_for_whoever_mounts_the_storage(tmp_path: Path) -> None:
    even_odd("even", tmp_path)
    assert stat.S_IMODE((tmp_path / RUN / "even.json").stat().st_mode) == 0o644


def test_a_half_result_is_told_by_its_exit_code(tmp_path: Path) -> None:
    even_odd("odd", tmp_path)
    joined = numbers(tmp_path)
    assert joined.returncode == 3
    assert "even.json" in joined.stderr


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"count": 1'])
def test_a_broken_result_is_told_by_its_exit_code(tmp_path: Path, text: str) -> None:
    (tmp_path / RUN).mkdir()
    (tmp_path / RUN / "even.json").write_text(text)
    assert numbers(tmp_path).returncode == 3


def test_results_of_different_counts_do_not_fit(tmp_path: Path) -> None:
    even_odd("odd", tmp_path, "--count", 9)
    even_odd("even", tmp_path, "--count", 4)
    joined = numbers(tmp_path)
    assert joined.returncode == 4
    assert "1 to 4" in joined.stderr


def test_storage_that_cannot_be_written_is_told_by_its_exit_code(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    written = even_odd("odd", blocked)
    assert written.returncode == 3
    assert str(blocked) in written.stderr
    assert "Traceback" not in written.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["prime", "--run", "a", "--folder", "/tmp"],
        ["odd", "--run", "../a", "--folder", "/tmp"],
        ["odd", "--run", "..", "--folder", "/tmp"],
        ["odd", "--run", "a/b", "--folder", "/tmp"],
        ["odd", "--run", "a", "--folder", "/tmp", "--count", "0"],
        ["odd", "--run", "a", "--folder", "/tmp", "--count", "-1"],
        ["odd", "--run", "a", "--folder", "/tmp", "--count", "many"],
        ["odd", "--run", "a"],
        [],
    ],
)
def test_wrong_arguments_end_with_2_and_the_usage(arguments: list[str]) -> None:
    ended = run("even_odd/even_odd.py", *arguments)
    assert ended.returncode == 2
    assert "usage:" in ended.stderr


def test_no_program_hides_a_module_of_the_standard_library() -> None:
    programs = {path.stem for path in IMAGES.rglob("*.py")}
    assert programs
    assert not programs & sys.stdlib_module_names


@pytest.mark.parametrize("image", ["even_odd", "numbers"])
def test_an_image_copies_its_program_and_needs_no_syntax_from_a_registry(image: str) -> None:
    dockerfile = (IMAGES / image / "Dockerfile").read_text()
    assert "# syntax" not in dockerfile
    for program in (IMAGES / image).glob("*.py"):
        assert f"COPY {program.name} /app/" in dockerfile
        assert f"/app/{program.name}" in dockerfile.split("ENTRYPOINT")[1]
