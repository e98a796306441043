"""The outputs of a deployment, and what each says."""

from typing import Any

from cdktf import TerraformOutput
from constructs import Construct

from .surroundings import region

DESCRIPTIONS = {
    "url": "Address of the user interface",
    "admin_password_command": "Prints the password of the user admin",
    "cluster_name": "ECS cluster",
    "queue_urls": "URL of each worker pool's queue",
    "tasks_parameter_path": "Path in SSM Parameter Store that tells DAGs which tasks there are",
    "load_balancer_dns_name": "Name of the load balancer, for a DNS record of yours",
}
"""What each output is."""


def add_outputs(scope: Construct, **values: Any) -> None:
    """Add outputs, one for each value, each with its description."""
    for name, value in values.items():
        TerraformOutput(scope, name, value=value, description=DESCRIPTIONS[name])


def command_that_prints(scope: Construct, secret_arn: str) -> str:
    """The command of the AWS CLI that prints a secret."""
    return (
        f"aws secretsmanager get-secret-value --region {region(scope)} "
        f"--secret-id {secret_arn} --query SecretString --output text"
    )
