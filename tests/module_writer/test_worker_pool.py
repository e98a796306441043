"""modules/worker-pool: its pools are as the deployment's own, and a host of values or variables."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import airflow_fargate as af
from airflow_fargate.nulls import knowing_nulls

import pytest
from cdktf import App, TerraformOutput
from module_writer.definitions.worker_pool import worker_pool
from module_writer.synthesis import as_module, synthesized
from tests.conftest import Synthesized

ACCOUNT = "eu-west-1:123456789012"
KEY = f"arn:aws:kms:{ACCOUNT}:key/mine"
SECRET = f"arn:aws:secretsmanager:{ACCOUNT}:secret"
HOST: dict[str, Any] = {
    "name": "demo",
    "vpc_id": "vpc-00000001",
    "private_subnet_ids": ["subnet-00000001", "subnet-00000002"],
    "cluster_arn": f"arn:aws:ecs:{ACCOUNT}:cluster/demo",
    "cluster_name": "demo",
    "exec_log_group_arn": f"arn:aws:logs:{ACCOUNT}:log-group:/airflow-fargate/demo/ecs-exec",
    "image_uri": "example.com/airflow:1",
    "environment": {"AIRFLOW__CORE__EXECUTOR": "CeleryExecutor"},
    "api_secret_key_secret_arn": f"{SECRET}:demo/credentials/api_secret_key-AbCdEf",
    "api_server_security_group_id": "sg-00000001",
    "database_secret_arn": f"{SECRET}:database-AbCdEf",
    "database_security_group_id": "sg-00000002",
    "queue_arns": {pool: f"arn:aws:sqs:{ACCOUNT}:demo_{pool}" for pool in ("default", "large")},
}
LEAST = HOST | {
    "task_logs_log_group_arn": f"arn:aws:logs:{ACCOUNT}:log-group:/airflow-fargate/demo/task-logs"
}
MOST = HOST | {
    "endpoints_security_group_ids": ["sg-00000003"],
    "exec_kms_key_arn": KEY,
    "image_uri": "123456789012.dkr.ecr.eu-west-1.amazonaws.com/airflow:1",
    "image_repository_arn": f"arn:aws:ecr:{ACCOUNT}:repository/airflow",
    "architecture": "ARM64",
    "secret_environment": {"CRM": f"{SECRET}:crm-AbCdEf:password::"},
    "credentials_kms_key_arn": KEY,
    "database_secret_kms_key_arn": KEY,
    "database_port": 5433,
    "broker_kms_key_arn": KEY,
    "task_logs_bucket_arn": "arn:aws:s3:::demo-task-logs",
    "task_logs_kms_key_arn": KEY,
    "dags_bucket_name": "demo-dags",
    "dags_prefix": "airflow/dags",
    "dags_kms_key_arn": KEY,
    "log_retention_days": 90,
    "kms_key_arn": KEY,
    "permissions_boundary_arn": "arn:aws:iam::123456789012:policy/boundary",
}
DEFAULT_POOL: dict[str, Any] = {"pool": "large", "tags": {}}
OWN_POOL: dict[str, Any] = DEFAULT_POOL | {
    "cpu": 2048,
    "memory_mib": 8192,
    "desired_count": 3,
    "concurrency": 16,
    "spot": True,
    "ephemeral_storage_gib": 80,
    "exec": True,
    "tags": {"team": "data"},
}
SETTINGS = {"least": (LEAST, DEFAULT_POOL), "most": (MOST, OWN_POOL)}
Plan = Mapping[str, Any]


def module() -> dict[str, Any]:
    """The module as it is published, but in JSON."""
    with knowing_nulls():
        return synthesized(worker_pool()).config


def deployment(stack: Any) -> None:
    """A deployment with a pool of its own like that of `OWN_POOL`, and the module's outputs."""
    key = af.EncryptionKeyProps(deletion_window_days=7)
    large: dict[str, Any] = OWN_POOL | {"tags": {}}
    pools = [af.WorkerPoolProps(), af.WorkerPoolProps(**large)]
    props = af.AirflowFargateProps(
        name="demo",
        image=af.AirflowImageProps(uri=MOST["image_uri"]),
        dags=af.S3Dags(bucket_name="demo-dags", prefix="dags"),
        secret_environment=MOST["secret_environment"],
        encryption_key=key,
        tags={},
        worker_pools=pools,
    )
    airflow = af.AirflowFargate(stack, "_airflow", props)
    TerraformOutput(stack, "worker_host", value=airflow.worker_host.as_output())


def planned(plan: Plan, called: str, prefix: str = "") -> dict[str, Any]:
    """What a plan makes in a module: address to attributes and to what is known after apply."""
    return {
        change["address"].removeprefix(f"module.{called}.").removesuffix("[0]"): (
            change["change"]["after"],
            change["change"]["after_unknown"],
        )
        for change in plan["resource_changes"]
        if change["mode"] == "managed" and change["module_address"] == f"module.{called}"
        if prefix in change["address"]
    }


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory, terraform: Any) -> Plan:
    """One plan for all: the module, and stacks with values; and a deployment beside the module."""

    def synth(build: Any) -> Any:
        app = App(outdir=str(tmp_path_factory.mktemp("synth")))
        build(af.Stack(app, "test", region="eu-west-1", local_state=True))
        app.synth()
        return Synthesized(Path(app.outdir) / "stacks/test")

    modules = {"pool": module(), "deployment": as_module(synth(deployment))}
    calls: dict[str, Any] = {
        "deployment": {"source": "./deployment"},
        "joined": {"source": "./pool", "host": "${module.deployment.worker_host}"}
        | {key: value for key, value in OWN_POOL.items() if key != "tags"},
    }
    for name, (host, pool) in SETTINGS.items():

        def with_values(stack: Any, host: Any = host, pool: Any = pool) -> None:
            made = af.WorkerHost(**host)
            af.FurtherWorkerPool(stack, "_worker", af.WorkerPoolProps(**pool), host=made)

        modules[f"values_{name}"] = as_module(synth(with_values))
        calls[f"values_{name}"] = {"source": f"./values_{name}"}
        calls[f"module_{name}"] = {"source": "./pool", "host": host} | pool
    runner = terraform(synth(lambda _: None) | {"module": calls}, modules)
    runner.plan(out=runner.folder / "plan")
    return runner.show(runner.folder / "plan")


def without_pool(found: Mapping[str, Any]) -> dict[str, Any]:
    """The same with addresses as the module has them, which does not know the pool's name."""
    return {address.replace("worker_large", "worker"): what for address, what in found.items()}


@pytest.mark.slow  # one plan of 20 seconds; test_further_worker_pool.py is the fast one
@pytest.mark.real
@pytest.mark.parametrize("setting", SETTINGS)
def test_a_host_of_variables_plans_what_one_of_values_plans(plan: Plan, setting: str) -> None:
    from_values = planned(plan, f"values_{setting}")
    assert len(from_values) > 12
    assert planned(plan, f"module_{setting}") == without_pool(from_values)


@pytest.mark.slow  # one plan of 20 seconds; test_further_worker_pool.py is the fast one
@pytest.mark.real
def test_a_pool_that_joins_is_as_the_deployments_own(plan: Plan) -> None:
    own = without_pool(planned(plan, "deployment", "worker_large"))
    joined = planned(plan, "joined")
    # In the deployment, the rules of others' security groups stand with their parts.
    assert len(own) == len(joined)
    assert sorted(map(str, own.values())) == sorted(map(str, joined.values())), (own, joined)
