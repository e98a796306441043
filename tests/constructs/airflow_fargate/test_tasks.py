"""The tasks of DAGs: folders, and tasks that are added by hand."""

from typing import Any

import airflow_fargate as af

import pytest

IMAGE = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/report:1"


def test_a_new_folder_is_all_that_a_new_task_takes(
    deploy: Any, tmp_path: Any, task_folder: Any
) -> None:
    task_folder("report")
    before = deploy(tasks_folder=tmp_path / "tasks")
    task_folder("load", "cpu = 1024\nmemory_mib = 4096\n")
    after = deploy(tasks_folder=tmp_path / "tasks")
    new = after.addresses() - before.addresses()
    assert new == {
        "aws_cloudwatch_log_group.task_load",
        "aws_ecr_lifecycle_policy.task_load",
        "aws_ecr_repository.task_load",
        "aws_ecs_task_definition.task_load",
        "aws_iam_role.task_load_execution",
        "aws_iam_role.task_load_task",
        "aws_iam_role_policy.task_load_execution",
        "aws_ssm_parameter.task_load",
        "terraform_data.task_load_build",
    }
    changed = {address for address in before.addresses() if before.at(address) != after.at(address)}
    # It looks for a program that builds images, before anything else, and knows all of them.
    assert changed == {"terraform_data.image_builder"}


def test_a_folder_that_is_gone_takes_its_task_with_it(
    deploy: Any, tmp_path: Any, task_folder: Any
) -> None:
    task_folder("report")
    task_folder("load").rename(tmp_path / "tasks" / "_load")  # an underscore takes it out, too
    found = deploy(tasks_folder=tmp_path / "tasks")
    assert "task_report" in found.of("aws_ecs_task_definition")
    assert not [address for address in found.addresses() if "load" in address.split("task_")[-1]
                and "load_balancer" not in address]  # fmt: skip


def test_what_task_toml_says_is_what_runs(deploy: Any, tmp_path: Any, task_folder: Any) -> None:
    task_folder(
        "load",
        """
        cpu = 1024
        memory_mib = 4096
        capacity_provider = "FARGATE_SPOT"
        environment = {BATCH = "100"}
        [[statements]]
        sid = "ReadOrders"
        actions = ["s3:GetObject"]
        resources = ["arn:aws:s3:::orders/*"]
        """,
    )
    found = deploy(tasks_folder=tmp_path / "tasks")
    definition = found.of("aws_ecs_task_definition")["task_load"]
    assert (definition["cpu"], definition["memory"]) == ("1024", "4096")
    assert found.environment("task_load", "load") == {"BATCH": "100"}
    assert list(found.statements("task_load_task")) == ["ReadOrders"]
    assert '"FARGATE_SPOT"' in found.of("aws_ssm_parameter")["task_load"]["insecure_value"]


def test_a_task_can_be_added_with_an_image_from_elsewhere(deploy: Any) -> None:
    props = af.FargateTaskProps(task="report", image_uri=IMAGE, memory_mib=1024)
    found = deploy(lambda airflow: airflow.add_task(props))
    assert found.containers("task_report")["report"]["image"] == IMAGE
    assert set(found.of("aws_ecr_repository")) == {"airflow"}
    assert found.of("aws_ssm_parameter")["task_report"]["name"].endswith("/demo/tasks/report")


def test_a_task_can_be_added_with_statements_that_name_resources_of_the_stack(deploy: Any) -> None:
    def add(airflow: af.AirflowFargate) -> None:
        look = af.Statement(
            sid="LookAtFiles",
            actions=["elasticfilesystem:DescribeFileSystems"],
            resources=[airflow.shared_storage.arn],
        )
        airflow.add_task(af.FargateTaskProps(task="report", image_uri=IMAGE, statements=[look]))

    found = deploy(add)
    (statement,) = found.statements("task_report_task").values()
    assert statement["Resource"] == ["${aws_efs_file_system.shared_storage.arn}"]


def test_tasks_can_be_let_reach_more(deploy: Any) -> None:
    found = deploy(
        lambda airflow: airflow.tasks_security_group.allow_to("warehouse", "sg-00000001", 5439)
    )
    assert ("tasks", "sg-00000001", 5439) in found.rules("egress")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (
            "weathermax",
            r"one of load, weather_max; got 'weathermax'\. Did you mean \"weather_max\"",
        ),
        ("zzz", r"one of load, weather_max; got 'zzz'\. A folder in tasks_folder is a task"),
    ],
)
def test_a_task_that_is_not_there_is_refused_with_those_that_are(
    deploy: Any, tmp_path: Any, task_folder: Any, name: str, said: str
) -> None:
    task_folder("weather_max")
    task_folder("load")
    with pytest.raises(af.InvalidValue, match=rf"AirflowFargate\.tasks must be {said}"):
        deploy(lambda airflow: airflow.tasks[name], tasks_folder=tmp_path / "tasks")


def test_a_task_that_is_not_there_can_be_asked_for(deploy: Any) -> None:
    def ask(airflow: af.AirflowFargate) -> None:
        assert "load" not in airflow.tasks
        assert airflow.tasks.get("load") is None

    deploy(ask)


def test_a_task_that_a_folder_has_already_is_refused_with_both_places(
    deploy: Any, tmp_path: Any, task_folder: Any
) -> None:
    folder = task_folder("report")
    props = af.FargateTaskProps(task="report", image_uri=IMAGE)
    with pytest.raises(af.InvalidValue) as refused:
        deploy(lambda airflow: airflow.add_task(props), tasks_folder=tmp_path / "tasks")
    assert "one that no other task of the deployment has; got 'report'" in str(refused.value)
    assert str(folder) in str(refused.value)


def test_without_a_folder_of_tasks_there_are_none(deploy: Any) -> None:
    found = deploy()
    assert not [name for name in found.of("aws_ecs_task_definition") if name.startswith("task_")]
    # The worker may still start those that another state adds.
    assert "RunTasks" in found.statements("worker_default_task")


def test_a_task_may_be_named_after_what_belongs_to_it(deploy: Any) -> None:
    names = [
        "load",
        "load_task",
        "load_definition",
        "load_role",
        "definition",
        "logs",
        "x_ecs_task",
    ]

    def add(airflow: af.AirflowFargate) -> None:
        for name in names:
            airflow.add_task(af.FargateTaskProps(task=name, image_uri=IMAGE))

    found = deploy(add, worker_pools=[af.WorkerPoolProps(pool="ecs-service")])
    for type_ in ("aws_ecs_task_definition", "aws_cloudwatch_log_group", "aws_ssm_parameter"):
        assert {f"task_{name}" for name in names} <= set(found.of(type_))
    assert "worker_ecs_service" in found.of("aws_ecs_service")
