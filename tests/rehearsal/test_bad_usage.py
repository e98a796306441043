"""Each thing that a user can get wrong is one clear message, and nothing is made."""

import socket
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

WriteProject = Callable[..., Path]
Start = Callable[..., "subprocess.Popen[str]"]
Finish = Callable[["subprocess.Popen[str]"], tuple[int, str]]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--port", "no"], "argument --port: must be a number from 1 to 65535; got 'no'"),
        (["--port", "0"], "argument --port: must be a number from 1 to 65535; got '0'"),
        (["--port", "65536"], "argument --port: must be a number from 1 to 65535; got '65536'"),
        (["--stack"], "argument --stack: expected one argument"),
        (["--nonsense"], "unrecognized arguments: --nonsense"),
        ([], "There is no cdktf.json in"),
    ],
)
def test_bad_usage_is_one_clear_message(
    start: Start, finish: Finish, tmp_path: Path, arguments: list[str], message: str
) -> None:
    exit_code, said = finish(start(tmp_path, *arguments))
    assert exit_code == 2
    assert message in said


@pytest.mark.usefixtures("terraform_on_path")
def test_a_port_in_use_is_told(start: Start, finish: Finish, write_project: WriteProject) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        exit_code, said = finish(start(write_project(), "--port", port))
    assert exit_code == 2
    assert f"The embedded AWS cannot listen on 127.0.0.1:{port}: " in said
    assert "Address already in use" in said


@pytest.mark.usefixtures("terraform_on_path")
def test_an_unknown_stack_is_told_with_those_that_there_are(
    start: Start, finish: Finish, write_project: WriteProject
) -> None:
    exit_code, said = finish(start(write_project(), "--stack", "airflow-test"))
    assert exit_code == 2
    assert "There is no stack 'airflow-test'; the app synthesizes airflow-dev, state." in said


@pytest.mark.usefixtures("terraform_on_path")
def test_a_failing_app_is_told_with_what_it_said(
    start: Start, finish: Finish, tmp_path: Path
) -> None:
    (tmp_path / "cdktf.json").write_text('{"app": "echo name is too long; exit 4"}')
    exit_code, said = finish(start(tmp_path))
    assert exit_code == 1
    assert "ended with exit code 4:\n\nname is too long" in said


def test_a_machine_without_terraform_is_told_what_to_install(
    start: Start, finish: Finish, write_project: WriteProject, tmp_path: Path
) -> None:
    offline = "http://127.0.0.1:9"
    exit_code, said = finish(start(write_project(), PATH="/bin", HTTPS_PROXY=offline))
    assert exit_code == 2
    assert "Terraform 1.11 or newer is needed" in said
    assert "Install Terraform 1.11.4 or newer yourself" in said
