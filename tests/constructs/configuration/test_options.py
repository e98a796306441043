"""Configuration: the user's own options and environment."""

from typing import Any

from airflow_fargate.airflow_options import written

import pytest


def test_options_become_variables_as_airflow_reads_them() -> None:
    assert written(
        {
            "core": {"parallelism": 64, "default_timezone": "Europe/Berlin"},
            "scheduler": {"catchup_by_default": False, "parsing_cleanup_interval": 2.5},
            "common.io": {"xcom_objectstorage_path": "s3://bucket/xcom"},
        }
    ) == {
        "AIRFLOW__CORE__PARALLELISM": "64",
        "AIRFLOW__CORE__DEFAULT_TIMEZONE": "Europe/Berlin",
        "AIRFLOW__SCHEDULER__CATCHUP_BY_DEFAULT": "False",
        "AIRFLOW__SCHEDULER__PARSING_CLEANUP_INTERVAL": "2.5",
        "AIRFLOW__COMMON_IO__XCOM_OBJECTSTORAGE_PATH": "s3://bucket/xcom",
    }


def test_all_components_are_told_what_the_user_says(tell: Any) -> None:
    told = tell(configuration={"core": {"parallelism": 64}}, environment={"TZ": "Europe/Berlin"})
    told.pop("migration")
    for said in told.values():
        assert said["environment"]["AIRFLOW__CORE__PARALLELISM"] == "64"
        assert said["environment"]["TZ"] == "Europe/Berlin"


def test_defaults_can_be_set_otherwise(tell: Any) -> None:
    assert tell()["worker"]["environment"]["AIRFLOW__CORE__LOAD_EXAMPLES"] == "False"
    told = tell(configuration={"core": {"load_examples": True}})
    assert told["worker"]["environment"]["AIRFLOW__CORE__LOAD_EXAMPLES"] == "True"


def test_tasks_go_to_the_first_pool_unless_the_user_says_otherwise(tell: Any) -> None:
    pools = {"pools": ["small", "large"]}
    told = tell(broker=pools)
    assert told["scheduler"]["environment"]["AIRFLOW__OPERATORS__DEFAULT_QUEUE"] == "small"
    told = tell(broker=pools, configuration={"operators": {"default_queue": "large"}})
    assert told["scheduler"]["environment"]["AIRFLOW__OPERATORS__DEFAULT_QUEUE"] == "large"


@pytest.mark.parametrize(
    "options",
    [
        # Providers that are not in the image that comes with the library.
        {"openlineage": {"disabled": True}},
        {"snowflake": {"anything": "x"}},
        {"sftp": {"x": 1}},
        # What Celery's transports take, and what a secrets backend takes one by one.
        {"celery_broker_transport_options": {"wait_time_seconds": 5}},
        {"secrets": {"backend_kwarg__connections_lookup_pattern": "^team_"}},
        {"celery": {"worker_autoscale": "8,2"}},
    ],
)
def test_options_of_others_pass(tell: Any, options: Any) -> None:
    told = tell(configuration=options)
    assert written(options).items() <= told["worker"]["environment"].items()


def test_an_option_that_airflow_does_not_describe_can_be_set_by_its_variable(tell: Any) -> None:
    told = tell(environment={"AIRFLOW__SMTP__SMTP_USER": "reports"})
    assert told["worker"]["environment"]["AIRFLOW__SMTP__SMTP_USER"] == "reports"


def test_another_secrets_backend_can_take_the_place_of_ours(tell: Any) -> None:
    vault = "airflow.providers.hashicorp.secrets.vault.VaultBackend"
    told = tell(secrets_backend=None, configuration={"secrets": {"backend": vault}})
    assert told["api-server"]["environment"]["AIRFLOW__SECRETS__BACKEND"] == vault
