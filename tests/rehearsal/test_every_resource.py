"""Every kind of resource that the stacks use: applied, unchanged in a second plan, destroyed."""

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from airflow_fargate_rehearsal.emulator import embedded_aws
from airflow_fargate_rehearsal.terraform.binary import find_terraform, terraform_platform
from airflow_fargate_rehearsal.terraform.driver import Terraform
from airflow_fargate_rehearsal.terraform.environment import rehearsal_environment
from airflow_fargate_rehearsal.terraform.providers import find_mirror, write_cli_config

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_apply_second_plan_and_destroy_of_every_resource(tmp_path: Path) -> None:
    stack = shutil.copytree(Path(__file__).with_name("every_resource"), tmp_path / "stack")
    mirror = find_mirror(terraform_platform())
    with embedded_aws(tmp_path / "aws.log") as aws:
        environment = rehearsal_environment(
            os.environ,
            endpoint_url=aws.endpoint_url,
            work_folder=tmp_path,
            cli_config=write_cli_config(mirror, tmp_path / "cli.tfrc") if mirror else None,
        )
        protected = Terraform(
            binary=find_terraform(ROOT, print), folder=stack, environment=environment
        )
        protected.init()
        protected.apply()
        assert protected.plan() == {}
        assert (tmp_path / "aws.log").read_text() == ""  # no unknown call, no failure

        unprotected = replace(protected, environment={**environment, "TF_VAR_protect": "false"})
        unprotected.apply()
        unprotected.destroy()
        assert aws.created() == {}
        assert "secret rehearsed/kept" in aws.kept_by_aws()["secretsmanager"]
