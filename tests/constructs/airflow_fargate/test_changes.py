"""What a change of a living deployment must not stumble over."""

import shutil
from pathlib import Path
from typing import Any

import airflow_fargate as af

import pytest


@pytest.fixture
def with_task(tmp_path: Path) -> Path:
    """A folder of task folders with one that is called as a part of the deployment is."""
    sample = Path(__file__).parents[3] / "task_images/numbers"
    shutil.copytree(sample, tmp_path / "task_images/logs")
    return tmp_path / "task_images"


def deployed(synth: Any, **settings: Any) -> Any:
    def build(stack: af.Stack) -> None:
        af.AirflowFargate(stack, "_airflow", af.AirflowFargateProps(name="demo", **settings))

    return synth(build)["resource"]


def test_a_task_can_be_taken_out_of_a_protected_deployment(synth: Any, with_task: Path) -> None:
    resources = deployed(synth, tasks_folder=with_task, deletion_protection=True)
    repositories = resources["aws_ecr_repository"]
    assert repositories["task_logs"]["force_delete"] is True
    assert "prevent_destroy" not in repositories["task_logs"]["lifecycle"]
    assert repositories["airflow"]["force_delete"] is False


def test_a_task_may_be_called_as_a_part_is(synth: Any, with_task: Path) -> None:
    resources = deployed(synth, tasks_folder=with_task)
    assert "task_logs" in resources["aws_ecs_task_definition"]
    assert "task_logs" in resources["aws_s3_bucket"]


def test_another_key_leaves_the_repositories_of_images(synth: Any, with_task: Path) -> None:
    for repository in deployed(synth, tasks_folder=with_task)["aws_ecr_repository"].values():
        assert repository["lifecycle"]["ignore_changes"] == ["encryption_configuration"]


def test_another_list_of_zones_moves_no_subnet(synth: Any) -> None:
    for subnet in deployed(synth)["aws_subnet"].values():
        assert subnet["lifecycle"]["ignore_changes"] == ["availability_zone"]


def test_code_of_dags_gets_the_permissions_that_are_named(synth: Any) -> None:
    read = af.Statement(
        sid="ReadOrders", actions=["s3:GetObject"], resources=["arn:aws:s3:::orders/*"]
    )
    policies = deployed(synth, worker_pools=[af.WorkerPoolProps(statements=[read])])[
        "aws_iam_role_policy"
    ]
    assert "ReadOrders" in policies["worker_default_task"]["policy"]
    holders = [name for name, each in policies.items() if "ReadOrders" in each["policy"]]
    assert holders == ["worker_default_task"]


def test_a_whole_service_is_no_permission_for_a_worker() -> None:
    everything = af.Statement(sid="All", actions=["s3:*"], resources=["*"])
    with pytest.raises(af.InvalidValue, match=r"statement All of WorkerPoolProps must be named"):
        af.WorkerPoolProps(statements=[everything])


SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:parallelism-AbCdEf"


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (
            {
                "configuration": {"core": {"parallelism": 3}},
                "secret_environment": {"AIRFLOW__CORE__PARALLELISM": SECRET},
            },
            r"beside the option that it is in `configuration`; got \['AIRFLOW__CORE__PARALLELISM'",
        ),
        ({"environment": {"AWS_DEFAULT_REGION": "us-east-1"}}, "it is the deployment's region"),
        ({"environment": {"AIRFLOW__OPERATORS__DEFAULT_QUEUE": "x"}}, "in `configuration`"),
        ({"secret_environment": {"TOKEN": SECRET.removesuffix("-AbCdEf")}}, "six characters at"),
        ({"worker_pools": [{"concurrency": 32}]}, r"memory_mib must be at least 4800 for 32 tasks"),
    ],
)
def test_what_would_fail_in_aws_is_refused_before(
    synth: Any, settings: dict[str, Any], words: str
) -> None:
    def build(stack: af.Stack) -> None:
        pools = [af.WorkerPoolProps(**pool) for pool in settings.get("worker_pools", [{}])]
        props = af.AirflowFargateProps(name="demo", **{**settings, "worker_pools": pools})
        af.AirflowFargate(stack, "_airflow", props)

    with pytest.raises(af.InvalidValue, match=words):
        synth(build)


def test_no_name_is_both_a_variable_and_a_secret(synth: Any) -> None:
    secret = {"AIRFLOW__CORE__LOAD_EXAMPLES": SECRET}
    definitions = deployed(synth, secret_environment=secret)["aws_ecs_task_definition"]
    for definition in definitions.values():
        assert definition["container_definitions"].count("AIRFLOW__CORE__LOAD_EXAMPLES") == 2
