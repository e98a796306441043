"""Configuration: what it refuses before Terraform sees anything."""

import re
from typing import Any

from airflow_fargate.configuration import Configuration, ConfigurationProps
from airflow_fargate.rules import InvalidValue

import pytest

PARAMETER = "arn:aws:ssm:eu-west-1:123456789012:parameter/a"


def options(**sections: Any) -> dict[str, Any]:
    return {"configuration": sections}


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"name": "Demo"}, r"ConfigurationProps\.name must be 1 to 24 lower-case .*got 'Demo'"),
        # Options that follow from the deployment, each with its reason.
        (options(core={"executor": "LocalExecutor"}), r"core\.executor: the workers are Celery's"),
        (options(core={"fernet_key": "x"}), r"core\.fernet_key: it comes from Secrets Manager"),
        (options(core={"fernet_key_cmd": "x"}), r"core\.fernet_key_cmd: it comes from Secrets Man"),
        (options(core={"fernet_key_secret": "x"}), r"fernet_key_secret: it comes from Secrets Man"),
        (options(api={"workers": 4}), r"api\.workers: it has a setting .*ApiServerProps\.workers"),
        (options(secrets={"backend": "x"}), r"ConfigurationProps\.secrets_backend; got 'secrets\."),
        (options(webserver={"base_url": "x"}), r"present names: this is api\.base_url now"),
        # What Airflow does not know.
        (options(core={"paralelism": 1}), r"3\.3\.2 knows; got 'core\.paralelism'\. Is it core\.p"),
        (options(core={"refresh_interval": 1}), r"Is it dag_processor\.refresh_interval\?"),
        (options(core={"zzz": 1}), r'environment=\{"AIRFLOW__CORE__ZZZ": \.\.\.\}'),
        (options(schedular={"x": 1}), r"got 'schedular'\. Is it scheduler\?"),
        (options(triggerer={"default_capacity": 1}), r"this is triggerer\.capacity now"),
        # Names and types.
        (options(Core={"x": 1}), r"sections as Airflow names them.*got 'Core'"),
        (options(core={"Parallelism": 1}), r"keys as Airflow names them.*got 'core\.Parallelism'"),
        (options(core=64), r"ConfigurationProps\.configuration must be a mapping of text .*got"),
        (options(core={"parallelism": [1]}), r"ConfigurationProps\.configuration must be a mapp"),
        # Secrets in plain sight.
        (options(sentry={"sentry_dsn": "x"}), r"without secrets.*AIRFLOW__SENTRY__SENTRY_DSN"),
        (options(smtp={"smtp_host_secret": "x"}), r'"AIRFLOW__SMTP__SMTP_HOST": "arn'),
        (options(mine={"api_token": "x"}), r"without secrets.*AIRFLOW__MINE__API_TOKEN"),
        ({"environment": {"DB_PASSWORD": "x"}}, r"environment must be without secrets.*got 'DB_P"),
        # Ways around.
        ({"environment": {"AIRFLOW__CORE__EXECUTOR": "x"}}, r"the workers are Celery's"),
        ({"environment": {"airflow__core__executor": "x"}}, r"the workers are Celery's"),
        ({"environment": {"AIRFLOW__CORE__FERNET_KEY_CMD": "x"}}, r"comes from Secrets Manager"),
        ({"environment": {"AIRFLOW__WEBSERVER__SECRET_KEY": "x"}}, r"comes from Secrets Manager"),
        ({"environment": {"AIRFLOW_FARGATE_X": "x"}}, r"begin with AIRFLOW_FARGATE_"),
        ({"environment": {"A-B": "x"}}, r"letters, digits and underscores.*got 'A-B'"),
        (
            {"environment": {"A": "x"}, "secret_environment": {"A": PARAMETER}},
            r"without a variable in two of its environments, .*; got \['A'\]",
        ),
        (
            {"secret_environment": {"A": "hunter2"}},
            r"secret_environment\['A'\] must be the ARN of a secret .*got 'hunter2'",
        ),
        (
            {"api_server_secret_environment": {"A": "arn:aws:s3:::bucket"}},
            r"api_server_secret_environment\['A'\] must be the ARN",
        ),
        ({"auth_manager": "Fab"}, r"auth_manager must be the full name of a Py.*got 'Fab'"),
        ({"secrets_backend": "vault"}, r"secrets_backend must be one of 'secretsmanager', 'ssm'"),
        ({"kms_key_arn": "alias/mine"}, r"kms_key_arn must be an ARN"),
    ],
)  # fmt: skip
def test_bad_input_is_refused_before_terraform(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidValue, match=message) as refused:
        ConfigurationProps(**{"name": "demo", **settings})
    assert not re.search(r"  |\. \.", str(refused.value))


def test_a_default_queue_without_a_pool_is_refused(tell: Any) -> None:
    with pytest.raises(InvalidValue, match=r"one of the worker pools: default; got 'gpu'"):
        tell(configuration={"operators": {"default_queue": "gpu"}})


def test_a_configuration_by_itself_needs_a_name(synth: Any, parts: Any) -> None:
    def build(stack: Any) -> None:
        Configuration(ConfigurationProps(), **parts(stack))

    with pytest.raises(InvalidValue, match=r"ConfigurationProps\.name must be given"):
        synth(build)


def test_a_key_of_another_region_is_refused(tell: Any) -> None:
    key = "arn:aws:kms:us-east-1:123456789012:key/mine"
    with pytest.raises(InvalidValue, match=r"ConfigurationProps\.kms_key_arn must be in the stack"):
        tell(kms_key_arn=key)


def test_an_argument_of_another_type_is_refused_by_name(synth: Any, parts: Any) -> None:
    def build(stack: Any) -> None:
        taken = parts(stack)
        Configuration(ConfigurationProps(name="demo"), **taken | {"broker": taken["cluster"]})

    with pytest.raises(
        InvalidValue, match=r"Configuration\(broker=\.\.\.\) must be of type Broker"
    ):
        synth(build)
