"""The schema of the AWS provider, kept for its version."""

import json
import os
import tempfile
from pathlib import Path

from airflow_fargate_rehearsal.terraform.binary import find_terraform, terraform_platform
from airflow_fargate_rehearsal.terraform.driver import Terraform
from airflow_fargate_rehearsal.terraform.environment import without_aws_access
from airflow_fargate_rehearsal.terraform.providers import (
    REHEARSED_AWS_PROVIDER,
    find_mirror,
    write_cli_config,
)
from module_writer.hcl.schemas import Schemas, read_schemas


def provider_schemas(project: Path, version: str = REHEARSED_AWS_PROVIDER) -> Schemas:
    """Schemas of ``hashicorp/aws`` in a version, and of Terraform's own ``terraform_data``.

    ``project`` is the folder whose ``.tools`` holds Terraform and keeps the answer: asking the
    provider takes about five seconds, reading the file a tenth of one.
    """
    cache = project / f".tools/schemas/aws-{version}.json"
    terraform = find_terraform(project, print)
    if cache.is_file():
        return read_schemas(terraform, project, {}, cache)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environment = without_aws_access(os.environ)
        if mirror := find_mirror(terraform_platform()):
            environment["TF_CLI_CONFIG_FILE"] = str(write_cli_config(mirror, folder / "cli.tfrc"))
        aws = {"source": "hashicorp/aws", "version": version}
        config = {
            "terraform": {"required_providers": {"aws": aws}},
            "resource": {"terraform_data": {"asked_for": {}}},
        }
        (folder / "main.tf.json").write_text(json.dumps(config))
        Terraform(binary=terraform, folder=folder, environment=environment).init()
        return read_schemas(terraform, folder, environment, cache)
