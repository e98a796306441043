"""A whole deployment, once with Python values in a stack, once with variables as a module.

What the real Terraform plans must be the same, but for an index that variables give to addresses.
"""

from collections.abc import Callable, Mapping
from typing import Any

import airflow_fargate as af
from airflow_fargate.dag_bundle import ChosenDags
from airflow_fargate.nulls import knowing_nulls
from airflow_fargate.values import boolean, expression, number

import pytest
from cdktf import TerraformVariable, Token
from module_writer.synthesis import as_module

NOTHING_SAID: dict[str, Any] = {
    "kms_key_arn": None,
    "permissions_boundary_arn": None,
    "log_retention_days": 30,
    "tags": None,
    "environment": None,
    "secret_environment": None,
    "certificate_arn": None,
    "plain_http": True,
    "load_balancer_kind": "network",
    "load_balancer_scheme": "internal",
    "allowed_cidr_blocks": [],
    "az_count": 2,
    "nat": "single",
    "monitoring_interval_seconds": 0,
    "cpu": 1024,
    "memory_mib": 3072,
    "desired_count": 1,
    "spot": False,
    "secrets_backend": None,
    "queues": [],
    "statements": [],
    "dags": {},
    "existing": None,
}
ALL_SAID: dict[str, Any] = {
    "kms_key_arn": "arn:aws:kms:eu-west-1:123456789012:key/mine",
    "permissions_boundary_arn": "arn:aws:iam::123456789012:policy/boundary",
    "log_retention_days": 90,
    "tags": {"team": "data"},
    "environment": {"TEAM": "data"},
    "secret_environment": {
        "CRM": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:crm-AbCdEf"
    },
    "certificate_arn": "arn:aws:acm:eu-west-1:123456789012:certificate/0",
    "plain_http": False,
    "load_balancer_kind": "application",
    "load_balancer_scheme": "internet-facing",
    "allowed_cidr_blocks": ["203.0.113.0/24", "198.51.100.7/32"],
    "az_count": 3,
    "nat": "none",
    "monitoring_interval_seconds": 60,
    "cpu": 2048,
    "memory_mib": 4096,
    "desired_count": 2,
    "spot": True,
    "secrets_backend": "ssm",
    "queues": ["large"],
    "statements": [
        {"sid": "ReadSales", "actions": ["s3:GetObject"], "resources": ["arn:aws:s3:::sales/*"]},
        {
            "sid": "ReadOrders",
            "actions": ["s3:GetObject"],
            "resources": ["arn:aws:s3:::orders/*"],
            "conditions": {"Bool": {"aws:SecureTransport": ["true"]}},
        },
    ],
    "dags": {"s3": {"bucket_name": "acme-dags", "prefix": "airflow"}},
    "existing": {
        "host": "db.example.com",
        "port": 6432,
        "database_name": "airflow",
        "secret_arn": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:theirs-AbCdEf",
        "security_group_id": "sg-0123456789abcdef0",
    },
}
VALUE_OF: Mapping[str, Callable[[TerraformVariable], Any]] = {
    "string": lambda variable: variable.string_value,
    "number": lambda variable: variable.number_value,
    "bool": lambda variable: variable.boolean_value,
    "list(string)": lambda variable: variable.list_value,
    "map(string)": lambda variable: Token.as_string_map(variable.value),
}
TYPE_OF_OBJECTS = {
    "statements": (
        "list(object({sid = string, actions = list(string), resources = list(string), "
        "conditions = optional(map(map(list(string))))}))"
    ),
    "dags": (
        "object({git = optional(object({repo_url = string, tracking_ref = optional(string)})), "
        "s3 = optional(object({bucket_name = string, prefix = optional(string), "
        "kms_key_arn = optional(string)}))})"
    ),
    "existing": (
        "object({host = string, port = number, database_name = string, secret_arn = string, "
        "security_group_id = string, secret_kms_key_arn = optional(string)})"
    ),
}
TYPE_OF = {bool: "bool", int: "number", str: "string", list: "list(string)", dict: "map(string)"}


def variables(stack: Any) -> dict[str, Any]:
    found = {}
    for name, type_ in TYPE_OF_OBJECTS.items():
        TerraformVariable(stack, name, type=type_, nullable=True)
        found[name] = OBJECTS[name]()
    for name, value in ALL_SAID.items():
        if name in found:
            continue
        type_ = TYPE_OF[type(value)]
        found[name] = VALUE_OF[type_](TerraformVariable(stack, name, type=type_, nullable=True))
    return found


def chosen_dags() -> ChosenDags:
    return ChosenDags(
        git=af.GitDags(
            repo_url=expression("var.dags.git.repo_url"),
            tracking_ref=expression("var.dags.git.tracking_ref"),
        ),
        from_git=boolean("var.dags.git != null"),
        s3=af.S3Dags(
            bucket_name=expression("var.dags.s3.bucket_name"),
            prefix=expression("var.dags.s3.prefix"),
            kms_key_arn=expression("var.dags.s3.kms_key_arn"),
        ),
        from_s3=boolean("var.dags.s3 != null"),
    )


def existing_database() -> af.ExistingDatabase:
    port: Any = number("var.existing.port")
    return af.ExistingDatabase(
        host=expression("var.existing.host"),
        port=port,
        database_name=expression("var.existing.database_name"),
        secret_arn=expression("var.existing.secret_arn"),
        secret_kms_key_arn=expression("var.existing.secret_kms_key_arn"),
        security_group_id=expression("var.existing.security_group_id"),
        when=boolean("var.existing != null"),
    )


OBJECTS: Mapping[str, Callable[[], Any]] = {
    "statements": lambda: [af.StatementsFrom(text="var.statements")],
    "dags": chosen_dags,
    "existing": existing_database,
}


def with_objects(values: Mapping[str, Any]) -> dict[str, Any]:
    """The same values, where those of objects are what Python calls them."""
    dags, existing = values["dags"], values["existing"]
    return dict(values) | {
        "statements": [af.Statement(**each) for each in values["statements"]],
        "dags": af.S3Dags(**dags["s3"]) if dags else None,
        "existing": af.ExistingDatabase(**existing) if existing else None,
    }


@knowing_nulls()
def deployment(stack: Any, values: Mapping[str, Any]) -> None:
    size = {name: values[name] for name in ("cpu", "memory_mib", "desired_count")}
    common = ("kms_key_arn", "permissions_boundary_arn", "log_retention_days", "tags")
    common += ("environment", "secret_environment")
    airflow = af.AirflowFargate(
        stack,
        "_airflow",
        af.AirflowFargateProps(
            name="demo",
            image=af.AirflowImageProps(uri="example.com/airflow:1"),
            network=af.NetworkProps(az_count=values["az_count"], nat=values["nat"]),
            database=database(values),
            dags=values["dags"],
            queues=values["queues"],
            secrets_backend=values["secrets_backend"],
            load_balancer=af.LoadBalancerProps(
                kind=values["load_balancer_kind"],
                scheme=values["load_balancer_scheme"],
                certificate_arn=values["certificate_arn"],
                plain_http=values["plain_http"],
                allowed_cidr_blocks=values["allowed_cidr_blocks"],
            ),
            api_server=af.ApiServerProps(**size),
            scheduler=af.SchedulerProps(**size),
            dag_processor=af.DagProcessorProps(**size),
            triggerer=af.TriggererProps(**size),
            worker_pools=[
                af.WorkerPoolProps(**size, spot=values["spot"], statements=values["statements"])
            ],
            **{name: values[name] for name in common},
        ),
    )
    airflow.add_task(
        af.FargateTaskProps(
            task="report", image_uri="example.com/report:1", shared_storage_path="/shared"
        )
    )


def database(values: Mapping[str, Any]) -> af.MetadataDatabaseProps:
    interval, existing = values["monitoring_interval_seconds"], values["existing"]
    if existing is not None and existing.when is True:
        return af.MetadataDatabaseProps(existing=existing)
    return af.MetadataDatabaseProps(monitoring_interval_seconds=interval, existing=existing)


def of_module(plan: Mapping[str, Any], module: str) -> dict[str, Any]:
    """What a plan makes in a module: address to attributes and to what is known after apply."""
    return {
        change["address"].removeprefix(f"module.{module}.").removesuffix("[0]"): (
            change["change"]["after"],
            change["change"]["after_unknown"],
        )
        for change in plan["resource_changes"]
        if change["mode"] == "managed" and change["module_address"] == f"module.{module}"
    }


@pytest.mark.slow  # test_modules_plan.py plans what variables make
@pytest.mark.real
def test_values_and_variables_plan_the_same_deployment(
    synth: Any, terraform: Any, subtests: pytest.Subtests
) -> None:
    # One plan for all: the module called for each setting, and a stack made for each.
    modules = {"variables": as_module(synth(lambda stack: deployment(stack, variables(stack))))}
    settings = {"nothing": NOTHING_SAID, "all": ALL_SAID}
    calls: dict[str, Any] = {}
    for name, values in settings.items():
        said = with_objects(values)
        modules[f"values_{name}"] = as_module(
            synth(lambda stack, said=said: deployment(stack, said))
        )
        calls[f"variables_{name}"] = {"source": "./variables"} | values
        calls[f"values_{name}"] = {"source": f"./values_{name}"}
    runner = terraform(synth(lambda _: None) | {"module": calls}, modules)
    runner.plan(out=runner.folder / "plan")
    plan = runner.show(runner.folder / "plan")
    for name in settings:
        with subtests.test(name):
            from_values = of_module(plan, f"values_{name}")
            assert len(from_values) > 100
            assert of_module(plan, f"variables_{name}") == from_values
