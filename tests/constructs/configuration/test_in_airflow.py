"""Configuration, by the real Terraform: from values and from variables; and as Airflow reads it."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import airflow_fargate as af
from airflow_fargate.configuration import Configuration, ConfigurationProps
from airflow_fargate.configuration_props import FAB

import pytest
from cdktf import App, TerraformVariable, Token

ROOT = Path(__file__).parents[3]
AIRFLOW = ROOT / ".tools/venvs/airflow/bin/python"
COMPONENTS = ("api_server", "scheduler", "dag_processor", "triggerer", "worker")
SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:sso-AbCdEf"
# checkov:skip=CKV_SECRET_6:It is an ARN.
NO_SECRET = "arn:aws:ecs:eu-west-1:123456789012:cluster/demo"
SETTINGS: dict[str, Any] = {
    "name": "demo",
    "configuration": {"core": {"parallelism": "64"}, "common.io": {"xcom_objectstorage_path": "x"}},
    "auth_manager": FAB,
    "environment": {"TZ": "Europe/Berlin"},
    "secret_environment": {"TOKEN": "arn:aws:ssm:eu-west-1:123456789012:parameter/token"},
    "api_server_secret_environment": {"SSO": f"{SECRET}:client::"},
    "kms_key_arn": "arn:aws:kms:eu-west-1:123456789012:key/mine",
}
BASE_URL = "https://airflow.example.com"
MAPS = "environment", "secret_environment", "api_server_secret_environment"


def from_variables(stack: Any) -> tuple[ConfigurationProps, str]:
    """Props and address that are variables of Terraform, with the settings for defaults."""

    def variable(name: str, type_: str, default: Any) -> TerraformVariable:
        made = TerraformVariable(stack, name, type=type_, nullable=True)
        # As an argument, cdktf would write its keys in lower case.
        made.add_override("default", default)
        return made

    given: dict[str, Any] = {}
    for name, value in SETTINGS.items():
        if name == "configuration":
            given[name] = Token.as_any(variable(name, "map(map(string))", value).value)
        elif name in MAPS:
            given[name] = Token.as_string_map(variable(name, "map(string)", value).value)
        else:
            given[name] = variable(name, "string", value).string_value
    return ConfigurationProps(**given), variable("base_url", "string", BASE_URL).string_value


STAND_INS: dict[str, Any] = {
    "aws_sqs_queue.broker": {"default": {"url": "https://sqs.eu-west-1.amazonaws.com/1/demo_d"}},
    "aws_service_discovery_private_dns_namespace.cluster": {"name": "demo.airflow.internal"},
    "aws_ecs_cluster.cluster": {"arn": NO_SECRET},
    "aws_s3_bucket.task_logs": {"id": "demo-task-logs"},
    "data.aws_region.current": {"id": "eu-west-1"},
    "data.aws_partition.current": {"partition": "aws"},
    "data.aws_caller_identity.current": {"account_id": "123456789012"},
} | {
    f"aws_secretsmanager_secret.credentials_{key}": {"arn": f"{SECRET[:-10]}{key}-AbCdEf"}
    for key in ("fernet_key", "jwt", "api_secret_key", "admin_password")
}
"""What Terraform would know of the resources; making them takes minutes."""


def without_resources(config: dict[str, Any]) -> dict[str, Any]:
    """The outputs of a stack, over stand-ins of its resources."""
    text = json.dumps(config["output"])
    for address in sorted(STAND_INS, key=len, reverse=True):
        text = text.replace(address, f"local.{address.replace('.', '_')}")
    return {
        "terraform": config["terraform"],
        "variable": config["variable"],
        "locals": {address.replace(".", "_"): value for address, value in STAND_INS.items()},
        "output": json.loads(text),
    }


@pytest.fixture(scope="module")
def applied(
    tmp_path_factory: pytest.TempPathFactory, terraform: Any, parts: Any, add_outputs: Any
) -> dict[str, Any]:
    """Outputs of a stack with one configuration by value, and the same by variables."""
    out = tmp_path_factory.mktemp("configuration")
    app = App(outdir=str(out))
    stack = af.Stack(app, "test", region="eu-west-1", local_state=True)
    taken = parts(stack)
    by_value = Configuration(ConfigurationProps(**SETTINGS), **taken, base_url=BASE_URL)
    add_outputs(stack, by_value, "value_")
    props, base_url = from_variables(stack)
    add_outputs(stack, Configuration(props, **taken, base_url=base_url), "variable_")
    app.synth()
    config = json.loads((out / "stacks/test/cdk.tf.json").read_text())
    runner = terraform(without_resources(config))
    runner.apply()
    return {name: output.value for name, output in runner.outputs().items()}


def resources(statements: Any) -> set[str]:
    return {arn for statement in statements for arn in statement["Resource"]}


@pytest.mark.real
def test_values_and_variables_say_the_same(applied: dict[str, Any]) -> None:
    def comparable(said: Any) -> Any:
        """The same, with what is a set to AWS in order."""
        if isinstance(said, dict):
            return {key: comparable(value) for key, value in said.items()}
        if isinstance(said, list):
            return sorted((comparable(item) for item in said), key=json.dumps)
        return said

    for part in (*COMPONENTS, "migration"):
        value, variable = applied[f"value_{part}"], applied[f"variable_{part}"]
        assert variable.get("environment") == value.get("environment"), part
        assert variable["secrets"] == value["secrets"], part
        # Terraform escapes more characters in JSON than we do.
        written = [json.loads(said.get("containers", "[]")) for said in (variable, value)]
        assert written[0] == written[1], part
        assert comparable(variable.get("may")) == comparable(value.get("may")), part
        # Where a variable could be empty, what is no secret stands for it.
        assert resources(variable["read"]) - resources(value["read"]) <= {NO_SECRET}, part
        assert resources(value["read"]) <= resources(variable["read"]), part


PROGRAM = """
import importlib, json, os, sys

told = json.load(sys.stdin)
from airflow.providers_manager import ProvidersManager
ProvidersManager().initialize_providers_configuration()
from airflow.configuration import conf

known = {}
for section, description in conf.configuration_description.items():
    for key in description["options"]:
        name = f"AIRFLOW__{section.replace('.', '_')}__{key}".upper()
        known[name] = (section, key)
transport = "AIRFLOW__CELERY_BROKER_TRANSPORT_OPTIONS__"
unknown, different = [], []
for component, variables in told.items():
    ours = {k: v for k, v in variables.items() if k.startswith("AIRFLOW__")}
    os.environ.update(ours)
    for name, value in ours.items():
        if name.startswith(transport):
            continue
        if name not in known:
            unknown.append(name)
        elif conf.get(*known[name]) != value:
            different.append([name, conf.get(*known[name]), value])

os.environ.update(told["api_server"])
from airflow.providers.celery.executors.default_celery import get_default_celery_config
celery = get_default_celery_config(conf)
from celery import Celery
channel = Celery(config_source=celery).connection().channel()
backend = conf._get_custom_secret_backend()
print(json.dumps({
    "unknown": unknown,
    "different": different,
    "queues": celery["broker_transport_options"]["predefined_queues"],
    "visibility": celery["broker_transport_options"]["visibility_timeout"],
    "remote_control": celery["worker_enable_remote_control"],
    "default_queue": celery["task_default_queue"],
    "result_backend": celery["result_backend"],
    "region": channel.region,
    "hostname": conf.getimport("core", "hostname_callable")(),
    "auth_manager": conf.getimport("core", "auth_manager").__name__,
    "backend": type(backend).__name__,
    "connections": backend.connections_prefix,
    "variables": backend.variables_prefix,
    "config": backend.config_prefix,
    "base_url": conf.get("api", "base_url"),
}))
"""


@pytest.fixture(scope="module")
def read_by_airflow(
    applied: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Any]:
    """What the real Airflow makes of the environment of each component."""
    home = tmp_path_factory.mktemp("airflow")
    # An empty file, as in the image; else Airflow writes one with keys of its own.
    (home / "airflow.cfg").touch()
    told = {part: applied[f"value_{part}"]["environment"] for part in COMPONENTS}
    run = subprocess.run(
        [AIRFLOW, "-c", PROGRAM],
        input=json.dumps(told),
        env={"PATH": os.environ["PATH"], "HOME": str(home), "AIRFLOW_HOME": str(home)}
        | {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"},
        check=True,
        capture_output=True,
        text=True,
    )
    return json.loads(run.stdout.splitlines()[-1])


@pytest.mark.real
def test_airflow_knows_every_option_and_reads_what_is_said(read_by_airflow: dict[str, Any]) -> None:
    assert read_by_airflow["unknown"] == []
    assert read_by_airflow["different"] == []
    assert read_by_airflow["base_url"] == BASE_URL
    assert read_by_airflow["auth_manager"] == "FabAuthManager"
    # An address: names of containers are not in DNS.
    assert read_by_airflow["hostname"].count(".") == 3


@pytest.mark.real
def test_celery_finds_the_queues(applied: dict[str, Any], read_by_airflow: dict[str, Any]) -> None:
    (queue,) = read_by_airflow["queues"].values()
    assert list(read_by_airflow["queues"]) == ["default"] == [read_by_airflow["default_queue"]]
    assert queue["url"].endswith("/demo_d")
    assert read_by_airflow["region"] == "eu-west-1"
    assert read_by_airflow["visibility"] == 43_200
    assert read_by_airflow["remote_control"] is False
    environment = applied["value_worker"]["environment"]
    sql = environment["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"]
    assert read_by_airflow["result_backend"] == f"db+{sql}"


@pytest.mark.real
def test_airflows_secrets_backend_looks_where_permission_is_given(
    applied: dict[str, Any], read_by_airflow: dict[str, Any]
) -> None:
    assert read_by_airflow["backend"] == "SecretsManagerBackend"
    assert read_by_airflow["config"] is None
    (arns,) = (
        statement["Resource"]
        for statement in applied["value_api_server"]["may"]
        if statement["Sid"] == "ReadConnectionsAndVariables"
    )
    root = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:"
    assert arns == [f"{root}{read_by_airflow[kind]}/*" for kind in ("connections", "variables")]


@pytest.mark.real
def test_the_list_of_options_is_that_of_the_locked_airflow() -> None:
    listed = subprocess.run(
        [AIRFLOW, ROOT / "tools/airflow_options.py", "--print"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    committed = ROOT / "constructs/airflow_fargate/airflow_options.json"
    assert listed == committed.read_text(), "run tools/airflow_options.py with Airflow's Python"
