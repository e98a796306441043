"""Docker or podman, with a Python image: the real one, or a stand-in where no registry answers."""

import os
from collections.abc import Iterator
from pathlib import Path

from airflow_fargate.image_builder.failures import Failure

import pytest
from tests.images.engine import CannotBuild, Engine, full_name
from tests.images.stand_ins import StandIns
from tests.rehearsal.fargate.conftest import Fargate

from airflow_fargate_rehearsal import emulator
from airflow_fargate_rehearsal.fargate.engine_choice import find_init

BASE = "python:3.13-slim"


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """What runs containers on this machine; in the environment, for programs that tests start."""
    folder = tmp_path_factory.mktemp("engine")
    try:
        engine = Engine.of_this_machine(folder)
    except (Failure, CannotBuild) as missing:
        message = f"Containers cannot be run on this machine.\n{missing}"
        raise pytest.fail.Exception(message, pytrace=False) from None
    with pytest.MonkeyPatch.context() as patch:
        for name, value in engine.environment.items():
            patch.setenv(name, value)
        try:
            if engine.pull(BASE) is not None:
                StandIns(engine, tmp_path_factory.mktemp("stand-ins")).make(BASE)
            if engine.runner == "podman" and find_init() is None:
                programs = tmp_path_factory.mktemp("programs")
                patch.setenv("PATH", os.pathsep.join([os.environ["PATH"], str(programs)]))
                _take_init(engine, programs)
            yield engine
        finally:
            engine.remove_everything(folder)


@pytest.fixture(scope="session")
def fargate(tmp_path_factory: pytest.TempPathFactory, engine: Engine) -> Iterator[Fargate]:
    """ECS tasks whose containers the engine runs."""
    folder = tmp_path_factory.mktemp("fargate")
    with emulator.embedded_aws(folder / "log", fargate=folder, containers=True) as aws:
        yield Fargate(aws.endpoint_url, folder)
    assert "Traceback" not in (folder / "log").read_text()


def _take_init(engine: Engine, programs: Path) -> None:
    """Give podman the stand-in's init program, where this machine has none."""
    given = {programs: "/out"}
    taken = engine.run(full_name(BASE), "cp", "/usr/bin/dumb-init", "/out/", mounts=given)
    assert taken.returncode == 0, taken.stderr
