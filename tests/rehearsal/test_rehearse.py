"""The main job as its user runs it: the program, the real Terraform, a small project."""

import re
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

WriteProject = Callable[..., Path]
Start = Callable[..., "subprocess.Popen[str]"]
Finish = Callable[["subprocess.Popen[str]"], tuple[int, str]]


def read_until(process: "subprocess.Popen[str]", text: str) -> str:
    """Read lines until one holds the text; returns all that were read."""
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if text in line:
            return said
    pytest.fail(f"ended without saying {text!r}:\n{said}")


def processes_in(temporary: Path) -> list[str]:
    """Living processes that work in or on the rehearsal's temporary folder."""
    found = []
    listing = subprocess.run(
        ["ps", "-e", "-ww", "-o", "pid=,stat=,args="], capture_output=True, text=True, check=True
    )
    for line in listing.stdout.splitlines():
        pid, stat, command = line.split(maxsplit=2)
        try:
            folder = str(Path(f"/proc/{pid}/cwd").readlink())
        except OSError:  # ended by now, or a system without /proc
            folder = ""
        if not stat.startswith("Z") and str(temporary) in folder + command:
            found.append(command)
    return found


def ends(condition: Callable[[], object], seconds: float = 10) -> bool:
    """Whether a condition stops to hold within some seconds."""
    end = time.monotonic() + seconds
    while condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    return True


@pytest.mark.slow  # tests/test_main_job.py holds it for the project's own stacks
@pytest.mark.real
@pytest.mark.usefixtures("terraform_on_path")
def test_everything_holds(
    start: Start, finish: Finish, write_project: WriteProject, temporary: Path
) -> None:
    project = write_project()
    before = {*project.iterdir()}

    exit_code, said = finish(start(project, AWS_PROFILE="no-such-profile"))

    assert exit_code == 0, said
    in_order = [
        "Applying state",
        "bucket = state-of-the-rehearsal",
        "Applying airflow-dev",
        "hidden = (sensitive)",
        "parameter = /rehearsed",
        "Systems Manager",
        "Planning airflow-dev again",
        "no changes",
        "Destroying airflow-dev",
        "Applying state without protection",
        "Destroying state",
        "nothing",
        "Everything held.",
    ]
    rest = said
    for text in in_order:
        assert text in rest, said
        rest = rest.partition(text)[2]
    assert "Applying airflow-dev without protection" not in said  # its JSON is the same
    assert "must-not-be-shown" not in said
    assert {*project.iterdir()} - before == {project / "rehearsal-report"}
    assert not list(temporary.iterdir())


@pytest.mark.slow  # one real thing more than a run of `make test` has time for
@pytest.mark.real
@pytest.mark.usefixtures("terraform_on_path")
def test_a_second_plan_with_changes_fails_and_names_them(
    start: Start, finish: Finish, write_project: WriteProject
) -> None:
    restless = {"name": "/restless", "type": "String", "value": "${timestamp()}"}
    project = write_project({"aws_ssm_parameter": {"restless": restless}}, in_s3=False)

    exit_code, said = finish(start(project))

    assert exit_code == 1, said
    assert "A second plan of airflow-dev should be empty" in said
    assert "update aws_ssm_parameter.restless" in said


@pytest.mark.real
@pytest.mark.usefixtures("terraform_on_path")
def test_what_outlives_the_destroy_fails_and_is_named(
    start: Start, finish: Finish, write_project: WriteProject
) -> None:
    # AWS creates the log group of Container Insights; this stack forgets to declare it.
    cluster = {"name": "c", "setting": [{"name": "containerInsights", "value": "enabled"}]}
    project = write_project({"aws_ecs_cluster": {"c": cluster}}, in_s3=False)

    exit_code, said = finish(start(project))

    assert exit_code == 1, said
    assert "After the destroy there is still:" in said
    assert "groups /aws/ecs/containerinsights/c/performance" in said


@pytest.mark.real
@pytest.mark.usefixtures("terraform_on_path")
def test_an_error_of_terraform_is_shown_in_plain_form(
    start: Start, finish: Finish, write_project: WriteProject
) -> None:
    groups = {"first": {"name": "/g"}, "second": {"name": "/g"}}
    project = write_project({"aws_cloudwatch_log_group": groups}, in_s3=False)

    exit_code, said = finish(start(project))

    assert exit_code == 1, said
    assert "terraform apply failed:" in said
    assert "ResourceAlreadyExistsException" in said
    assert "  on aws_cloudwatch_log_group." in said
    assert "@level" not in said
    page = (project / "rehearsal-report/index.html").read_text()
    assert "Something did not hold" in page
    assert "ResourceAlreadyExistsException" in page


@pytest.mark.slow  # one real thing more than a run of `make test` has time for
@pytest.mark.real
@pytest.mark.usefixtures("terraform_on_path")
def test_what_was_applied_before_a_failure_can_be_kept(
    start: Start, finish: Finish, write_project: WriteProject, temporary: Path
) -> None:
    groups = {"first": {"name": "/g"}, "second": {"name": "/g"}}
    project = write_project({"aws_cloudwatch_log_group": groups}, in_s3=False)
    process = start(project, "--keep")
    said = read_until(process, "terraform -chdir=")
    assert "ResourceAlreadyExistsException" in said.partition("This does not hold:")[2]
    assert Path(said.rsplit("-chdir=", 1)[1].split()[0]).is_dir()

    process.send_signal(signal.SIGINT)
    exit_code, _ = finish(process)

    assert exit_code == 1
    assert not list(temporary.iterdir())


@pytest.mark.real
@pytest.mark.usefixtures("terraform_on_path")
@pytest.mark.parametrize(
    ("number", "expected"),
    [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGKILL, -signal.SIGKILL)],
)
def test_no_process_is_left_behind(
    start: Start,
    finish: Finish,
    write_project: WriteProject,
    temporary: Path,
    *,
    number: signal.Signals,
    expected: int,
) -> None:
    # A cluster takes ten seconds: the signal comes in the middle of the apply.
    project = write_project({"aws_ecs_cluster": {"c": {"name": "c"}}}, in_s3=False)
    process = start(project)
    read_until(process, "Applying airflow-dev")
    assert ends(lambda: not any("terraform-provider" in each for each in processes_in(temporary)))

    process.send_signal(number)
    exit_code, _ = finish(process)

    assert exit_code == expected
    assert ends(lambda: processes_in(temporary))
    if number != signal.SIGKILL:
        assert not list(temporary.iterdir())


@pytest.mark.real
@pytest.mark.usefixtures("terraform_on_path")
def test_kept_running_until_ctrl_c(
    start: Start, finish: Finish, write_project: WriteProject, temporary: Path
) -> None:
    process = start(write_project(in_s3=False), "--keep")
    said = read_until(process, "terraform -chdir=")
    assert "export AWS_ENDPOINT_URL=http://127.0.0.1:" in said
    assert re.search(r"export AWS_ACCESS_KEY_ID=(AKIA\w{16}) AWS_SECRET_ACCESS_KEY=\1\n", said)
    assert Path(said.rsplit("-chdir=", 1)[1].split()[0]).is_dir()
    assert "Destroying" not in said

    process.send_signal(signal.SIGINT)
    exit_code, said = finish(process)

    assert exit_code == 0, said
    assert ends(lambda: processes_in(temporary))
    assert not list(temporary.iterdir())
