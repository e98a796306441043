"""DAGs from a Git repository that asks for a token, in a whole Airflow."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from airflow_fargate.dag_bundle import bundle_environment
from airflow_fargate.git_dags import GitDags

import pytest
from tests.dag_bundles.git_server import TOKEN, USER, GitServer, git_server
from tests.running.aws import NAME
from tests.running.processes import wait_until
from tests.running.rest import quoted
from tests.running.running_airflow import RunningAirflow

pytestmark = pytest.mark.slow

DAG_ID = "git_dags"
DAG = """
import pathlib
import time

from airflow.sdk import DAG, Param, task
from git_dags_words import WORD

with DAG("git_dags", params={"until": Param("", type="string")}):

    @task
    def wait(params):
        while not pathlib.Path(params["until"]).exists():
            time.sleep(0.1)

    @task
    def say():
        return WORD

    wait() >> say()
"""


@pytest.fixture
def repository(airflow: RunningAirflow, tmp_path: Path) -> Iterator[GitServer]:
    """A repository that DAG processor and worker fetch from, for the time of a test."""
    connection = {"conn_type": "git", "login": USER, "password": TOKEN}
    airflow.aws.client("secretsmanager").create_secret(
        Name=f"{NAME}/connections/git_dags", SecretString=json.dumps(connection)
    )

    def start_anew(variables: dict[str, str]) -> None:
        for component in ("dag-processor", "worker"):
            airflow.running(component).stop()
            airflow.start(component, **variables)

    with git_server(tmp_path) as server:
        server.push(files("first"))
        dags = GitDags(
            repo_url=server.url,
            subdir="dags",
            git_conn_id="git_dags",
            refresh_interval_seconds=10,
        )
        start_anew({**bundle_environment(dags), "GIT_SSL_CAINFO": str(server.ca_file)})
        try:
            yield server
        finally:
            start_anew({})


def files(word: str) -> dict[str, str]:
    # The DAG's own file changes as well, so that it is read again at once.
    return {
        "dags/git_dags.py": f"{DAG}# {word}\n",
        "dags/git_dags_words.py": f'WORD = "{word}"\n',
    }


def test_a_run_ends_with_the_commit_that_it_began_with(
    airflow: RunningAirflow, repository: GitServer, tmp_path: Path
) -> None:
    airflow.add_dags([], DAG_ID)
    go_on = tmp_path / "go-on"
    early = airflow.trigger(DAG_ID, {"until": str(go_on)})
    airflow.wait_for_task(DAG_ID, early, "wait", "running", timeout_seconds=180)
    pushed = repository.push(files("second"))

    def known() -> Any:
        return airflow.api.get(f"dags/{DAG_ID}")["bundle_version"] == pushed

    wait_until(known, "the push to be known", 180)
    late = airflow.trigger(DAG_ID, {"until": str(go_on)})
    go_on.touch()

    words = {}
    for name, run in (("early", early), ("late", late)):
        airflow.wait_for(DAG_ID, run, timeout_seconds=240)
        said = f"dags/{DAG_ID}/dagRuns/{quoted(run)}/taskInstances/say/xcomEntries/return_value"
        words[name] = airflow.api.get(said)["value"]
    assert words == {"early": "first", "late": "second"}
