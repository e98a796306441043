"""Which engine runs containers, and what it is told."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from airflow_fargate_rehearsal.errors import PreflightError
from airflow_fargate_rehearsal.fargate import engine_choice, network_hook
from airflow_fargate_rehearsal.fargate.engine import LABEL, Engine
from airflow_fargate_rehearsal.fargate.engine_arguments import (
    HOOK_PLACE,
    Mount,
    create_arguments,
    hidden_variables,
)
from airflow_fargate_rehearsal.fargate.engine_choice import find_engine
from airflow_fargate_rehearsal.fargate.runner import Settings

Start = Callable[..., "subprocess.Popen[str]"]
Finish = Callable[["subprocess.Popen[str]"], tuple[int, str]]
DOCKER = """case "$*" in
    --version) echo Docker version 28;;
    "info --format={{json .}}") echo '%s';;
    "context inspect"*) echo %s;;
esac
"""


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder where programs are found."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("AIRFLOW_FARGATE_IMAGE_BUILDER", raising=False)
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    monkeypatch.setattr(engine_choice, "_INIT_FOLDERS", ())
    return tmp_path


def program(folder: Path, name: str, text: str = "") -> None:
    (folder / name).write_text(f"#!/bin/sh\n{text}")
    (folder / name).chmod(0o755)


def docker(folder: Path, info: str = "{}", address: str = "unix:///var/run/docker.sock") -> None:
    program(folder, "docker", DOCKER % (info, address))


def podman(folder: Path, *, remote: str = "false") -> None:
    program(folder, "podman", f'echo \'{{"host": {{"serviceIsRemote": {remote}}}}}\'')


def test_a_machine_without_an_engine_is_told_what_was_looked_for(programs: Path) -> None:
    with pytest.raises(PreflightError) as refused:
        find_engine()
    assert refused.value.exit_code == 2
    message = str(refused.value)
    assert "  docker is not installed\n  podman is not installed\nInstall one of them" in message
    assert "or leave the option out" in message


def test_docker_is_taken_first(programs: Path) -> None:
    docker(programs)
    podman(programs)
    assert find_engine() == Engine("docker")


def test_podman_is_taken_where_it_is_named(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    docker(programs)
    podman(programs)
    program(programs, "tini")
    monkeypatch.setenv("AIRFLOW_FARGATE_IMAGE_BUILDER", "podman")
    assert find_engine() == Engine("podman", str(programs / "tini"))


def test_another_builder_is_refused(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_FARGATE_IMAGE_BUILDER", "buildah")
    with pytest.raises(PreflightError, match="must be docker or podman; got 'buildah'"):
        find_engine()


def test_podman_without_an_init_is_told_the_package(programs: Path) -> None:
    podman(programs)
    with pytest.raises(PreflightError, match=r"podman has no init program .*catatonit"):
        find_engine()


@pytest.mark.parametrize(
    ("info", "address", "reason"),
    [
        ('{"OperatingSystem": "Docker Desktop"}', "unix:///it", "is Docker Desktop"),
        ('{"SecurityOptions": ["name=rootless"]}', "unix:///it", "is rootless"),
        ("{}", "tcp://there:2376", "another machine .tcp://there:2376."),
    ],
)
def test_a_docker_whose_containers_are_elsewhere_is_refused(
    programs: Path, info: str, address: str, reason: str
) -> None:
    docker(programs, info, address)
    with pytest.raises(PreflightError, match=f"docker .*{reason}"):
        find_engine()


def test_a_podman_of_another_machine_is_refused(programs: Path) -> None:
    podman(programs, remote="true")
    with pytest.raises(PreflightError, match="podman runs them on another machine"):
        find_engine()


def test_other_systems_than_linux_are_told_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(PreflightError, match="needs Linux"):
        find_engine()


def test_the_program_ends_before_anything_is_applied(
    programs: Path, start: Start, finish: Finish, write_project: Callable[..., Path]
) -> None:
    project = write_project()
    exit_code, said = finish(start(project, "--containers"))
    assert exit_code == 2
    assert "--containers needs docker or podman on this machine:" in said
    assert "Applying" not in said


def settings(**more: object) -> Settings:
    given = {
        "surroundings": {"AWS_REGION": "eu-west-1", network_hook.HOOK_VARIABLE: "/here/hook.py"},
        "secrets": {"PASSWORD": "hidden", "PATH": "/secret"},
        "given": {"NAME": "a value"},
        "entry_point": None,
        "command": ["run", "it"],
        "membership": None,
    }
    return Settings(**{**given, **more})  # type: ignore[arg-type]


def arguments(definition: dict[str, object], program: str = "docker", **more: object) -> list[str]:
    return create_arguments(
        definition,
        settings(**more),
        engine=Engine(program, "/usr/bin/tini" if program == "podman" else None),
        image_id="sha256:1",
        image_variables={"AWS_REGION"},
        user=["--user=50000:0"],
        mounts=[Mount(Path("/here"), "/there", read_only=True)],
    )


def test_a_definition_becomes_options_and_the_command_comes_last() -> None:
    found = arguments(
        {
            "readonlyRootFilesystem": True,
            "workingDirectory": "/app",
            "linuxParameters": {
                "initProcessEnabled": True,
                "capabilities": {"drop": ["ALL"], "add": ["SYS_PTRACE"]},
            },
        }
    )
    assert found[-3:] == ["sha256:1", "run", "it"]
    assert any(each.startswith(f"--label={LABEL}={os.getpid()}-") for each in found)
    for option in (
        "--network=host",
        "--user=50000:0",
        "--init",
        "--read-only",
        "--cap-drop=ALL",
        "--cap-add=SYS_PTRACE",
        "--workdir=/app",
        "--mount=type=bind,source=/here,target=/there,readonly",
        "--env=NAME=a value",
    ):
        assert option in found


def test_what_a_definition_does_not_say_is_no_option() -> None:
    found = " ".join(arguments({}))
    for option in ("--init", "--read-only", "--cap", "--workdir", "--entrypoint"):
        assert option not in found


def test_an_entry_point_takes_the_place_of_the_images() -> None:
    found = arguments({}, entry_point=["sh", "-c"], command=["true"])
    assert "--entrypoint=sh" in found
    assert found[-3:] == ["sha256:1", "-c", "true"]


def test_secrets_are_named_and_not_shown_unless_the_engine_would_take_them_for_its_own() -> None:
    found = arguments({})
    assert "--env=PASSWORD" in found
    assert not any("hidden" in each for each in found)
    assert hidden_variables(settings()) == {"PASSWORD": "hidden"}
    assert "--env=PATH=/secret" in found


def test_the_image_has_its_own_variables_and_the_hook_its_place() -> None:
    found = arguments({})
    assert not any(each.startswith("--env=AWS_REGION") for each in found)
    assert f"--env={network_hook.HOOK_VARIABLE}={HOOK_PLACE}" in found


def test_podman_gets_what_docker_does_not_know() -> None:
    found = arguments({"linuxParameters": {"initProcessEnabled": True}}, "podman")
    assert "--init-path=/usr/bin/tini" in found
    assert "--http-proxy=false" in found
    assert "--read-only-tmpfs=false" in found
