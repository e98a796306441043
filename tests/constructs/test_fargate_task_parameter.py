"""The parameter that tells DAGs how to start a task."""

import json
import re
from pathlib import Path
from typing import Any

from airflow_fargate.fargate_task import FargateTask, FargateTaskProps
from airflow_fargate.task_host import TaskHost

EXAMPLE = Path(__file__).parent.parent.parent / "docs/examples/task-parameter.v1.json"


def test_the_parameter_is_as_documented(synth: Any) -> None:
    example = json.loads(EXAMPLE.read_text())
    props = FargateTaskProps(task="numbers", image_uri="example.com/numbers:1")
    there = TaskHost(
        name="airflow-dev",
        cluster_arn=example["cluster"],
        private_subnet_ids=example["subnets"],
        security_group_ids=example["security_groups"],
    )
    config = synth(lambda stack: FargateTask(stack, "numbers", props, host=there))["resource"]
    parameter = config["aws_ssm_parameter"]["numbers"]
    group = config["aws_cloudwatch_log_group"]["numbers"]["name"]
    written = (
        parameter["insecure_value"]
        .replace("${aws_ecs_task_definition.numbers.arn}", example["task_definition"])
        .replace("${aws_cloudwatch_log_group.numbers.name}", group)
        .replace("${data.aws_region.current.id}", "eu-west-1")
    )
    assert json.loads(written) == example
    assert parameter["name"] == "/airflow-fargate/airflow-dev/tasks/numbers"
    assert config["aws_ecs_task_definition"]["numbers"]["family"] in example["task_definition"]
    options = json.loads(config["aws_ecs_task_definition"]["numbers"]["container_definitions"])[0]
    assert (
        options["logConfiguration"]["options"]["awslogs-stream-prefix"]
        == (example["logs"]["stream_prefix"])
    )
    assert options["name"] == example["container"]


def test_the_largest_parameter_fits_into_the_standard_tier(synth: Any) -> None:
    props = FargateTaskProps(task="t" * 24, image_uri="example.com/report:1")
    most = TaskHost(
        name="n" * 24,
        cluster_arn=f"arn:aws:ecs:eu-west-1:123456789012:cluster/{'n' * 24}",
        private_subnet_ids=[f"subnet-{n:017x}" for n in range(16)],
        security_group_ids=[f"sg-{n:017x}" for n in range(5)],
    )
    config = synth(lambda stack: FargateTask(stack, "x", props, host=most))["resource"]
    value = config["aws_ssm_parameter"]["x"]["insecure_value"]
    # What Terraform puts in is shorter than 200 characters each.
    assert len(re.sub(r"\$\{[^}]*\}", "x" * 200, value)) <= 4096
