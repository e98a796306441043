"""Each statement of a role, removed in turn, is missed by name."""

import json
from typing import Any

import pytest
from moto.core.models import DEFAULT_ACCOUNT_ID
from tests.rehearsal.access.conftest import (
    CLUSTER,
    REGION,
    TAGS,
    TASK,
    Role,
    RoleNamed,
    Stack,
    client,
)

_TASKS_PATH = "/airflow-fargate/airflow-dev/tasks"


@pytest.fixture(scope="module")
def environment(stack: Stack) -> dict[str, str]:
    """What the stack tells Airflow, as far as it is about AWS; and a task on Fargate."""
    ecs = client("ecs")
    roles = f"arn:aws:iam::{DEFAULT_ACCOUNT_ID}:role/airflow-fargate/{REGION}/airflow-dev/even_odd"
    definition = ecs.register_task_definition(
        family="airflow-dev_task_even_odd",
        containerDefinitions=[{"name": "even_odd", "image": "image", "memory": 512}],
        taskRoleArn=roles,
        executionRoleArn=f"{roles}-execution",
        tags=[{"key": "Name", "value": "airflow-dev_task_even_odd"}],
    )["taskDefinition"]["taskDefinitionArn"]
    ecs.create_cluster(clusterName="airflow-dev")
    told = {
        "cluster": CLUSTER,
        "task_definition": definition,
        "container": "even_odd",
        "logs": {"group": f"{_TASKS_PATH}/even_odd", "stream_prefix": "task"},
    }
    client("ssm").put_parameter(
        Name=f"{_TASKS_PATH}/even_odd", Type="String", Value=json.dumps(told), Tags=TAGS
    )
    secret = stack.text("${aws_db_instance.database.master_user_secret[0].secret_arn}")
    queue = stack.text('${aws_sqs_queue.broker["default"].arn}').rpartition(":")[2]
    bucket = stack.text("${aws_s3_bucket.task_logs.arn}").rpartition(":")[2]
    url = f"https://sqs.{REGION}.amazonaws.com/{DEFAULT_ACCOUNT_ID}/{queue}"
    prefixes = {f"{kind}_prefix": f"airflow-dev/{kind}" for kind in ("connections", "variables")}
    return {
        "AIRFLOW_FARGATE_DATABASE_SECRET_ARN": secret,
        "AIRFLOW_FARGATE_TASKS_PATH": _TASKS_PATH,
        "AIRFLOW__CELERY_BROKER_TRANSPORT_OPTIONS__PREDEFINED_QUEUES": json.dumps(
            {"default": {"url": url}}
        ),
        "AIRFLOW__LOGGING__REMOTE_BASE_LOG_FOLDER": f"s3://{bucket}",
        "SECRETS": json.dumps(prefixes),
    }


COMPONENTS = {
    "api_server_task": ["api-server"],
    "dag_processor_task": ["dag-processor"],
    "scheduler_task": ["scheduler"],
    "triggerer_task": ["triggerer"],
    "worker_default_task": ["celery", "worker", "--queues", "default"],
}


def _told(name: str, environment: dict[str, str]) -> dict[str, str]:
    # Workers and the scheduler have no way to people's secrets.
    if name in ("worker_default_task", "scheduler_task"):
        return environment
    return {**environment, "AIRFLOW__SECRETS__BACKEND_KWARGS": environment["SECRETS"]}


def _itself(monkeypatch: pytest.MonkeyPatch, stack: Stack) -> None:
    # The worker's own task, as ECS has it: with the tags of its definition.
    find = stack.facts.find

    def with_the_worker(kind: str, name: str) -> Any:
        if (kind, name) == ("task", TASK):
            found = find("task_definition", "airflow-dev_task_even_odd")
            assert found is not None
            return type(found)(arn=TASK, tags={"Name": "airflow-dev-worker-default"})
        return find(kind, name)

    monkeypatch.setattr(stack.facts, "find", with_the_worker)


@pytest.mark.parametrize("name", COMPONENTS)
def test_a_component_misses_each_statement_of_its_role(
    name: str,
    role_named: RoleNamed,
    environment: dict[str, str],
    stack: Stack,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _itself(monkeypatch, stack)
    role = role_named(name)
    told = _told(name, environment)
    command = ["airflow", *COMPONENTS[name]]
    assert role.lacks(command, told) == set()
    for removed in stack.policies[name]:
        role.gets([each for each in stack.policies[name] if each is not removed])
        missed = role.lacks(command, told)
        assert missed, f"nobody misses {removed['Sid']}"
        assert missed <= set(removed["Action"]), removed["Sid"]


@pytest.mark.parametrize("name", COMPONENTS)
def test_a_component_misses_each_action_of_its_role(
    name: str,
    role_named: RoleNamed,
    environment: dict[str, str],
    stack: Stack,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _itself(monkeypatch, stack)
    role = role_named(name)
    told = _told(name, environment)
    for changed in stack.policies[name]:
        for action in changed["Action"]:
            left = [each for each in changed["Action"] if each != action]
            others = [each for each in stack.policies[name] if each is not changed]
            role.gets([*others, *([{**changed, "Action": left}] if left else [])])
            assert role.lacks(["airflow", *COMPONENTS[name]], told) == {action}


def test_who_looks_connections_up_in_parameter_store_needs_nothing_of_secrets_manager(
    role_named: RoleNamed, environment: dict[str, str]
) -> None:
    role = role_named("triggerer_task")
    backend = "airflow.providers.amazon.aws.secrets.systems_manager"
    told = {
        "AIRFLOW__SECRETS__BACKEND": f"{backend}.SystemsManagerParameterStoreBackend",
        "AIRFLOW__SECRETS__BACKEND_KWARGS": environment["SECRETS"],
    }
    role.gets([{"Effect": "Allow", "Action": ["sqs:ListQueues"], "Resource": "*"}])
    assert role.lacks(["airflow", "triggerer"], told) == {"ssm:GetParameter"}


def _start(role: Role, stack: Stack, name: str) -> set[str | None]:
    """What Fargate does with an execution role to start a task; the actions refused."""
    group = stack.text(f"${{aws_cloudwatch_log_group.{name}.arn}}").partition(":log-group:")[2]
    stream = {"logGroupName": group, "logStreamName": "airflow-dev/worker/1"}
    definition = stack.resources["aws_ecs_task_definition"][name]["container_definitions"]
    # From the definition and not from the policy: what is fetched is what is asked for.
    secrets = set(stack.references(definition, "aws_secretsmanager_secret"))
    repository = stack.references(definition, "aws_ecr_repository")[0]
    pulled = {"repositoryName": stack.text(repository).rpartition("/")[2]}
    refused = {
        role.refusal("ecr", "GetAuthorizationToken"),
        role.refusal("ecr", "BatchGetImage", **pulled),
        role.refusal("ecr", "BatchCheckLayerAvailability", **pulled),
        role.refusal("ecr", "GetDownloadUrlForLayer", **pulled),
        role.refusal("logs", "CreateLogStream", **stream),
        role.refusal("logs", "PutLogEvents", **stream),
    }
    for secret in secrets:
        refused.add(role.refusal("secretsmanager", "GetSecretValue", SecretId=stack.text(secret)))
    return refused - {None}


@pytest.mark.parametrize(
    "name",
    ["api_server", "dag_processor", "scheduler", "triggerer", "worker_default", "task_even_odd"],
)
def test_the_start_of_a_task_misses_each_statement_of_its_execution_role(
    name: str, role_named: RoleNamed, stack: Stack
) -> None:
    role = role_named(f"{name}_execution")
    assert _start(role, stack, name) == set()
    for removed in stack.policies[f"{name}_execution"]:
        role.gets([each for each in stack.policies[f"{name}_execution"] if each is not removed])
        missed = _start(role, stack, name)
        assert missed, f"nobody misses {removed['Sid']}"
        assert missed <= set(removed["Action"]), removed["Sid"]
