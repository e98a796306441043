"""Airflow's image as Fargate runs it: as its user, on a read-only root, without capabilities."""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from tests.images.engine import Engine

pytestmark = pytest.mark.slow

IMAGE = Path(__file__).parents[2] / "airflow_image"
LOOK = """
import errno, importlib.metadata, importlib.util, json, os, ssl, sys
from pathlib import Path

def writing(folder):
    try:
        Path(folder, "probe").touch()
    except OSError as error:
        return errno.errorcode[error.errno]
    return "possible"

points = [
    f"{point.group}:{point.name}"
    for point in importlib.metadata.distribution("airflow-fargate-runtime").entry_points
    if point.load()
]
context = ssl.create_default_context(cafile="/opt/airflow/rds-ca.pem")
modules = ["json", "asyncio.tasks", "sqlalchemy", "airflow.sdk", "airflow_fargate_runtime.health"]
print(json.dumps({
    "user": [os.getuid(), os.getgid()],
    "capabilities": Path("/proc/self/status").read_text().split("CapEff:")[1].split()[0],
    "first process": Path("/proc/1/cmdline").read_text().split(chr(0))[:2],
    "found in volumes": [os.listdir(folder) for folder in ("/tmp", "/opt/airflow/logs")],
    "writing": {folder: writing(folder) for folder in sys.argv[1:]},
    "entry points": sorted(points),
    "certificates": len(context.get_ca_certs()),
    "without bytecode": [
        name for name in modules
        if not Path(importlib.util.find_spec(name).cached).exists()
    ],
}))
"""
IMPORT_DAGS = """
import json
from airflow.dag_processing.dagbag import DagBag
bag = DagBag("/opt/airflow/dags")
print(json.dumps([sorted(bag.dags), bag.import_errors]))
"""


@pytest.fixture(scope="module")
def seen(engine: Engine, airflow_image: str) -> dict[str, Any]:
    """What a program sees inside."""
    folders = ["/tmp", "/opt/airflow/logs", "/opt/airflow", "/opt/airflow/dags", "/home/airflow"]
    looked = engine.run(airflow_image, "python", "-c", LOOK, *folders)
    assert looked.returncode == 0, looked.stderr
    return json.loads(looked.stdout.splitlines()[-1])


def test_it_runs_as_its_user_without_capabilities(seen: dict[str, Any]) -> None:
    assert seen["user"] == [50000, 0]
    assert int(seen["capabilities"], 16) == 0


def test_signals_go_to_airflows_own_process(engine: Engine, airflow_image: str) -> None:
    settings = engine.settings(airflow_image)
    assert settings["Entrypoint"] == ["/usr/bin/dumb-init", "--"]
    assert "DUMB_INIT_SETSID=0" in settings["Env"]


def test_it_writes_to_its_two_volumes_and_nowhere_else(
    engine: Engine, airflow_image: str, seen: dict[str, Any]
) -> None:
    assert sorted(engine.settings(airflow_image)["Volumes"]) == ["/opt/airflow/logs", "/tmp"]
    assert seen["found in volumes"] == [[], []]
    assert seen["writing"] == {
        "/tmp": "possible",
        "/opt/airflow/logs": "possible",
        "/opt/airflow": "EROFS",
        "/opt/airflow/dags": "EROFS",
        "/home/airflow": "EROFS",
    }


def test_the_runtime_is_installed_with_all_that_airflow_loads_of_it(seen: dict[str, Any]) -> None:
    project = tomllib.loads((IMAGE / "pyproject.toml").read_text())["project"]
    declared = project["entry-points"]
    assert seen["entry points"] == sorted(
        f"{group}:{name}" for group, points in declared.items() for name in points
    )


def test_nothing_is_compiled_again_at_every_start(seen: dict[str, Any]) -> None:
    assert seen["without bytecode"] == []


def test_the_certificates_of_rds_are_there(seen: dict[str, Any]) -> None:
    assert seen["certificates"] > 80


def test_airflow_is_the_version_that_is_locked(engine: Engine, airflow_image: str) -> None:
    lock = json.loads((IMAGE.parent / "Pipfile.lock").read_text())
    version = engine.run(airflow_image, "airflow", "version")
    assert f"=={version.stdout.strip()}" == lock["airflow-packages"]["apache-airflow"]["version"]
    # It would say here that it cannot write a configuration.
    assert version.stderr == ""


def test_the_packages_fit_each_other(engine: Engine, airflow_image: str) -> None:
    check = engine.run(airflow_image, "pip", "check")
    assert check.returncode == 0, check.stdout


def test_git_is_there_for_dags_from_git(engine: Engine, airflow_image: str) -> None:
    program = "import git; from airflow.providers.git.bundles.git import GitDagBundle"
    program += "; print(git.Git().version_info)"
    answer = engine.run(airflow_image, "python", "-c", program)
    assert answer.returncode == 0, answer.stderr


def test_the_dags_that_are_baked_in_can_be_imported(engine: Engine, airflow_image: str) -> None:
    files = sorted(path.stem for path in (IMAGE.parent / "dags").glob("*.py"))
    imported = engine.run(airflow_image, "python", "-c", IMPORT_DAGS)
    assert imported.returncode == 0, imported.stderr
    assert json.loads(imported.stdout.splitlines()[-1]) == [files, {}]


def test_a_component_that_does_not_run_is_unhealthy(engine: Engine, airflow_image: str) -> None:
    health = [
        engine.run(airflow_image, "python", "-m", "airflow_fargate_runtime.health", component)
        for component in ("api-server", "worker")
    ]
    assert [answer.returncode for answer in health] == [1, 1]
    assert "has given no sign of life yet" in health[1].stdout
