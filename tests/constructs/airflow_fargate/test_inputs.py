"""Settings that cannot work, given as a user would: one message in plain words, and no output.

The parts have tables of their own; here is what comes through AirflowFargate, a few of each kind.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import airflow_fargate as af

import pytest

IMAGE = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/airflow:1"
SUBNETS = ["subnet-00000001", "subnet-00000002"]
ALL_OF_S3 = '[[statements]]\nsid = "All"\nactions = ["s3:*"]\nresources = ["*"]\n'
MANY_BUCKETS = ", ".join(f'"arn:aws:s3:::orders-{number}/*"' for number in range(400))
TOO_LONG = f'[[statements]]\nsid = "Read"\nactions = ["s3:GetObject"]\nresources = [{MANY_BUCKETS}]'


def public(**settings: Any) -> af.LoadBalancerProps:
    return af.LoadBalancerProps(scheme="internet-facing", plain_http=True, **settings)


def in_existing(**settings: Any) -> af.NetworkProps:
    return af.NetworkProps(existing=af.ExistingNetwork(vpc_id="vpc-00000001", **settings))


def pool(**settings: Any) -> af.WorkerPoolProps:
    return af.WorkerPoolProps(**settings)


@pytest.fixture
def refuse(synth: Any, tmp_path: Path) -> Any:
    """Give settings to AirflowFargate, see that nothing comes out, and return the message."""

    def run(settings: Any, then: Any = None) -> str:
        def build(stack: Any) -> None:
            given: dict[str, Any] = {"name": "demo"}
            given |= settings() if callable(settings) else settings  # type: ignore[operator]
            airflow = af.AirflowFargate(stack, "_airflow", af.AirflowFargateProps(**given))
            if then:
                then(airflow)

        with pytest.raises(af.InvalidValue) as refused:
            synth(build)
        assert not list(tmp_path.rglob("cdk.tf.json"))
        return str(refused.value)

    return run


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        # Sizes and numbers that Fargate does not have.
        (
            lambda: {"scheduler": af.SchedulerProps(cpu=256, memory_mib=4096)},
            "SchedulerProps.memory_mib must be one of 512, 1024, 2048 with 256 CPU units; got 4096",
        ),
        (
            lambda: {"api_server": af.ApiServerProps(cpu=300)},
            "ApiServerProps.cpu must be one of 256, 512, | (what Fargate allows); got 300",
        ),
        (
            lambda: {"worker_pools": [pool(ephemeral_storage_gib=500)]},
            "WorkerPoolProps.ephemeral_storage_gib must be from 21 to 200 (what Fargate | got 500",
        ),
        (
            lambda: {"scheduler": af.SchedulerProps(desired_count=5001)},
            "SchedulerProps.desired_count must be from 0 to 5000 (what ECS runs | got 5001",
        ),
        # Who may come in.
        (
            lambda: {"load_balancer": public()},
            "LoadBalancerProps.allowed_cidr_blocks must be the networks | got () | everybody",
        ),
        (
            lambda: {"load_balancer": public(allowed_cidr_blocks=["203.0.113.1/24"])},
            "allowed_cidr_blocks must be a list of | no host bits set; got ['203.0.113.1/24']",
        ),
        (
            lambda: {"load_balancer": af.LoadBalancerProps()},
            "LoadBalancerProps.certificate_arn must be | got None | plain_http=True",
        ),
        (
            lambda: {
                "load_balancer": public(allowed_cidr_blocks=["203.0.113.0/24"]),
                "network": in_existing(private_subnet_ids=SUBNETS),
            },
            "one with public subnets | got [] | ExistingNetwork.public_subnet_ids",
        ),
        # Airflow's configuration.
        (
            {"configuration": {"core": {"executor": "LocalExecutor"}}},
            "configuration must be without core.executor: the workers are Celery's",
        ),
        (
            {"environment": {"AIRFLOW__CELERY__BROKER_URL": "redis://"}},
            "environment must be without AIRFLOW__CELERY__BROKER_URL: it follows from the Broker",
        ),
        (
            {"configuration": {"core": {"paralelism": 64}}},
            "configuration must be made of options that Airflow | 'core.paralelism'. Is it core",
        ),
        (
            {"configuration": {"operators": {"default_queue": "big"}}},
            "operators.default_queue must be one of the worker pools: default; got 'big'",
        ),
        (
            {"environment": {"CRM_PASSWORD": "hunter2"}},
            "environment must be without secrets | got 'CRM_PASSWORD' | secret_environment",
        ),
        (
            {"secret_environment": {"CRM": "hunter2"}},
            "secret_environment['CRM'] must be the ARN of a secret | got 'hunter2'",
        ),
        # Pools.
        (
            lambda: {"worker_pools": [pool(), pool(cpu=2048, memory_mib=4096)]},
            "worker_pools must be pools of different names, as | got ['default'] | desired_count",
        ),
        ({"worker_pools": []}, "AirflowFargateProps.worker_pools must be one pool or more; got []"),
        (
            lambda: {"worker_pools": pool()},
            "AirflowFargateProps.worker_pools must be a list, each item a WorkerPoolProps; got",
        ),
        (
            lambda: {"broker": af.BrokerProps(pools=["default"])},
            "AirflowFargateProps.broker: pools must be left out | worker_pools",
        ),
        # What holds for the whole.
        ({"name": "My_Airflow"}, "AirflowFargateProps.name must be 1 to 24 lower | 'My_Airflow'"),
        ({"log_retention_days": 31}, "AirflowFargateProps.log_retention_days must be | got 31"),
        (
            {"kms_key_arn": "arn:aws:kms:us-east-1:123456789012:key/mine"},
            "AirflowFargateProps.kms_key_arn must be in the stack's region, eu-west-1; got",
        ),
        ({"tags": {"aws:x": "1"}}, "AirflowFargateProps.tags must be a mapping of at most 40 tags"),
        (
            {"scheduler": {"cpu": 512}},
            "AirflowFargateProps.scheduler must be a SchedulerProps; got {'cpu': 512}",
        ),
        (
            lambda: {"scheduler": af.TriggererProps()},
            "AirflowFargateProps.scheduler must be a SchedulerProps; got TriggererProps(",
        ),
        # Images and folders.
        (
            lambda: {"image": af.AirflowImageProps(uri="airflow")},
            "AirflowImageProps.uri must be an image with a tag or a digest | got 'airflow'",
        ),
        (
            lambda: {"image": af.AirflowImageProps(uri=IMAGE), "dags": "dags"},
            "AirflowFargateProps.dags must be | when the image's `uri` is given; got 'dags'",
        ),
        ({"dags": "no/dags"}, "Props.dags must be a folder that is there | got 'no/dags'"),
        ({"tasks_folder": "no/tasks"}, "must be | there | got 'no/tasks'"),
        # Parts that are there already.
        (
            lambda: {"network": in_existing(private_subnet_ids=SUBNETS[:1])},
            "ExistingNetwork.private_subnet_ids must be a list of at least 2 different values",
        ),
    ],
)
def test_bad_input_is_refused_in_plain_words(refuse: Any, settings: Any, words: str) -> None:
    message = refuse(settings)
    for part in words.split(" | "):
        assert part in message


@pytest.mark.parametrize(
    ("folders", "words"),
    [
        ({"report": "cpus = 256"}, "A key of | report/task.toml must be one of | got 'cpus' | cpu"),
        ({"report": 'cpu = "256"'}, "report/task.toml must be a whole number; got '256'"),
        (
            {"report": "cpu = 256\nmemory_mib = 4096"},
            'FargateTask("report").memory_mib must be one of 512, 1024, 2048 with 256 | got 4096',
        ),
        (
            {"report": "ephemeral_storage_gib = 500"},
            "ephemeral_storage_gib in | must be from 21 to 200 (what Fargate allows); got 500",
        ),
        (
            {"report": f'environment = {{A = "{"x" * 70_000}"}}'},
            "The task definition of task report must be at most 65536 characters (ECS); got 70",
        ),
        ({"report": TOO_LONG}, "task report must be at most 10240 characters (IAM); got 1"),
        ({"report": "cpu = "}, "report/task.toml must be TOML; got 'Invalid value"),
        ({"report": ALL_OF_S3}, "actions of statement All of task report must be named | 's3:*'"),
        (
            {"report": '[secrets]\nTOKEN = "x"'},
            "secrets.TOKEN of task report must be the ARN | 'x'",
        ),
        ({"my-report": ""}, "must be 1 to 24 lower-case | got 'my-report'. Name it my_report."),
        ({"r" * 25: ""}, f"must be 1 to 24 lower-case letters | got '{'r' * 25}'."),
    ],
)
def test_a_bad_task_folder_is_refused_in_plain_words(
    refuse: Any, task_folder: Any, tmp_path: Path, folders: Mapping[str, str], words: str
) -> None:
    for name, settings in folders.items():
        task_folder(name, settings)
    message = refuse({"tasks_folder": tmp_path / "tasks"})
    for part in words.split(" | "):
        assert part in message


def test_a_task_folder_without_a_dockerfile_is_refused(refuse: Any, tmp_path: Path) -> None:
    (tmp_path / "tasks/report").mkdir(parents=True)
    message = refuse({"tasks_folder": tmp_path / "tasks"})
    assert "tasks/report must be one with a Dockerfile; got []. Add one, or name" in message


def test_a_task_that_would_run_as_root_is_refused(
    refuse: Any, task_folder: Any, tmp_path: Path
) -> None:
    task_folder("report", dockerfile="FROM scratch\n")
    message = refuse({"tasks_folder": tmp_path / "tasks"})
    assert "report/Dockerfile must be another than root" in message
    assert "USER 50000:50000" in message


@pytest.mark.parametrize(
    ("add", "words"),
    [
        (
            lambda airflow: [
                airflow.add_task(af.FargateTaskProps(task="report", image_uri=IMAGE))
                for _ in range(2)
            ],
            "The name of the task report must be one that no other task of the deployment has",
        ),
        (
            lambda airflow: airflow.add_task("task_images/report"),
            "AirflowFargate.add_task(props) must be a FargateTaskProps; got 'task_images/report'",
        ),
        (
            lambda airflow: airflow.add_task(af.FargateTaskProps(folder="no/report")),
            "FargateTaskProps.folder must be a folder that is there; got 'no/report'",
        ),
        (
            lambda airflow: airflow.add_task(af.FargateTaskProps(task="report")),
            "FargateTaskProps.image_uri must be given, as there is no folder to build; got None",
        ),
    ],
)
def test_a_bad_task_that_is_added_is_refused(refuse: Any, add: Any, words: str) -> None:
    assert words in refuse({}, then=add)
