"""What services may do, and what ECS may do to start them."""

import json
from fnmatch import fnmatchcase
from typing import Any

from airflow_fargate import Statement
from airflow_fargate.task_names import task_family
from airflow_fargate.task_permissions import run_task_statements

import pytest

TOLD_WHAT_THEY_MAY = ["scheduler", "api_server", "dag_processor", "triggerer"]
KINDS = [*TOLD_WHAT_THEY_MAY, "worker_default"]
CLUSTER = "arn:aws:ecs:eu-west-1:123456789012:cluster/demo"
PASSWORD = "AIRFLOW_FARGATE_ADMIN_PASSWORD"


def test_the_admin_password_is_known_to_the_migration_only(all_services: Any) -> None:
    knows = [
        container["name"]
        for kind in KINDS
        for container in all_services.containers(kind).values()
        if PASSWORD in json.dumps(container)
    ]
    assert knows == ["migrate"]
    arn = "${aws_secretsmanager_secret.credentials_admin_password.arn}"
    policies = all_services.resources["aws_iam_role_policy"]
    readers = [name for name, policy in policies.items() if arn in policy["policy"]]
    assert readers == ["scheduler_execution"]


@pytest.mark.parametrize("kind", KINDS)
def test_ecs_reads_exactly_the_secrets_that_the_containers_get(
    all_services: Any, kind: str
) -> None:
    given = {
        secret["valueFrom"]
        for container in all_services.containers(kind).values()
        for secret in container["secrets"]
    }
    permitted = {
        arn
        for statement in all_services.statements(f"{kind}_execution").values()
        if "secretsmanager:GetSecretValue" in statement["Action"]
        for arn in statement["Resource"]
    }
    assert given == permitted


@pytest.mark.parametrize("kind", KINDS)
def test_ecs_writes_into_the_services_own_log_group_only(all_services: Any, kind: str) -> None:
    statement = all_services.statements(f"{kind}_execution")["WriteLogs"]
    assert statement["Action"] == ["logs:CreateLogStream", "logs:PutLogEvents"]
    assert statement["Resource"] == [f"${{aws_cloudwatch_log_group.{kind}.arn}}:*"]
    for container in all_services.containers(kind).values():
        options = container["logConfiguration"]["options"]
        assert options["awslogs-group"] == f"${{aws_cloudwatch_log_group.{kind}.name}}"


@pytest.mark.parametrize("kind", KINDS)
def test_a_service_waits_for_the_policies_of_its_roles(services: Any, kind: str) -> None:
    statement = Statement(sid="Own", actions=["sqs:SendMessage"], resources=["arn:aws:sqs:::demo"])
    found = services(lambda deployment: deployment.add(kind, statements=[statement], exec=True))
    assert found.statements(f"{kind}_task")["Own"] == statement.document()
    expected = {f"aws_iam_role_policy.{kind}_{role}" for role in ("task", "execution", "exec")}
    assert expected <= set(found.service(kind)["depends_on"])


@pytest.mark.parametrize("kind", KINDS)
def test_who_stops_dag_tasks_cannot_stop_a_service(services: Any, kind: str) -> None:
    def build(deployment: Any) -> None:
        # Workers are permitted it anyhow.
        runs = run_task_statements(deployment.stack, name="demo", cluster_arn=CLUSTER)
        deployment.add(kind, statements=runs if kind in TOLD_WHAT_THEY_MAY else ())

    found = services(build)
    stop = found.statements(f"{kind}_task")["WatchAndStopTasks"]
    pattern = stop["Condition"]["StringNotLike"]["aws:ResourceTag/Name"]
    service = found.service(kind)
    # ECS gives the tasks of a service its tags.
    assert service["propagate_tags"] == "SERVICE"
    assert fnmatchcase(service["tags"]["Name"], pattern)
    assert not fnmatchcase(task_family("demo", "report"), pattern)


@pytest.mark.parametrize("kind", TOLD_WHAT_THEY_MAY)
def test_a_role_may_nothing_by_itself(all_services: Any, kind: str) -> None:
    assert all_services.statements(f"{kind}_task") == {}
    assert all_services.statements(f"{kind}_exec") == {}


@pytest.mark.parametrize("kind", KINDS)
def test_exec_comes_with_its_permissions_and_a_place_to_write(services: Any, kind: str) -> None:
    found = services(lambda deployment: deployment.add(kind, exec=True))
    assert found.service(kind)["enable_execute_command"] is True
    assert "OpenExecChannels" in found.statements(f"{kind}_exec")
    first, main = found.containers(kind).values()
    paths = [{mount["containerPath"] for mount in each["mountPoints"]} for each in (first, main)]
    assert paths[1] - paths[0] == {"/var/lib/amazon", "/var/log/amazon"}
    assert main["readonlyRootFilesystem"] is True


def test_the_longest_names_fit(services: Any) -> None:
    longest = services(
        lambda deployment: deployment.add("worker_default", pool="p" * 16),
        name="n" * 24,
        pools=["p" * 16],
    )
    region = "ap-southeast-1"
    for role in longest.resources["aws_iam_role"].values():
        assert len(role["name"].replace("${data.aws_region.current.id}", region)) <= 64
