"""Addresses that people can read, and that never silently replace one another."""

import json
from typing import Any

from airflow_fargate import InvalidValue, Stack
from airflow_fargate.logical_ids import logical_id

import cdktf
import pytest
from cdktf import App
from cdktf_cdktf_provider_aws.sqs_queue import SqsQueue
from constructs import Construct


@pytest.mark.parametrize(
    ("path", "type_", "expected"),
    [
        ("dev/network/vpc", "vpc", "network"),
        ("dev/network/public_subnet", "subnet", "network_public"),
        ("dev/database/db_instance", "db_instance", "database"),
        ("dev/scheduler/ecs_service", "ecs_service", "scheduler"),
        ("dev/network/flow_logs_role/role", "iam_role", "network_flow_logs"),
        ("dev/network/flow_logs_role/role_policy", "iam_role_policy", "network_flow_logs"),
        ("module/_network/vpc", "vpc", "this"),
        ("module/_network/_routing/private_route", "route", "private"),
        ("dev/queue", "sqs_queue", "this"),
        # A user may well call a task "task" or a pool "queue"; the name must not get lost.
        ("dev/task/ecs_task_definition", "ecs_task_definition", "task"),
        ("dev/pool-one/sqs_queue", "sqs_queue", "pool_one"),
        # What a user named stands behind a dot, and keeps its words.
        ("dev/task.load/ecs_task_definition", "ecs_task_definition", "task_load"),
        ("dev/task.load_task/ecs_task_definition", "ecs_task_definition", "task_load_task"),
        ("dev/worker.ecs-service/_service/ecs_service", "ecs_service", "worker_ecs_service"),
        ("dev/outputs/ui_url", "", "outputs_ui_url"),
    ],
)
def test_ids_say_the_part_and_not_the_type_again(path: str, type_: str, expected: str) -> None:
    assert logical_id(path, type_.split("_") if type_ else []) == expected


def test_a_repeated_name_is_refused_and_both_owners_are_named() -> None:
    stack = Stack(App(), "dev", region="eu-west-1")
    SqsQueue(Construct(stack, "jobs"), "sqs_queue")
    SqsQueue(stack, "jobs_queue")
    both = r"dev/jobs_queue and at dev/jobs/sqs_queue would both be \"jobs\" in Terraform"
    with pytest.raises(RuntimeError, match=both):
        cdktf.Testing.synth(stack)


def test_stacks_say_version_ranges_tags_and_where_their_state_is(synth: Any) -> None:
    stack = Stack(App(), "dev", region="eu-west-1", tags={"team": "data"}, state_bucket="states")
    config = json.loads(cdktf.Testing.synth(stack))
    assert config["provider"]["aws"] == [
        {"region": "eu-west-1", "default_tags": [{"tags": {"team": "data"}}]}
    ]
    assert config["terraform"] == {
        "required_version": ">= 1.11.0",
        "required_providers": {
            "aws": {"source": "hashicorp/aws", "version": ">= 5.100.0, < 7.0.0"}
        },
        "backend": {
            "s3": {
                "bucket": "states",
                "key": "dev/terraform.tfstate",
                "region": "eu-west-1",
                "use_lockfile": True,
            }
        },
    }


def test_a_backend_without_bucket_leaves_the_name_to_init(synth: Any) -> None:
    config = json.loads(cdktf.Testing.synth(Stack(App(), "dev", region="eu-west-1")))
    assert "bucket" not in config["terraform"]["backend"]["s3"]


def test_a_region_that_is_none_is_refused() -> None:
    with pytest.raises(InvalidValue, match=r"Stack\.region must be an AWS region.*got 'Ireland'"):
        Stack(App(), "dev", region="Ireland")
