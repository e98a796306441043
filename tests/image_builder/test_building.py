"""How an image is built and pushed, with each builder."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

HOST = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"
VARIABLE = "AIRFLOW_FARGATE_IMAGE_BUILDER"


def what_is_built(machine: Any) -> list[str]:
    return [
        *("--platform", "linux/arm64", "--tag", machine.uri),
        *("--build-arg", "EXTRA=one\ntwo 'three' \"four\" $(five)"),
        *("--build-context", f"dags={machine.folder / 'dags'}"),
        str(machine.task),
    ]


def test_docker_builds_and_pushes_in_one_step(machine: Any) -> None:
    machine.install("docker")
    done = machine.build()
    assert (done.returncode, done.stderr) == (0, "")
    assert f"{machine.uri} is in the registry." in done.stdout
    repository, _, tag = machine.uri.removeprefix(f"{HOST}/").partition(":")
    assert machine.calls == [
        [
            *("aws", "ecr", "describe-images", "--output", "json", "--region", "eu-west-1"),
            *("--registry-id", "123456789012", "--repository-name", repository),
            *("--image-ids", f"imageTag={tag}"),
        ],
        ["aws", "ecr", "get-login-password", "--region", "eu-west-1"],
        ["docker", "login", "--username", "AWS", "--password-stdin", HOST],
        ["docker", "buildx", "build", "--provenance=false", "--push", *what_is_built(machine)],
    ]


@pytest.mark.parametrize("name", ["podman", "buildah"])
def test_podman_and_buildah_build_and_push_and_forget_the_password(machine: Any, name: str) -> None:
    machine.install(name)
    done = machine.build()
    assert (done.returncode, done.stderr) == (0, "")
    (authfile,) = {file for *_, kept in machine.all_calls() for file in kept}
    assert machine.calls[1:] == [
        [name, "build", *what_is_built(machine)],
        ["aws", "ecr", "get-login-password", "--region", "eu-west-1"],
        [name, "login", "--authfile", authfile, "--username", "AWS", "--password-stdin", HOST],
        [name, "push", "--authfile", authfile, machine.uri],
    ]
    assert not Path(authfile).exists()


@pytest.mark.parametrize("name", ["docker", "podman", "buildah"])
def test_the_password_goes_through_a_pipe_and_nowhere_else(machine: Any, name: str) -> None:
    machine.install(name)
    done = machine.build()
    assert machine.password not in done.stdout + done.stderr
    assert [stdin for *_, stdin, _ in machine.all_calls() if stdin] == [machine.password]
    assert not any(
        machine.password in word for _, words, *_ in machine.all_calls() for word in words
    )


def test_a_record_is_written_and_nothing_is_run(machine: Any) -> None:
    (machine.folder / "bin/aws").unlink()
    record = machine.folder / "record.jsonl"
    environment = {VARIABLE: f"record:{record}"}
    assert machine.run("check", "linux/arm64", **environment).returncode == 0
    assert machine.build(**environment).returncode == 0
    assert machine.build(**environment).returncode == 0
    lines = [json.loads(line) for line in record.read_text().splitlines()]
    assert lines == 2 * [
        {
            "uri": machine.uri,
            "platform": "linux/arm64",
            "folder": str(machine.task),
            "contexts": {"dags": str(machine.folder / "dags")},
            "build_arguments": machine.described["build_arguments"],
        }
    ]
    assert machine.all_calls() == []


def test_an_image_that_is_in_the_registry_is_not_built_again(machine: Any) -> None:
    machine.install("docker")
    machine.answer("aws ecr describe-images", 0, "{}")
    done = machine.build()
    assert (done.returncode, done.stdout) == (0, f"{machine.uri} is in the registry already.\n")
    assert [call[:3] for call in machine.calls] == [["aws", "ecr", "describe-images"]]


def test_a_push_is_no_failure_when_another_one_came_first(machine: Any) -> None:
    machine.install("podman")
    # The registry has it from the moment of the push on.
    push = "import sys, pathlib; here = pathlib.Path(sys.argv[0]).parents[1]\n"
    push += "if sys.argv[1] == 'push':\n"
    push += "    answers = here / 'answers'\n"
    push += "    answers.write_text(answers.read_text().replace('254', '0'))\n"
    push += "    sys.exit('tag is immutable')\n"
    push += 'print(\'{"host": {"arch": "amd64"}}\')\n'
    (machine.folder / "bin/podman").write_text(f"#!{sys.executable} -SE\n{push}")
    done = machine.build()
    assert (done.returncode, done.stderr) == (0, "")
    assert "came into the registry meanwhile" in done.stdout
