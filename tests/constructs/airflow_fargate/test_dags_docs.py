"""docs/dags.md: what it shows works, and what it says of the containers is so."""

import json
import re
from pathlib import Path
from typing import Any

import airflow_fargate as af

import pytest

DOCS = (Path(__file__).parents[3] / "docs/dags.md").read_text()


def blocks(language: str) -> list[str]:
    return re.findall(rf"^ *```{language}\n(.*?)^ *```", DOCS, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("block", [b for b in blocks("python") if "import airflow_fargate" in b])
def test_its_settings_are_accepted(block: str) -> None:
    exec(block, {})  # noqa: S102  our own text


def test_its_settings_are_looked_at() -> None:
    assert len([b for b in blocks("python") if "import airflow_fargate" in b]) == 3


def test_its_way_to_a_git_server_is_for_those_that_read_dags_and_for_no_others(
    deploy: Any,
) -> None:
    (block,) = (b for b in blocks("python") if "def let_reach_git" in b)
    names: dict[str, Any] = {}
    exec(re.sub(r"^ {3}", "", block, flags=re.MULTILINE), names)  # noqa: S102  our own text
    deployed = deploy(
        dags=af.GitDags(repo_url="git@git.example.com:dags.git", git_conn_id="repository"),
        then=lambda airflow: names["let_reach_git"](airflow, "10.9.0.0/24"),
    )
    reach = {who for who, target, _ in deployed.rules("egress") if target == "10.9.0.0/24"}
    assert reach == {"dag_processor", "worker_default"}


def test_its_connections_are_json() -> None:
    (with_key,) = blocks("json")
    (with_token,) = re.findall(r"^\{.*\}$", DOCS, re.MULTILINE)
    for connection in (json.loads(with_key), json.loads(with_token)):
        assert connection["conn_type"] == "git"
