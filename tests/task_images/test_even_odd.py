"""The even and the odd, and what joins them: by files in the folder of a DAG run."""

import json
import stat
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

Run = Callable[..., CompletedProcess[str]]
RUN = "manual__2026-11-22T10:00:00.123456+00:00"
PROGRAMS = ("even_odd/even_odd.py", "numbers/join_numbers.py")


@pytest.fixture
def even_odd(run: Run, tmp_path: Path) -> Run:
    return lambda kind, *more: run("even_odd/even_odd.py", kind, "--folder", tmp_path, *more)


@pytest.fixture
def numbers(run: Run, tmp_path: Path) -> Run:
    return lambda: run("numbers/join_numbers.py", "--folder", tmp_path)


def in_airflow(shared: Path, run_id: str = RUN) -> dict[str, str]:
    return {
        "SHARED_FOLDER": str(shared),
        "AIRFLOW_CTX_DAG_ID": "even_odd",
        "AIRFLOW_CTX_DAG_RUN_ID": run_id,
    }


def test_even_and_odd_are_joined_to_all_the_integers(even_odd: Run, numbers: Run) -> None:
    for kind in ("odd", "even"):
        assert even_odd(kind).returncode == 0
    joined = numbers()
    assert joined.returncode == 0
    assert "odd: 1, 3, 5, 7, 9\n" in joined.stdout
    assert json.loads(joined.stdout.splitlines()[-1]) == list(range(1, 11))


def test_the_count_is_an_argument(even_odd: Run, numbers: Run) -> None:
    for kind in ("odd", "even"):
        assert even_odd(kind, "--count", 3).returncode == 0
    assert json.loads(numbers().stdout.splitlines()[-1]) == [1, 2, 3]


def test_a_retry_writes_the_same_again_and_leaves_nothing_else(
    even_odd: Run, tmp_path: Path
) -> None:
    even_odd("odd")
    first = (tmp_path / "odd.json").read_bytes()
    assert even_odd("odd").returncode == 0
    assert (tmp_path / "odd.json").read_bytes() == first
    assert [file.name for file in tmp_path.iterdir()] == ["odd.json"]


def test_in_airflow_each_run_of_each_dag_has_its_own_folder(run: Run, tmp_path: Path) -> None:
    for run_id in (RUN, "other"):
        for kind in ("odd", "even"):
            assert run(PROGRAMS[0], kind, **in_airflow(tmp_path, run_id)).returncode == 0
        assert run(PROGRAMS[1], **in_airflow(tmp_path, run_id)).returncode == 0
    folders = {folder.name for folder in (tmp_path / "even_odd").iterdir()}
    assert folders == {RUN, "other"}


@pytest.mark.parametrize("run_id", ["..", "../other", "a/b", "/etc", "a b", "ü", "a\nb", "%2E%2E"])
def test_no_run_id_leads_out_of_the_dags_folder(run: Run, tmp_path: Path, run_id: str) -> None:
    shared = tmp_path / "shared"
    assert run(PROGRAMS[0], "odd", **in_airflow(shared, run_id)).returncode == 0
    [file] = tmp_path.rglob("*.json")
    assert file.parent.parent == shared / "even_odd"
    assert run(PROGRAMS[0], "odd", **in_airflow(shared, "other")).returncode == 0
    assert len(list(tmp_path.rglob("*.json"))) == 2


@pytest.mark.parametrize("program", PROGRAMS)
def test_without_airflow_and_without_a_folder_the_usage_is_shown(run: Run, program: str) -> None:
    ended = run(program, *(["odd"] if program == PROGRAMS[0] else []))
    assert ended.returncode == 2
    assert "outside of Airflow" in ended.stderr
    assert "--folder" in ended.stderr


def test_results_are_readable_for_whoever_mounts_the_storage(even_odd: Run, tmp_path: Path) -> None:
    even_odd("even")
    assert stat.S_IMODE((tmp_path / "even.json").stat().st_mode) == 0o644


def test_a_half_result_is_told_by_its_exit_code(even_odd: Run, numbers: Run) -> None:
    even_odd("odd")
    joined = numbers()
    assert joined.returncode == 3
    assert "even.json: No such file" in joined.stderr


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"count": 1', '{"count": 1, "numbers": 2}', '{"count": 1, "numbers": ["a"]}'],
)
def test_a_broken_result_is_told_by_its_exit_code(numbers: Run, tmp_path: Path, text: str) -> None:
    (tmp_path / "even.json").write_text(text)
    joined = numbers()
    assert joined.returncode == 3
    assert "Traceback" not in joined.stderr


def test_results_of_different_counts_do_not_fit(even_odd: Run, numbers: Run) -> None:
    even_odd("odd", "--count", 9)
    even_odd("even", "--count", 4)
    joined = numbers()
    assert joined.returncode == 4
    assert "1 to 4" in joined.stderr


def test_storage_that_cannot_be_written_is_told_by_its_exit_code(run: Run, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    written = run(PROGRAMS[0], "odd", "--folder", blocked)
    assert written.returncode == 3
    assert str(blocked) in written.stderr
    assert "Traceback" not in written.stderr


@pytest.mark.parametrize(
    "arguments",
    [["prime"], ["odd", "--count", "0"], ["odd", "--count", "-1"], ["odd", "--count", "many"],
     ["odd", "--count", "1000001"], ["odd", "--count", ""], ["odd", "--count", "1.5"], []],
)  # fmt: skip
def test_wrong_arguments_end_with_2_and_the_usage(run: Run, arguments: list[str]) -> None:
    ended = run(PROGRAMS[0], *arguments, SHARED_FOLDER="/tmp")
    assert ended.returncode == 2
    assert "usage:" in ended.stderr
