"""docs/configuration.md: what it shows works, and its table is what components are told."""

import re
from pathlib import Path
from typing import Any

import pytest

DOCS = (Path(__file__).parents[3] / "docs/configuration.md").read_text()
COMPONENTS = ("api-server", "scheduler", "dag-processor", "triggerer", "worker")
SECRETS = {
    "`core.fernet_key`": "AIRFLOW__CORE__FERNET_KEY",
    "`api_auth.jwt_secret`": "AIRFLOW__API_AUTH__JWT_SECRET",
    "`api.secret_key`": "AIRFLOW__API__SECRET_KEY",
}


def blocks() -> list[str]:
    return re.findall(r"^```python\n(.*?)^```", DOCS, re.MULTILINE | re.DOTALL)


def table() -> dict[str, list[str]]:
    """Components with a yes, by what the row is about."""
    rows = [
        [cell.strip() for cell in line.strip().strip("|").split("|")]
        for line in DOCS.split("## Which component is told what")[1].splitlines()
        if line.startswith("| ") and "yes" in line
    ]
    return {
        row[0]: [c for c, cell in zip(COMPONENTS, row[1:], strict=True) if cell == "yes"]
        for row in rows
    }


@pytest.mark.parametrize("block", blocks())
def test_its_python_is_python(block: str) -> None:
    compile(block, "docs/configuration.md", "exec")


@pytest.mark.parametrize("block", [block for block in blocks() if "airflow_fargate" in block])
def test_its_settings_are_accepted(block: str) -> None:
    exec(block, {})  # noqa: S102  our own text


def test_its_settings_are_looked_at() -> None:
    assert len([block for block in blocks() if "airflow_fargate" in block]) >= 2


def test_its_table_says_who_has_what(tell: Any) -> None:
    told = tell()
    rows = table()
    for row, name in SECRETS.items():
        assert rows.pop(row) == [c for c in COMPONENTS if name in told[c]["secrets"]], row

    def who(name: str) -> list[str]:
        return [c for c in COMPONENTS if name in told[c]["environment"]]

    assert rows == {
        "looks up connections and variables": who("AIRFLOW__SECRETS__BACKEND"),
        "database's password": who("AIRFLOW_FARGATE_DATABASE_SECRET_ARN"),
        "where Fargate tasks are": who("AIRFLOW_FARGATE_TASKS_PATH"),
    }
