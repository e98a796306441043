"""What each role of a deployment may do."""

from collections.abc import Iterator
from typing import Any

import airflow_fargate as af

import pytest

REGION = "${data.aws_region.current.id}"
ACCOUNT = "${data.aws_caller_identity.current.account_id}"
PARTITION = "${data.aws_partition.current.partition}"
CLUSTER = "${aws_ecs_cluster.cluster.arn}"
KEY = "arn:aws:kms:eu-west-1:123456789012:key/mine"

SERVICES = ("api_server", "scheduler", "dag_processor", "triggerer", "worker_default")
WITH_PASSWORD = {"ReadDatabasePassword", "DecryptDatabasePassword"}
LOOKS_UP = {"ReadConnectionsAndVariables", "DecryptConnectionsAndVariables"}
READS_LOGS = {"ReadTaskLogs", "ListTaskLogs", "DecryptTaskLogs"}
WRITES_LOGS = {"AppendTaskLogs", "ListTaskLogs", "EncryptTaskLogs"}
STARTS_TASKS = {
    *("RunTasks", "PassTaskRoles", "TagTasksAtStart"),
    *("WatchAndStopTasks", "FindTasks", "ReadTaskOutput"),
}
WORKS = WITH_PASSWORD | WRITES_LOGS | STARTS_TASKS | {"ReadTaskParameters"}
PROTECTED = WORKS | {"ProtectItself"}
STARTED = {"LogInToEcr", "PullImage", "WriteLogs", "ReadCredentials", "DecryptCredentials"}
EXPECTED = {
    "api_server_task": WITH_PASSWORD | LOOKS_UP | READS_LOGS,
    "scheduler_task": WITH_PASSWORD | {"SendTasks", "SendTasksWithKey"},
    "triggerer_task": LOOKS_UP | WORKS,
    "worker_default_task": PROTECTED | {"ConsumeTasksDefault", "ConsumeTasksDefaultWithKey"},
    "worker_big_memory_task": (
        PROTECTED | {"ConsumeTasksBigMemory", "ConsumeTasksBigMemoryWithKey"}
    ),
    "api_server_execution": STARTED,
    "scheduler_execution": STARTED | {"ReadAdminPassword", "DecryptAdminPassword"},
    "dag_processor_execution": STARTED,
    "triggerer_execution": STARTED,
    "worker_default_execution": STARTED,
    "worker_big_memory_execution": STARTED,
    "task_report_task": {"MountSharedStorage"},
    "task_report_execution": {"LogInToEcr", "PullImage", "WriteLogs"},
    "network_flow_logs": {"FindLogGroup", "WriteFlowLogs"},
}
# Actions that IAM knows for no single resource; ListTasks is held to the cluster by a condition.
OF_NO_RESOURCE = {
    "ecr:GetAuthorizationToken",
    "ecs:ListTasks",
    "logs:DescribeLogGroups",
    "ssmmessages:CreateControlChannel",
    "ssmmessages:CreateDataChannel",
    "ssmmessages:OpenControlChannel",
    "ssmmessages:OpenDataChannel",
}


def all_statements(deployed: Any) -> Iterator[tuple[str, Any]]:
    for role in deployed.of("aws_iam_role_policy"):
        for sid, statement in deployed.statements(role).items():
            yield f"{role}: {sid}", statement


@pytest.fixture
def generous(deploy: Any) -> Any:
    """A deployment in which everything is on that comes with permissions."""
    return deploy(
        lambda airflow: airflow.add_task(
            af.FargateTaskProps(
                task="report",
                image_uri="123456789012.dkr.ecr.eu-west-1.amazonaws.com/report:1",
                secrets={"TOKEN": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:t-AbCdEf"},
                shared_storage_path="/shared",
            )
        ),
        database=af.MetadataDatabaseProps(monitoring_interval_seconds=60),
        scheduler=af.SchedulerProps(exec=True),
        secrets_backend="ssm",
        task_logs=af.TaskLogsProps(destination="cloudwatch"),
        network=af.NetworkProps(nat="none"),
    )


def test_each_role_may_do_what_is_listed_here_and_nothing_else(demo: Any) -> None:
    found = {role: set(demo.statements(role)) for role in demo.of("aws_iam_role_policy")}
    # The DAG processor parses DAGs: it knows of tasks, and starts none.
    dag_processor = found.pop("dag_processor_task")
    assert dag_processor == WITH_PASSWORD | LOOKS_UP | {"ReadTaskParameters"}
    assert found == EXPECTED


def test_no_role_has_permissions_by_another_way(generous: Any) -> None:
    for role in generous.of("aws_iam_role").values():
        assert not {"inline_policy", "managed_policy_arns"} & {*role}
    attached = generous.of("aws_iam_role_policy_attachment")
    assert {name: each["policy_arn"] for name, each in attached.items()} == {
        "database_monitoring": f"arn:{PARTITION}:iam::aws:policy/service-role/"
        "AmazonRDSEnhancedMonitoringRole"
    }


def test_every_action_is_named(demo: Any, generous: Any) -> None:
    for deployed in (demo, generous):
        for place, statement in all_statements(deployed):
            assert statement["Effect"] == "Allow", place
            assert not [action for action in statement["Action"] if "*" in action], place
            assert "NotAction" not in statement, place


def test_every_resource_is_named_but_of_actions_that_have_none(demo: Any, generous: Any) -> None:
    for deployed in (demo, generous):
        for place, statement in all_statements(deployed):
            if "*" in statement["Resource"]:
                assert statement["Resource"] == ["*"], place
                assert {*statement["Action"]} <= OF_NO_RESOURCE, place
            if "ecs:ListTasks" in statement["Action"]:
                assert statement["Condition"] == {"ArnEquals": {"ecs:cluster": CLUSTER}}, place


@pytest.mark.parametrize("role", ["worker_default_task", "worker_big_memory_task"])
def test_a_worker_takes_the_tasks_of_its_own_pool_only(demo: Any, role: str) -> None:
    pool = role.removeprefix("worker_").removesuffix("_task").replace("_", "-")
    queues = [
        statement["Resource"]
        for statement in demo.statements(role).values()
        if any(action.startswith("sqs:") for action in statement["Action"])
    ]
    assert queues == [[f'${{aws_sqs_queue.broker["{pool}"].arn}}']]


@pytest.mark.parametrize("pool", ["default", "big-memory"])
def test_a_worker_protects_the_workers_of_its_own_pool_only(demo: Any, pool: str) -> None:
    place = f"worker_{pool.replace('-', '_')}"
    statement = demo.statements(f"{place}_task")["ProtectItself"]
    condition = statement["Condition"]["StringEquals"]
    service = demo.of("aws_ecs_service")[place]
    # ECS gives the tasks of a service its tags.
    assert service["propagate_tags"] == "SERVICE"
    assert condition == {"aws:ResourceTag/Name": service["tags"]["Name"]}


@pytest.mark.parametrize("role", ["worker_default_task", "triggerer_task"])
def test_tasks_are_started_in_this_cluster_from_this_deployments_families_only(
    demo: Any, role: str
) -> None:
    statement = demo.statements(role)["RunTasks"]
    definitions = f"arn:{PARTITION}:ecs:{REGION}:{ACCOUNT}:task-definition"
    assert statement["Resource"] == [f"{definitions}/demo_task_*"]
    assert statement["Condition"] == {"ArnEquals": {"ecs:cluster": CLUSTER}}
    assert demo.of("aws_ecs_task_definition")["task_report"]["family"] == "demo_task_report"
    families = {
        name: definition["family"]
        for name, definition in demo.of("aws_ecs_task_definition").items()
        if not name.startswith("task_")
    }
    assert len(families) == 6
    assert not [family for family in families.values() if family.startswith("demo_task_")]


@pytest.mark.parametrize("role", ["worker_default_task", "triggerer_task"])
def test_roles_of_tasks_can_be_passed_to_ecs_and_no_others(demo: Any, role: str) -> None:
    statement = demo.statements(role)["PassTaskRoles"]
    path = f"/airflow-fargate/{REGION}/demo/"
    assert statement["Resource"] == [f"arn:{PARTITION}:iam::{ACCOUNT}:role{path}*"]
    to_ecs = {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}
    assert statement["Condition"] == to_ecs
    roles = demo.of("aws_iam_role")
    below = {name for name, each in roles.items() if each.get("path") == path}
    assert below == {"task_report_task", "task_report_execution"}
    assert {each["path"] for name, each in roles.items() if name not in below} == {"/"}


def test_only_ecs_of_this_account_takes_the_roles_of_services_and_tasks(demo: Any) -> None:
    for name, role in demo.of("aws_iam_role").items():
        trust = role["assume_role_policy"]
        assert f'"aws:SourceAccount":"{ACCOUNT}"' in trust, name
        service = "vpc-flow-logs" if name == "network_flow_logs" else "ecs-tasks"
        assert f'"Principal":{{"Service":"{service}.amazonaws.com"}}' in trust, name


def readers(deployed: Any, secret: str) -> set[str]:
    arn = f"${{aws_secretsmanager_secret.credentials_{secret}.arn}}"
    return {
        role
        for role in deployed.of("aws_iam_role_policy")
        for statement in deployed.statements(role).values()
        if arn in statement["Resource"]
    }


def test_airflows_secrets_are_read_by_ecs_for_who_needs_them_and_by_nobody_else(demo: Any) -> None:
    assert readers(demo, "admin_password") == {"scheduler_execution"}
    not_workers = ("api_server", "scheduler", "dag_processor", "triggerer")
    assert readers(demo, "fernet_key") == {f"{service}_execution" for service in not_workers}
    assert readers(demo, "jwt") == {"api_server_execution", "scheduler_execution"}


@pytest.mark.parametrize("part", ["broker", "credentials", "database", "task_logs"])
def test_who_uses_a_part_with_a_key_of_its_own_may_use_that_key(deploy: Any, part: str) -> None:
    props = type(getattr(af.AirflowFargateProps(name="demo"), part))(kms_key_arn=KEY)
    found = deploy(**{part: props})
    users = {place for place, each in all_statements(found) if KEY in each["Resource"]}
    assert (
        users
        >= {
            "broker": {
                "scheduler_task: SendTasksWithKey",
                "worker_default_task: ConsumeTasksDefaultWithKey",
            },
            "credentials": {
                "worker_default_execution: DecryptCredentials",
                "scheduler_execution: DecryptAdminPassword",
            },
            "database": {
                *(f"{service}_task: DecryptDatabasePassword" for service in SERVICES),
            },
            "task_logs": {"api_server_task: DecryptTaskLogs", "triggerer_task: EncryptTaskLogs"},
        }[part]
    )
    for place in users:
        assert dict(all_statements(found))[place]["Resource"] == [KEY], place
