"""A stack of this project, applied to the embedded AWS, as Terraform shows it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from airflow_fargate_rehearsal.console import Console
from airflow_fargate_rehearsal.emulator import embedded_aws
from airflow_fargate_rehearsal.project import open_project
from airflow_fargate_rehearsal.rehearsal import Rehearsal
from airflow_fargate_rehearsal.terraform.binary import find_terraform, terraform_platform
from airflow_fargate_rehearsal.terraform.environment import rehearsal_environment
from airflow_fargate_rehearsal.terraform.providers import find_mirror, write_cli_config


def applied_stack(
    root: Path, stack: str, work_folder: Path, environment: Mapping[str, str]
) -> Mapping[str, Any]:
    """Apply a stack, throw the AWS away, and give what `terraform show -json` said.

    Raises:
        RehearsalError: Something failed; it says what.
    """
    console = Console()
    binary = find_terraform(root, console.step)
    mirror = find_mirror(terraform_platform())
    with embedded_aws(work_folder / "aws.log") as aws:
        settings = rehearsal_environment(
            environment,
            endpoint_url=aws.endpoint_url,
            work_folder=work_folder,
            cli_config=write_cli_config(mirror, work_folder / "cli.tfrc") if mirror else None,
        )
        rehearsal = Rehearsal(
            source=open_project(root),
            stacks=(stack,),
            binary=binary,
            environment=settings,
            work_folder=work_folder,
            aws=aws,
            console=console,
        )
        rehearsal.apply()
        return rehearsal.applied(stack).show()
