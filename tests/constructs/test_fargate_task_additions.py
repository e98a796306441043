"""What is said of a `FargateTask` after it was made: what only the rest of the stack knows."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from airflow_fargate.fargate_task import FargateTask, FargateTaskProps
from airflow_fargate.iam import Statement
from airflow_fargate.rules import InvalidValue
from airflow_fargate.task_host import TaskHost

import pytest
from cdktf import TerraformVariable, Token

READ = Statement(sid="Read", actions=["s3:GetObject"], resources=["arn:aws:s3:::orders/*"])
WRITE = Statement(sid="Write", actions=["s3:PutObject"], resources=["arn:aws:s3:::reports/*"])
LONG = f"arn:aws:s3:::{'x' * 11_000}"
SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf"
HOST = TaskHost(
    name="demo",
    cluster_arn="arn:aws:ecs:eu-west-1:123456789012:cluster/demo",
    private_subnet_ids=["subnet-00000001"],
    security_group_ids=["sg-00000001"],
)


@pytest.fixture
def with_task(synth: Any) -> Callable[..., Any]:
    """Synthesize one task, to which something is added; its resources by type."""

    def build(add: Callable[[FargateTask], None], **settings: Any) -> Any:
        given = {"task": "report", "image_uri": "example.com/report:1", **settings}
        props = FargateTaskProps(**given)
        return synth(lambda stack: add(FargateTask(stack, "report", props, host=HOST)))["resource"]

    return build


def test_added_is_the_same_as_given(with_task: Any) -> None:
    def add(task: FargateTask) -> None:
        task.add_environment({"BUCKET": "orders"})
        task.add_environment({"MODE": "daily"})
        task.add_statements([READ])
        task.add_statements([WRITE])

    given = {"environment": {"BUCKET": "orders", "MODE": "daily"}, "statements": [READ, WRITE]}
    assert with_task(add) == with_task(lambda _: None, **given)


def test_what_was_given_stays(with_task: Any) -> None:
    def add(task: FargateTask) -> None:
        task.add_environment({"BUCKET": "orders"})
        task.add_statements([WRITE])

    resources = with_task(
        add, environment={"BUCKET": "none", "MODE": "daily"}, statements=[READ],
        secrets={"PASSWORD": SECRET},
    )  # fmt: skip
    definition = resources["aws_ecs_task_definition"]["report"]["container_definitions"]
    environment = '[{"name":"BUCKET","value":"orders"},{"name":"MODE","value":"daily"}]'
    assert environment in definition
    assert SECRET in definition
    policy = resources["aws_iam_role_policy"]["report_task"]["policy"]
    assert '"Read"' in policy
    assert '"Write"' in policy


def test_a_task_that_may_nothing_has_no_policy_until_something_is_added(with_task: Any) -> None:
    before = with_task(lambda _: None)["aws_iam_role_policy"]
    after = with_task(lambda task: task.add_statements([READ]))["aws_iam_role_policy"]
    assert after.keys() - before.keys() == {"report_task"}


def test_an_environment_of_terraforms_is_added_to(synth: Any) -> None:
    def build(stack: Any) -> None:
        variables = TerraformVariable(stack, "environment", type="map(string)")
        props = FargateTaskProps(
            task="report",
            image_uri="example.com/report:1",
            environment=Token.as_string_map(variables.value),
        )
        FargateTask(stack, "report", props, host=HOST).add_environment({"BUCKET": "orders"})

    definition = synth(build)["resource"]["aws_ecs_task_definition"]["report"]
    text = definition["container_definitions"]
    assert "merge(var.environment, {" in text
    assert "orders" in text


@pytest.mark.parametrize(
    ("add", "message"),
    [
        (lambda task: task.add_environment({"1": "x"}), "not beginning with a digit; got '1'"),
        (lambda task: task.add_environment({"A": 1}), r"add_environment\(environment\) must be a"),
        (lambda task: task.add_environment({"API_TOKEN": "x"}), "without secrets"),
        (lambda task: task.add_environment({"PASSWORD": ""}), "in environment or in secrets"),
        (lambda task: task.add_environment({"A": "x" * 70_000}), "at most 65536 characters"),
        (lambda task: task.add_statements([READ]), "different for each statement"),
        (lambda task: task.add_statements(["s3:GetObject"]), "must be a list, each item a Stat"),
        (
            lambda task: task.add_statements(
                [Statement(sid="All", actions=["s3:*"], resources=["*"])]
            ),
            "a whole service is more than a task needs",
        ),
        (
            lambda task: task.add_statements(
                [Statement(sid="Many", actions=["s3:GetObject"], resources=[LONG])]
            ),
            "at most 10240 characters",
        ),
    ],
)
def test_what_cannot_be_is_refused(with_task: Any, add: Any, message: str) -> None:
    with pytest.raises(InvalidValue, match=message):
        with_task(add, statements=[READ], secrets={"PASSWORD": SECRET})


def test_a_folder_of_tasks_can_be_told_more(synth: Any, tmp_path: Path) -> None:
    folder = tmp_path / "report"
    folder.mkdir()
    (folder / "Dockerfile").write_text("FROM x\nUSER 50000\n")
    (folder / "task.toml").write_text('environment = {MODE = "daily"}\n')

    def build(stack: Any) -> None:
        task = FargateTask(stack, "report", FargateTaskProps(folder=folder), host=HOST)
        task.add_environment({"BUCKET": "orders"})

    definition = synth(build)["resource"]["aws_ecs_task_definition"]["report"]
    assert '"BUCKET"' in definition["container_definitions"]
    assert '"MODE"' in definition["container_definitions"]
