"""The outputs of a deployment, and what each says."""

from typing import Any

from cdktf import TerraformOutput
from constructs import Construct

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
