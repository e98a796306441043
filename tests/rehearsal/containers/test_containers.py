"""Containers of docker or podman: as on Fargate, in the rehearsal's network, and gone with it."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.images.engine import Engine, full_name
from tests.rehearsal.alive import small
from tests.rehearsal.containers.conftest import BASE
from tests.rehearsal.fargate.vpc import Vpc, ask, findings, serve, stop, url

from airflow_fargate_rehearsal.fargate.engine import LABEL

pytestmark = pytest.mark.slow

Start = Callable[..., "subprocess.Popen[str]"]
Finish = Callable[["subprocess.Popen[str]"], tuple[int, str]]
INIT = {"linuxParameters": {"initProcessEnabled": True, "capabilities": {"drop": ["ALL"]}}}
DOCKERFILE = """FROM python:3.13-slim
RUN mkdir -m 750 /data && echo first >/data/file && chown -R 50000:50000 /data
VOLUME /data
WORKDIR /app
COPY app.py .
USER 50000:50000
ENTRYPOINT ["python", "app.py"]
"""
APP = """
import json, os, pathlib, sys
def writes(place):
    try:
        pathlib.Path(place, "written").write_text("it")
    except OSError as error:
        return error.strerror
    return "written"
print(json.dumps({
    "arguments": sys.argv[1:], "directory": os.getcwd(), "user": [os.getuid(), os.getgid()],
    "secret": os.environ["SECRET"], "variable": os.environ["VARIABLE"],
    "data": sorted(os.listdir("/data")),
    "writes": {each: writes(each) for each in ("/app", "/data", "/bare")},
    "capabilities": [line.split()[1] for line in open("/proc/self/status") if "CapEff" in line],
}))
sys.exit(7)
"""


def containers(engine: Engine) -> list[str]:
    """Containers of rehearsals that there are, running or not."""
    return subprocess.run(
        [engine.runner, "ps", "--all", "--quiet", f"--filter=label={LABEL}"],
        env=engine.environment,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()


def running(command: str) -> list[str]:
    """Processes of a command."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):  # ended by now
            found.append(file.read_text().replace("\0", " ").strip())
    return [each for each in found if each == command]


def until(condition: Callable[[], object], seconds: float = 30) -> bool:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    return True


def test_a_container_is_what_its_image_and_its_definition_say(fargate: Any, engine: Engine) -> None:
    image = fargate.image(DOCKERFILE, app__py=APP)
    secret = fargate.client("secretsmanager").create_secret(Name="it", SecretString="with\nlines")
    definition = fargate.define(
        fargate.container(
            image,
            command=["one", "two words"],
            readonlyRootFilesystem=True,
            environment=[{"name": "VARIABLE", "value": "of the definition = $HOME"}],
            secrets=[{"name": "SECRET", "valueFrom": secret["ARN"]}],
            mountPoints=[
                {"sourceVolume": "data", "containerPath": "/data"},
                {"sourceVolume": "bare", "containerPath": "/bare"},
            ],
            **INIT,
        ),
        volumes=[{"name": "data"}, {"name": "bare"}],
    )

    task = fargate.ends(definition)

    assert task["containers"][0]["exitCode"] == 7, task
    [line] = fargate.said(task["taskArn"])
    said = json.loads(line)
    own = os.geteuid() != 0 and engine.runner == "docker"
    assert said == {
        "arguments": ["one", "two words"],
        "directory": "/app",
        "user": [os.geteuid(), 0] if own else [50000, 50000],
        "secret": "with\nlines",
        "variable": "of the definition = $HOME",
        "data": ["file"],
        "writes": {
            "/app": "Read-only file system",
            "/data": "written",
            # Without a VOLUME there, it belongs to root, where root runs the rehearsal.
            "/bare": "Permission denied" if os.geteuid() == 0 else "written",
        },
        "capabilities": ["0000000000000000"],
    }


def test_a_command_that_the_image_has_not_is_the_reason(fargate: Any, engine: Engine) -> None:
    image = fargate.image("FROM python:3.13-slim\n")
    task = fargate.ends(fargate.define(fargate.container(image, command=["no-such-program"])))
    assert engine.settings(full_name(BASE)), "its base, which has the same id, has lost its name"
    assert 'exec: "no-such-program": executable file not found' in task["stoppedReason"]


def test_an_image_that_cannot_be_built_is_told(fargate: Any) -> None:
    image = fargate.image("FROM python:3.13-slim\nRUN exit 3\n")
    task = fargate.ends(fargate.define(fargate.container(image, command=["true"])))
    assert "CannotPullContainerError: " in task["stoppedReason"]
    assert "cannot build" in task["stoppedReason"]


def test_it_becomes_healthy_and_ends_at_sigterm(fargate: Any, engine: Engine) -> None:
    image = fargate.image("FROM python:3.13-slim\n")
    check = {"command": ["CMD", "test", "-e", "/tmp/healthy"], "interval": 5}
    source = (
        "import pathlib, time; print('up', flush=True); "
        "pathlib.Path('/tmp/healthy').touch(); time.sleep(300)"
    )
    definition = fargate.define(
        fargate.container(image, command=["python", "-c", source], healthCheck=check, **INIT)
    )
    arn = fargate.run(definition)["taskArn"]
    fargate.until(arn, lambda task: task["healthStatus"] == "HEALTHY")
    assert len(containers(engine)) == 1

    fargate.client("ecs").stop_task(cluster="airflow", task=arn)

    assert fargate.reaches(arn, "STOPPED")["containers"][0]["exitCode"] == 143
    assert containers(engine) == []


def test_security_groups_decide_who_reaches_it(fargate: Any) -> None:
    vpc = Vpc(fargate, "10.30")
    callers, strangers, servers = (vpc.group(each) for each in ("callers", "strangers", "servers"))
    vpc.allow(callers, servers)
    vpc.let_out(strangers, UserIdGroupPairs=[{"GroupId": servers}])
    server = serve(fargate, "server", container=INIT, **vpc.within(servers))
    try:
        said = ask(fargate, url(server), **vpc.within(callers))
        assert said.startswith("got server saw 127."), said
        refused = ask(fargate, url(server), "stranger", **vpc.within(strangers))
        assert "failed" in refused
    finally:
        stop(fargate, server)
    [found] = findings(fargate, f"({strangers})")
    assert (found["kind"], found["subject"]) == ("refused", "task stranger")


def test_a_program_in_c_is_checked_too(fargate: Any) -> None:
    vpc = Vpc(fargate, "10.31")
    strangers, servers = vpc.group("strangers"), vpc.group("servers")
    vpc.let_out(strangers, UserIdGroupPairs=[{"GroupId": servers}])
    server = serve(fargate, "server", container=INIT, **vpc.within(servers))
    try:
        [known] = [each for each in fargate.said(server["taskArn"]) if "known as" in each]
        # Isolated and without its packages, this Python knows nothing of the rehearsal.
        source = (
            f"import socket; print(socket.create_connection(({known.split()[-1]!r}, 8080)).recv(9))"
        )
        image = fargate.image("FROM python:3.13-slim\n")
        command = ["python", "-I", "-S", "-c", source]
        definition = fargate.define(fargate.container(image, command=command), family="in-c")
        fargate.ends(definition, **vpc.within(strangers))
    finally:
        stop(fargate, server)
    assert [each["kind"] for each in findings(fargate, f"({strangers})")] == ["refused"]


@pytest.mark.usefixtures("terraform_on_path")
def test_a_stack_runs_and_nothing_is_left_even_after_sigkill(
    start: Start, finish: Finish, tmp_path: Path, temporary: Path, engine: Engine
) -> None:
    project = small.write(tmp_path / "project", load_balancer=False)
    process = start(project, "--stack", "small", "--containers", "--keep")
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if "Kept running" in line:
            break
    assert "ok      All services of small run and are healthy: serve" in said, said
    assert f"Containers are those of {engine.runner}." in said
    assert len(containers(engine)) == 1

    process.send_signal(signal.SIGKILL)
    finish(process)

    assert until(lambda: not containers(engine)), containers(engine)


@pytest.mark.usefixtures("terraform_on_path", "engine")
def test_a_build_ends_with_the_rehearsal(start: Start, finish: Finish, tmp_path: Path) -> None:
    project = small.write(tmp_path / "project", load_balancer=False)
    with (project / "images/stand-in/Dockerfile").open("a") as dockerfile:
        dockerfile.write("RUN sleep 4321\n")
    process = start(project, "--stack", "small", "--containers")
    assert until(lambda: running("sleep 4321"), 120)

    process.send_signal(signal.SIGKILL)
    finish(process)

    assert until(lambda: not running("sleep 4321"))


def test_what_a_killed_program_left_is_removed_by_the_next(
    engine: Engine,
) -> None:
    # Whose process is over; another's, which runs, stays.
    began = Path(f"/proc/{os.getpid()}/stat").read_text().rpartition(")")[2].split()[19]
    for owner in (f"{os.getpid()}-1", f"{os.getpid()}-{began}"):
        engine._ask("create", f"--label={LABEL}={owner}", full_name(BASE), "true")
    first = set(containers(engine))
    code = (
        "from airflow_fargate_rehearsal.fargate.engine_choice import find_engine; "
        "find_engine().remove_leftovers()"
    )
    try:
        subprocess.run([sys.executable, "-c", code], check=True)
        assert len(first) == 2
        assert len(containers(engine)) == 1
    finally:
        for each in containers(engine):
            engine.remove(each)
