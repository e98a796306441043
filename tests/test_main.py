"""main.py, run as the program that cdktf.json runs."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
STACKS = ("state", "airflow-dev", "airflow-prod")


def synthesize(tmp_path: Path, **variables: str) -> dict[str, dict[str, Any]]:
    # As a program: under pytest, `constructs/` could hide PyPI's package and nobody would notice.
    environment = {k: v for k, v in os.environ.items() if not k.startswith("AIRFLOW_FARGATE_")}
    environment |= {"CDKTF_OUTDIR": str(tmp_path / "out"), **variables}
    subprocess.run([sys.executable, ROOT / "main.py"], cwd=ROOT, check=True, env=environment)
    return {
        name: json.loads((tmp_path / f"out/stacks/{name}/cdk.tf.json").read_text())
        for name in STACKS
    }


@pytest.fixture(scope="module")
def stacks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    return synthesize(tmp_path_factory.mktemp("stacks"))


def test_nothing_synthesized_names_this_machine_or_an_account(
    stacks: dict[str, dict[str, Any]],
) -> None:
    text = json.dumps(stacks)
    assert str(ROOT) not in text
    assert not any(part.isdigit() and len(part) == 12 for part in text.split('"'))


def test_state_is_local_until_there_is_a_bucket(
    stacks: dict[str, dict[str, Any]], tmp_path: Path
) -> None:
    assert stacks["state"]["terraform"]["backend"] == {
        "local": {"path": "../../../terraform.state.tfstate"}
    }
    with_bucket = synthesize(tmp_path, AIRFLOW_FARGATE_STATE_BUCKET="states")
    for name in STACKS:
        backend = with_bucket[name]["terraform"]["backend"]["s3"]
        assert (backend["bucket"], backend["key"]) == ("states", f"{name}/terraform.tfstate")
        assert backend["use_lockfile"] is True


def test_protection_is_on_where_data_must_stay_and_one_variable_takes_it_off(
    stacks: dict[str, dict[str, Any]], tmp_path: Path
) -> None:
    def protected(found: dict[str, dict[str, Any]], stack: str) -> list[str]:
        return sorted(
            f"{type_}.{name}"
            for type_, resources in found[stack]["resource"].items()
            for name, resource in resources.items()
            if resource.get("lifecycle", {}).get("prevent_destroy")
            or resource.get("deletion_protection")
        )

    assert protected(stacks, "state") == ["aws_s3_bucket.state"]
    assert protected(stacks, "airflow-dev") == []
    assert protected(stacks, "airflow-prod") == [
        "aws_db_instance.database",
        "aws_efs_file_system.shared_storage",
    ]
    without = synthesize(tmp_path, AIRFLOW_FARGATE_UNPROTECT="1")
    assert [protected(without, name) for name in STACKS] == [[], [], []]


def test_prod_has_what_dev_saves(stacks: dict[str, dict[str, Any]]) -> None:
    dev, prod = (stacks[name]["resource"] for name in ("airflow-dev", "airflow-prod"))
    assert dev["aws_nat_gateway"]["network"]["count"] == 1
    assert prod["aws_nat_gateway"]["network"]["count"] == 3
    assert dev["aws_db_instance"]["database"]["multi_az"] is False
    assert prod["aws_db_instance"]["database"]["multi_az"] is True
