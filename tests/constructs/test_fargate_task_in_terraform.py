"""`FargateTask`: what the real Terraform makes of it, with values and with variables."""

import json
from typing import Any

from airflow_fargate.fargate_task import FargateTask, FargateTaskProps
from airflow_fargate.iam import Statement, StatementsFrom
from airflow_fargate.service_role import ServiceRole
from airflow_fargate.task_host import TaskHost
from airflow_fargate.task_permissions import read_parameters_statements, run_task_statements

import pytest
from cdktf import TerraformVariable, Token

ACCOUNT = "123456789012"
PLACE: dict[str, Any] = {
    "cluster_arn": f"arn:aws:ecs:eu-west-1:{ACCOUNT}:cluster/demo",
    "private_subnet_ids": ["subnet-00000001", "subnet-00000002"],
    "security_group_ids": ["sg-00000001"],
    "file_system_id": "fs-00000001",
    "file_system_arn": f"arn:aws:elasticfilesystem:eu-west-1:{ACCOUNT}:file-system/fs-00000001",
    "access_point_id": "fsap-00000001",
    "access_point_arn": f"arn:aws:elasticfilesystem:eu-west-1:{ACCOUNT}:access-point/fsap-1",
    "architecture": "ARM64",
    "log_retention_days": 90,
    "deletion_protection": False,
    "kms_key_arn": None,
    "permissions_boundary_arn": None,
    "tags": {"team": "data"},
}
NOTHING: dict[str, Any] = {
    "cpu": None,
    "memory_mib": None,
    "ephemeral_storage_gib": None,
    "capacity_provider": None,
    "environment": {},
    "secrets": {},
    "secrets_kms_key_arn": None,
    "shared_storage_path": None,
    "shared_storage_read_only": None,
    "writable_paths": [],
}
EVERYTHING: dict[str, Any] = {
    "cpu": 1024,
    "memory_mib": 2048,
    "ephemeral_storage_gib": 40,
    "capacity_provider": "FARGATE_SPOT",
    "environment": {"LEVEL": "info", "MODE": "fast"},
    "secrets": {
        "DB": f"arn:aws:secretsmanager:eu-west-1:{ACCOUNT}:secret:db-AbCdEf:password::",
        "API": f"arn:aws:ssm:eu-west-1:{ACCOUNT}:parameter/orders/api",
    },
    "secrets_kms_key_arn": f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/mine",
    "shared_storage_path": "/shared",
    "shared_storage_read_only": True,
    "writable_paths": ["/tmp", "/work"],
}
STATEMENTS = (
    "list(object({sid = string, actions = list(string), resources = list(string), "
    "conditions = optional(map(map(list(string))))}))"
)
READ: dict[str, Any] = {
    "sid": "ReadOrders",
    "actions": ["s3:GetObject"],
    "resources": ["arn:aws:s3:::orders/*"],
    "conditions": {"StringEquals": {"aws:ResourceTag/team": ["data"]}},
}
REPOSITORY = f"{ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com/report"
TASK = {"task": "report", "image_uri": f"{REPOSITORY}:1"}
TYPES = {int: "number", bool: "bool", list: "list(string)", dict: "map(string)"}
# What AWS makes up, and the policies of a role, which are compared on their own.
OF_THE_MOMENT = ("id", "version", "unique_id", "create_date", "inline_policy")


def module(config: dict[str, Any]) -> dict[str, Any]:
    terraform = {k: v for k, v in config["terraform"].items() if k != "backend"}
    return {k: v for k, v in config.items() if k != "provider"} | {"terraform": terraform}


def variables(stack: Any) -> None:
    """A task all of whose settings are variables, and a worker that may start it."""

    def variable(name: str) -> Any:
        if name == "statements":
            TerraformVariable(stack, name, type=STATEMENTS, nullable=False)
            return [StatementsFrom(text=f"var.{name}")]
        type_ = TYPES.get(type((EVERYTHING | PLACE).get(name, "")), "string")
        made = TerraformVariable(stack, name, type=type_, nullable=True)
        return {
            "string": lambda: made.string_value,
            "number": lambda: made.number_value,
            "bool": lambda: made.boolean_value,
            "list(string)": lambda: made.list_value,
            "map(string)": lambda: Token.as_string_map(made.value),
        }[type_]()

    host = TaskHost(name=variable("name"), **{key: variable(key) for key in PLACE})
    settings = (*TASK, *EVERYTHING, "statements")
    props = FargateTaskProps(**{key: variable(key) for key in settings})
    FargateTask(stack, "_task", props, host=host)
    add_worker(stack, host)


def values(name: str, settings: dict[str, Any]) -> Any:
    def build(stack: Any) -> None:
        host = TaskHost(name=name, **PLACE)
        FargateTask(stack, "_task", FargateTaskProps(**TASK, **settings), host=host)
        add_worker(stack, host)

    return build


def add_worker(stack: Any, host: TaskHost) -> None:
    ServiceRole(
        stack,
        "worker",
        name=f"{host.name}-worker",
        service="ecs-tasks.amazonaws.com",
        acting_for="ecs:*",
        description="Starts tasks",
        statements=[
            *run_task_statements(stack, name=host.name, cluster_arn=host.cluster_arn),
            *read_parameters_statements(stack, name=host.name),
        ],
    )


def read(value: Any) -> Any:
    """A value with JSON in text read, empty things left out, and identifiers too."""
    if isinstance(value, str) and value[:1] in ("{", "["):
        return read(json.loads(value))
    if isinstance(value, dict):
        kept = {key: read(item) for key, item in value.items() if key not in OF_THE_MOMENT}
        return {key: item for key, item in kept.items() if item not in (None, [], {}, "")}
    return [read(item) for item in value] if isinstance(value, list) else value


def applied(state: dict[str, Any], name: str) -> dict[str, Any]:
    """What a module made, with the name of its deployment taken out."""
    (found,) = [
        each
        for each in state["values"]["root_module"]["child_modules"]
        if each["address"] == f"module.{name}"
    ]
    return {
        each["address"].removeprefix(f"module.{name}.").removesuffix("[0]"): read(
            json.loads(json.dumps(each["values"]).replace(name, "DEPLOYMENT"))
        )
        for each in found["resources"]
        if each["mode"] == "managed"
    }


def permitted(policy: dict[str, Any]) -> dict[str, Any]:
    """Statements by id."""
    return {
        each["Sid"]: each | {"Action": sorted(set(each["Action"]))} for each in policy["Statement"]
    }


@pytest.mark.slow  # test_values_or_variables.py holds it for a whole deployment in `make test`
@pytest.mark.real
def test_values_and_variables_make_the_same_and_nothing_changes_afterwards(
    synth: Any, terraform: Any
) -> None:
    # One apply for all: a module with variables called twice, and a module with values.
    modules = {
        "by_variables": module(synth(variables)),
        "by_values": module(
            synth(values("values", EVERYTHING | {"statements": [Statement(**READ)]}))
        ),
        "by_default": module(synth(values("defaults", {}))),
    }
    calls = {
        "values": {"source": "./by_values"},
        "defaults": {"source": "./by_default"},
        "variables": {"source": "./by_variables", "name": "variables", "statements": [READ]}
        | (PLACE | TASK | EVERYTHING),
        "nothing": {"source": "./by_variables", "name": "nothing", "statements": []}
        | (PLACE | TASK | NOTHING),
    }
    runner = terraform(synth(lambda _: None) | {"module": calls}, modules)
    runner.apply()
    assert runner.plan() == {}
    state = runner.show()
    for of_values, of_variables in (("values", "variables"), ("defaults", "nothing")):
        one, other = applied(state, of_values), applied(state, of_variables)
        for address in ("execution", "task", "worker"):
            policy = f"aws_iam_role_policy.{address}"
            first, second = (permitted(each.pop(policy, {}).get("policy", {"Statement": []}))
                             for each in (one, other))  # fmt: skip
            assert second == first
        assert one == other
    runner.destroy()
    assert runner.resource_types() == []
