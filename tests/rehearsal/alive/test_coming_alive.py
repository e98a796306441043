"""The program with a small stack that runs: all of it, and its end at several moments."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.rehearsal.alive import small

pytestmark = [pytest.mark.real, pytest.mark.usefixtures("terraform_on_path")]

Start = Callable[..., "subprocess.Popen[str]"]
Finish = Callable[["subprocess.Popen[str]"], tuple[int, str]]


@pytest.fixture
def no_browser(tmp_path: Path, terraform_on_path: None) -> str:
    """A PATH without a browser: what answers here is no Airflow that one could look at."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("sed", "sh", "terraform"):
        found = shutil.which(name)
        assert found
        (programs / name).symlink_to(found)
    return str(programs)


@pytest.fixture
def synthesized() -> Callable[..., Path]:
    """What the app of a small project writes, as its user has it: in cdktf.out."""

    def make(project: Path) -> Path:
        output = project / "cdktf.out"
        variables = {**os.environ, "CDKTF_OUTDIR": str(output)}
        subprocess.run([sys.executable, "app.py"], cwd=project, env=variables, check=True)
        return output / "stacks/small"

    return make


def read_until(process: "subprocess.Popen[str]", text: str) -> str:
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if text in line:
            return said
    pytest.fail(f"ended without saying {text!r}:\n{said}")


def processes_in(folder: Path) -> list[str]:
    """Living processes that work in or on a folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            cwd = str((process / "cwd").readlink())
            command = (process / "cmdline").read_text().replace("\0", " ")
        except OSError:  # ended by now
            continue
        if str(folder) in f"{cwd} {command}":
            found.append(command)
    return found


def all_end(folder: Path, seconds: float = 20) -> bool:
    end = time.monotonic() + seconds
    while processes_in(folder):
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    return True


@pytest.mark.slow  # tests/test_main_job.py holds it for Airflow itself
def test_its_service_runs_its_dag_succeeds_and_a_report_is_written(
    start: Start, finish: Finish, tmp_path: Path, no_browser: str, temporary: Path
) -> None:
    project = small.write(tmp_path / "project")

    exit_code, said = finish(start(project, "--stack", "small", "--dag", "hello", PATH=no_browser))

    assert exit_code == 0, said
    rest = said
    for text in (
        "Waiting for the services of small: serve",
        "ok      All services of small run and are healthy",
        "user admin",
        "ok      admin logs in with the password of the secret",
        "Running the DAG hello",
        "]  Hello from Fargate.",
        "success    greet",
        "its containers' lines are in CloudWatch Logs: 2 lines",
        "ok      Nothing was refused and nothing failed on the way",
        "Destroying small",
        "ok      All is destroyed and nothing is left",
        "Everything held.",
        "Report: ",
    ):
        assert text in rest, said
        rest = rest.partition(text)[2]
    page = (project / "rehearsal-report/index.html").read_text()
    for text in ("serve", "greet", "small-greet", "Hello from Fargate."):
        assert text in page
    assert not list(temporary.iterdir())


def test_a_service_that_fails_ends_a_rehearsal_of_synthesized_output_with_the_reason(
    start: Start,
    finish: Finish,
    tmp_path: Path,
    synthesized: Callable[[Path], Path],
    temporary: Path,
) -> None:
    wrong = {"stand-in": {"command": ["python", "-c", "raise SystemExit('no such component')"]}}
    project = small.write(tmp_path / "project", load_balancer=False, changes=wrong)
    stack = synthesized(project)
    before = sorted(stack.iterdir())
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()

    exit_code, said = finish(start(elsewhere, str(stack)))

    assert exit_code == 1, said
    assert re.search(r"secret:\S+ can be read in its state: write it by secret_string_wo", said)
    assert "Service serve does not hold:" in said
    assert "stopped: Essential container in task exited (EssentialContainerExited)" in said
    assert re.search(r"Container stand-in \(python .+\): exit code 1", said), said
    assert "stand-in  no such component" in said
    assert "no such component" in (elsewhere / "rehearsal-report/index.html").read_text()
    assert sorted(stack.iterdir()) == before
    assert not list(temporary.iterdir())


@pytest.mark.parametrize(
    ("moment", "number"),
    [
        ("Kept running", signal.SIGKILL),
        pytest.param("Waiting for the services", signal.SIGTERM, marks=pytest.mark.slow),
        pytest.param("Kept running", signal.SIGINT, marks=pytest.mark.slow),
        pytest.param("Kept running", signal.SIGTERM, marks=pytest.mark.slow),
        pytest.param("Waiting for the services", signal.SIGINT, marks=pytest.mark.slow),
        pytest.param("Waiting for the services", signal.SIGKILL, marks=pytest.mark.slow),
    ],
)
def test_no_process_is_left_of_what_ran(
    start: Start,
    finish: Finish,
    tmp_path: Path,
    temporary: Path,
    *,
    moment: str,
    number: signal.Signals,
) -> None:
    project = small.write(tmp_path / "project", load_balancer=False)
    process = start(project, "--stack", "small", "--keep")
    read_until(process, moment)
    assert any("stand_in.py" in each for each in processes_in(temporary))

    process.send_signal(number)
    finish(process)

    assert all_end(temporary), processes_in(temporary)
    if number != signal.SIGKILL:
        assert not list(temporary.iterdir())
