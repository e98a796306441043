"""A worker pool that joins a deployment from elsewhere, made of plain values."""

import dataclasses
import json
import re
from typing import Any

import airflow_fargate as af

import pytest

LARGE = af.WorkerPoolProps(pool="large", cpu=2048, memory_mib=4096, exec=True, spot=True)
ACCOUNT = "eu-west-1:123456789012"
HOST: dict[str, Any] = {
    "name": "demo",
    "vpc_id": "vpc-00000001",
    "private_subnet_ids": ["subnet-00000001"],
    "cluster_arn": f"arn:aws:ecs:{ACCOUNT}:cluster/demo",
    "cluster_name": "demo",
    "exec_log_group_arn": f"arn:aws:logs:{ACCOUNT}:log-group:ecs-exec",
    "image_uri": "example.com/airflow:1",
    "environment": {},
    "api_secret_key_secret_arn": f"arn:aws:secretsmanager:{ACCOUNT}:secret:api-AbCdEf",
    "api_server_security_group_id": "sg-00000001",
    "database_secret_arn": f"arn:aws:secretsmanager:{ACCOUNT}:secret:database-AbCdEf",
    "database_security_group_id": "sg-00000002",
    "queue_arns": {"default": f"arn:aws:sqs:{ACCOUNT}:demo_default"},
    "task_logs_bucket_arn": "arn:aws:s3:::demo-task-logs",
}


def host(**settings: Any) -> af.WorkerHost:
    return af.WorkerHost(**HOST | settings)


def deployment(stack: Any, **settings: Any) -> af.AirflowFargate:
    props = af.AirflowFargateProps(
        name="demo",
        image=af.AirflowImageProps(uri="123456789012.dkr.ecr.eu-west-1.amazonaws.com/airflow:1"),
        dags=af.S3Dags(bucket_name="demo-dags"),
        secret_environment={"CRM": "/crm/token"},
        **settings,
    )
    return af.AirflowFargate(stack, "_airflow", props)


def pool_of(config: dict[str, Any]) -> dict[str, Any]:
    """Resources of the pool `large` by address; not what they wait for."""
    return {
        f"{type_}.{name}": {k: v for k, v in written.items() if k not in ("//", "depends_on")}
        for type_, found in config["resource"].items()
        for name, written in found.items()
        if "worker_large" in name
    }


def test_a_pool_that_joins_is_as_the_deployments_own(synth: Any) -> None:
    def with_own(stack: Any) -> None:
        deployment(stack, worker_pools=[af.WorkerPoolProps(), LARGE])

    def with_joined(stack: Any) -> None:
        airflow = deployment(stack, queues=["large"])
        af.FurtherWorkerPool(stack, "_large", LARGE, host=airflow.worker_host)

    own, joined = pool_of(synth(with_own)), pool_of(synth(with_joined))
    assert len(own) > 12
    assert joined == own


def test_it_is_told_what_the_deployments_own_workers_are_told(synth: Any) -> None:
    def build(stack: Any) -> None:
        airflow = deployment(stack)
        told = airflow.worker_host
        assert told.environment == airflow.configuration.environment("worker")
        assert set(told.secret_environment or {}) | {"AIRFLOW__API__SECRET_KEY"} == set(
            airflow.configuration.secrets("worker")
        )

    synth(build)


def test_a_host_is_an_output_for_another_state(synth: Any) -> None:
    def build(stack: Any) -> None:
        written = deployment(stack).worker_host.as_output()
        fields = {field.name for field in dataclasses.fields(af.WorkerHost)}
        assert set(written) == fields - {"writable_paths", "tags"}
        assert json.dumps(written)

    synth(build)


def test_rules_are_made_in_the_groups_of_others(synth: Any) -> None:
    made = host(endpoints_security_group_ids=["sg-00000003"], database_port=5433)
    props = af.WorkerPoolProps(concurrency=4)
    config = synth(lambda stack: af.FurtherWorkerPool(stack, "_it", props, host=made))
    rules = config["resource"]["aws_vpc_security_group_ingress_rule"]
    let_in = {name: (rule["security_group_id"], rule["from_port"]) for name, rule in rules.items()}
    assert let_in == {
        "api_server_from_worker_default": ("sg-00000001", 8080),
        "database_from_worker_default": ("sg-00000002", 5433),
        "endpoints_from_worker_default": ('${element(["sg-00000003"], count.index)}', 443),
        "worker_default_from_api_server": ("${aws_security_group.worker_default.id}", 8793),
    }
    assert rules["endpoints_from_worker_default"]["count"] == 1


@pytest.mark.parametrize(
    ("pool", "settings", "words"),
    [
        ({"pool": "large"}, {}, "WorkerPoolProps.pool must be one that the deployment has a queue"),
        ({"name": "other"}, {}, "WorkerPoolProps.name must be left out, or that of the deployment"),
        ({}, {"task_logs_bucket_arn": None}, "task_logs_log_group_arn must be given one, and not"),
        (
            {},
            {"task_logs_log_group_arn": f"arn:aws:logs:{ACCOUNT}:log-group:logs"},
            "task_logs_log_group_arn must be given one, and not the other",
        ),
        (
            {},
            {"private_subnet_ids": [f"subnet-{each:08}" for each in range(17)]},
            "WorkerHost.private_subnet_ids must be at most 16 (what a Fargate task can have)",
        ),
        ({}, {"database_port": 0}, "WorkerHost.database_port must be from 1 to 65535"),
        ({}, {"cluster_arn": "demo"}, "WorkerHost.cluster_arn must be an ARN of the form"),
        (
            {},
            {"cluster_arn": "arn:aws:ecs:eu-north-1:123456789012:cluster/demo"},
            "WorkerHost.cluster_arn must be in the stack's region, eu-west-1",
        ),
    ],
)
def test_what_cannot_work_is_refused(
    synth: Any, pool: dict[str, Any], settings: dict[str, Any], words: str
) -> None:
    def build(stack: Any) -> None:
        af.FurtherWorkerPool(stack, "_it", af.WorkerPoolProps(**pool), host=host(**settings))

    with pytest.raises(af.InvalidValue, match=re.escape(words)):
        synth(build)


@pytest.mark.parametrize(
    ("props", "given", "argument"),
    [
        (af.SchedulerProps(name="demo"), host(), "props"),
        (af.WorkerPoolProps(), "demo", "host"),
    ],
)
def test_what_is_of_another_type_is_refused(
    synth: Any, props: Any, given: Any, argument: str
) -> None:
    with pytest.raises(
        af.InvalidValue, match=rf"^FurtherWorkerPool\({argument}=\.\.\.\) must be of type Worker"
    ):
        synth(lambda stack: af.FurtherWorkerPool(stack, "_it", props, host=given))
