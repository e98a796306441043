"""What the program refuses, and how each kind of failure ends."""

import json
from typing import Any

import pytest

HOST = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"
VARIABLE = "AIRFLOW_FARGATE_IMAGE_BUILDER"


@pytest.mark.parametrize(
    ("builder", "command", "code", "message"),
    [
        ("docker", "docker buildx build", 6, "docker could not build or push"),
        ("podman", "podman build", 6, "podman could not build"),
        ("buildah", "buildah push", 6, "buildah could not push"),
        ("docker", "docker login", 5, f"docker could not log in to {HOST}: the reason."),
        ("docker", "aws ecr get-login-password", 5, "gives no password: the reason."),
        ("docker", "aws ecr describe-images", 5, "whether it has"),
        ("docker", "aws --version", 3, "The AWS CLI does not work: the reason."),
    ],
)
def test_each_kind_of_failure_has_its_exit_code(
    machine: Any, builder: str, command: str, code: int, message: str
) -> None:
    machine.install(builder)
    machine.answer(command, 1, "", "something\nthe reason\n")
    done = machine.build()
    assert done.returncode == code
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    if code == 6:
        assert "the reason" in done.stdout  # what the builder says is passed on


def test_without_the_aws_cli_it_says_so_before_anything_is_built(machine: Any) -> None:
    (machine.folder / "bin/aws").unlink()
    machine.install("docker")
    for done in (machine.check(), machine.build()):
        assert done.returncode == 3
        assert "The AWS CLI is missing" in done.stderr
    assert machine.calls == []


def change(machine: Any) -> None:
    (machine.task / "Dockerfile").write_text("FROM other\n")


def change_dags(machine: Any) -> None:
    (machine.folder / "dags/new.py").touch()


def remove(machine: Any) -> None:
    (machine.folder / "dags").rmdir()


@pytest.mark.parametrize(
    ("happens", "message"),
    [
        (change, "has changed since the stack was synthesized"),
        (change_dags, "has changed since the stack was synthesized"),
        (remove, "dags must be a folder; got none. Apply where the stack was synthesized"),
    ],
)
@pytest.mark.parametrize("record", [False, True])
def test_a_folder_that_changed_after_synthesis_is_refused(
    machine: Any, happens: Any, message: str, *, record: bool
) -> None:
    machine.install("docker")
    asked = ("build", machine.uri, json.dumps(machine.described))
    happens(machine)
    file = machine.folder / "record.jsonl"
    done = machine.run(*asked, **({VARIABLE: f"record:{file}"} if record else {}))
    assert done.returncode == 4
    assert message in done.stderr
    assert machine.calls == []
    assert not file.exists()


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["build"],
        ["build", "public.ecr.aws/docker/library/python:3.13", "{}"],
        ["build", f"{HOST}/demo/airflow", "{}"],
        ["build", f"{HOST}/demo/airflow:1", "no JSON"],
        ["build", f"{HOST}/demo/airflow:1", '{"architecture": "ARM64"}'],
    ],
)
def test_a_wrong_call_ends_with_2(machine: Any, arguments: list[str]) -> None:
    done = machine.run(*arguments)
    assert done.returncode == 2
    assert done.stderr
    assert "Traceback" not in done.stderr
