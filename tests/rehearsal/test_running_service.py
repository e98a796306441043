"""A service that runs, under Terraform: applied, updated, unchanged in a plan, destroyed."""

import os
import shutil
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import boto3
import pytest

from airflow_fargate_rehearsal.emulator import embedded_aws
from airflow_fargate_rehearsal.terraform.binary import find_terraform, terraform_platform
from airflow_fargate_rehearsal.terraform.driver import Terraform
from airflow_fargate_rehearsal.terraform.environment import rehearsal_environment
from airflow_fargate_rehearsal.terraform.providers import find_mirror, write_cli_config

ROOT = Path(__file__).parents[2]
IMAGE = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/web:1"


@pytest.mark.slow
def test_terraform_and_a_service_that_runs_agree(tmp_path: Path) -> None:
    stack = shutil.copytree(Path(__file__).with_name("running_service"), tmp_path / "stack")
    mirror = find_mirror(terraform_platform())
    place = tmp_path / "place"
    (place / "web").mkdir(parents=True)
    (place / "web/Dockerfile").write_text("FROM python:3.13-slim\n")
    (place / "images.jsonl").write_text(f'{{"uri": "{IMAGE}", "folder": "{place / "web"}"}}\n')
    with embedded_aws(tmp_path / "aws.log", fargate=place) as aws:
        environment = rehearsal_environment(
            os.environ,
            endpoint_url=aws.endpoint_url,
            work_folder=tmp_path,
            cli_config=write_cli_config(mirror, tmp_path / "cli.tfrc") if mirror else None,
        )
        environment |= {"TF_VAR_image": IMAGE, "TF_VAR_command": "exec python -m http.server 8080"}
        terraform = Terraform(
            binary=find_terraform(ROOT, print), folder=stack, environment=environment
        )
        terraform.init()
        terraform.apply()
        first = _settled(aws.endpoint_url)
        assert (first["runningCount"], first["events"][0]["message"]) == (
            2,
            "(service web) has reached a steady state.",
        )
        assert terraform.plan() == {}

        slower = "sleep 1; exec python -m http.server 8080"
        changed = replace(terraform, environment={**environment, "TF_VAR_command": slower})
        changed.apply()
        second = _settled(aws.endpoint_url)
        assert second["taskDefinition"] != first["taskDefinition"]
        assert changed.plan() == {}
        assert aws.findings() == []

        changed.destroy()
        assert aws.created() == {}
    assert (tmp_path / "aws.log").read_text() == ""
    assert list((place / "tasks").iterdir()) == []


def _settled(endpoint_url: str) -> dict[str, Any]:
    ecs = boto3.client(
        "ecs",
        region_name="eu-west-1",
        endpoint_url=endpoint_url,
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
    )

    def describe() -> dict[str, Any]:
        return ecs.describe_services(cluster="running", services=["web"])["services"][0]

    return _until(describe, lambda s: s["deployments"][0]["rolloutState"] == "COMPLETED")


def _until(
    describe: Callable[[], dict[str, Any]], comes: Callable[[dict[str, Any]], bool]
) -> dict[str, Any]:
    end = time.monotonic() + 120
    while not comes(found := describe()):
        assert time.monotonic() < end, found
        time.sleep(0.2)
    return found
