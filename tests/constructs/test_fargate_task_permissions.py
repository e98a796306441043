"""What Airflow may do with the DAG tasks of its deployment."""

import json
import re
from typing import Any

from airflow_fargate.service_role import ServiceRole
from airflow_fargate.task_permissions import read_parameters_statements, run_task_statements

ACCOUNT = "123456789012"
CLUSTER = f"arn:aws:ecs:eu-west-1:{ACCOUNT}:cluster/demo"


def permissions(synth: Any, build: Any) -> dict[str, Any]:
    def role(stack: Any) -> None:
        ServiceRole(
            stack,
            "worker",
            name="w",
            service="ecs-tasks.amazonaws.com",
            acting_for="ecs:*",
            description="d",
            statements=build(stack),
        )

    policy = synth(role)["resource"]["aws_iam_role_policy"]["worker"]["policy"]
    return {statement["Sid"]: statement for statement in json.loads(policy)["Statement"]}


def matches(statement: Any, arn: str) -> bool:
    """Whether a statement's resources hold an ARN, as IAM matches them."""
    known = {"partition.current.partition": "aws", "region.current.id": "eu-west-1"}
    known["caller_identity.current.account_id"] = ACCOUNT
    for resource in statement["Resource"]:
        pattern = resource
        for attribute, value in known.items():
            pattern = pattern.replace(f"${{data.aws_{attribute}}}", value)
        assert "${" not in pattern
        if re.fullmatch(re.escape(pattern).replace(r"\*", ".*"), arn):
            return True
    return False


def test_workers_may_run_pass_watch_and_read_what_a_task_is_made_of_and_no_more(
    synth: Any,
) -> None:
    allowed = permissions(
        synth, lambda stack: run_task_statements(stack, name="demo", cluster_arn=CLUSTER)
    )
    ecs = f"arn:aws:ecs:eu-west-1:{ACCOUNT}"
    assert matches(allowed["RunTasks"], f"{ecs}:task-definition/demo_task_report:7")
    assert not matches(allowed["RunTasks"], f"{ecs}:task-definition/demo_scheduler:7")
    assert not matches(allowed["RunTasks"], f"{ecs}:task-definition/demo-2_task_report:7")
    roles = f"arn:aws:iam::{ACCOUNT}:role"
    assert matches(allowed["PassTaskRoles"], f"{roles}/airflow-fargate/eu-west-1/demo/demo_x")
    for other in ("demo-scheduler-eu-west-1", "airflow-fargate/eu-west-1/demo2/x",
                  "airflow-fargate/us-east-1/demo/x"):  # fmt: skip
        assert not matches(allowed["PassTaskRoles"], f"{roles}/{other}")
    service = {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}
    assert allowed["PassTaskRoles"]["Condition"] == service
    for sid in ("WatchAndStopTasks", "TagTasksAtStart"):
        assert matches(allowed[sid], f"{ecs}:task/demo/0123456789abcdef")
        assert not matches(allowed[sid], f"{ecs}:task/other/0123456789abcdef")
    for sid in ("RunTasks", "FindTasks"):
        assert allowed[sid]["Condition"] == {"ArnEquals": {"ecs:cluster": CLUSTER}}
    assert allowed["WatchAndStopTasks"]["Condition"] == {
        "ArnEquals": {"ecs:cluster": CLUSTER},
        # The tasks of Airflow's own services in that cluster.
        "StringNotLike": {"aws:ResourceTag/Name": "demo-*"},
    }
    assert allowed["TagTasksAtStart"]["Condition"] == {
        "StringEquals": {"ecs:CreateAction": "RunTask"}
    }
    logs = f"arn:aws:logs:eu-west-1:{ACCOUNT}:log-group:/airflow-fargate/demo"
    assert matches(allowed["ReadTaskOutput"], f"{logs}/tasks/report:log-stream:task/report/1")
    assert not matches(allowed["ReadTaskOutput"], f"{logs}/scheduler:log-stream:x")
    assert [a for a in allowed if allowed[a]["Resource"] == ["*"]] == ["FindTasks"]


def test_who_parses_dags_may_read_the_parameters_of_the_deployment(synth: Any) -> None:
    allowed = permissions(synth, lambda stack: read_parameters_statements(stack, name="demo"))
    (read,) = allowed.values()
    assert read["Action"] == ["ssm:GetParametersByPath"]
    path = f"arn:aws:ssm:eu-west-1:{ACCOUNT}:parameter/airflow-fargate/demo"
    assert matches(read, f"{path}/tasks")
    assert not matches(read, path)
    assert not matches(read, f"{path}/tasks/report")
    assert not matches(read, f"{path}/credentials")
