"""Configuration: what each component is told, which secrets it has, and what it may read."""

import json
import re
from typing import Any

from airflow_fargate.airflow_options import variable
from airflow_fargate.recovery_options import RECOVERY_OPTIONS
from airflow_fargate.reserved_options import RESERVED

import pytest

ARN = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:sso-AbCdEf"
PARAMETER = "arn:aws:ssm:eu-west-1:123456789012:parameter/team/token"
KEY = "arn:aws:kms:eu-west-1:123456789012:key/mine"


def secrets(told: Any) -> dict[str, set[str]]:
    """Names of each component's secrets, in short."""
    return {
        component: {name.split("__")[-1] for name in said["secrets"]}
        for component, said in told.items()
    }


def resources(statements: Any) -> list[str]:
    return [arn for statement in statements for arn in statement["Resource"]]


def test_each_component_has_the_secrets_that_it_needs_and_no_other(tell: Any) -> None:
    assert secrets(tell()) == {
        "api-server": {"FERNET_KEY", "JWT_SECRET", "SECRET_KEY"},
        "scheduler": {"FERNET_KEY", "JWT_SECRET"},
        "dag-processor": {"FERNET_KEY"},
        "triggerer": {"FERNET_KEY", "SECRET_KEY"},
        "worker": {"SECRET_KEY"},
        "migration": {"AIRFLOW_FARGATE_ADMIN_PASSWORD"},
    }


def test_ecs_may_read_exactly_the_secrets_that_it_hands_over(tell: Any) -> None:
    for component, said in tell().items():
        assert sorted(resources(said["read"])) == sorted(said["secrets"].values()), component
        assert {a for s in said["read"] for a in s["Action"]} == {"secretsmanager:GetSecretValue"}


def test_nobody_is_told_a_password(tell: Any) -> None:
    for component, said in tell().items():
        environment = said.get("environment", {})
        assert not set(environment) & set(said["secrets"]), component
        for name in environment:
            if "CONN" in name and "SQL" in name:
                # Between :// and the host, there is nobody.
                assert re.match(
                    r"postgresql\+\w+://db\.example\.com:5432/airflow", environment[name]
                )


def test_all_may_read_the_databases_password_and_nothing_else_of_secrets_manager(tell: Any) -> None:
    told = tell()
    for component in ("scheduler", "worker"):
        (statement,) = told[component]["may"]
        assert statement["Action"] == ["secretsmanager:GetSecretValue"]
        assert statement["Resource"] == [
            told[component]["environment"]["AIRFLOW_FARGATE_DATABASE_SECRET_ARN"]
        ]


def test_who_looks_up_connections_is_told_where_and_may_read_them(tell: Any) -> None:
    told = tell()
    told.pop("migration")
    looks_up = {"api-server", "dag-processor", "triggerer"}
    backend = {c for c, said in told.items() if "AIRFLOW__SECRETS__BACKEND" in said["environment"]}
    assert backend == looks_up
    for component, said in told.items():
        found = [r for r in resources(said["may"]) if ":secret:demo/" in r]
        endings = [arn.split(":secret:")[1] for arn in found]
        expected = ["demo/connections/*", "demo/variables/*"] if component in looks_up else []
        assert endings == expected, component
    kwargs = json.loads(told["triggerer"]["environment"]["AIRFLOW__SECRETS__BACKEND_KWARGS"])
    assert kwargs["connections_prefix"] == "demo/connections"
    assert kwargs["variables_prefix"] == "demo/variables"
    pattern = kwargs["connections_lookup_pattern"]
    assert [bool(re.match(pattern, c)) for c in ("aws_default", "aws_default_2", "db")] == [
        False,
        True,
        True,
    ]


def test_connections_can_be_kept_in_ssm(tell: Any) -> None:
    said = tell(secrets_backend="ssm", kms_key_arn=KEY)["api-server"]
    kwargs = json.loads(said["environment"]["AIRFLOW__SECRETS__BACKEND_KWARGS"])
    assert kwargs["connections_prefix"] == "/airflow-fargate/demo/connections"
    read, decrypt = said["may"][1:]
    assert read["Action"] == ["ssm:GetParameter"]
    assert [arn.split(":")[-1] for arn in read["Resource"]] == [
        "parameter/airflow-fargate/demo/connections/*",
        "parameter/airflow-fargate/demo/variables/*",
    ]
    assert decrypt["Resource"] == [KEY]
    (via,) = decrypt["Condition"]["StringEquals"].values()
    assert via.startswith("ssm.")


def test_without_a_secrets_backend_nobody_looks_up_anything(tell: Any) -> None:
    for component, said in tell(secrets_backend=None).items():
        assert not [n for n in said.get("environment", {}) if "SECRETS__" in n], component
        assert len(said.get("may", [None])) == 1, component


def test_only_who_runs_code_of_dags_is_told_where_tasks_are(tell: Any) -> None:
    told = tell()
    path = {
        c: said.get("environment", {}).get("AIRFLOW_FARGATE_TASKS_PATH") for c, said in told.items()
    }
    expected = "/airflow-fargate/demo/tasks"
    assert {c for c, p in path.items() if p == expected} == {"dag-processor", "triggerer", "worker"}


def test_under_another_auth_manager_there_is_no_admin_password(tell: Any) -> None:
    manager = "airflow.providers.amazon.aws.auth_manager.aws_auth_manager.AwsAuthManager"
    told = tell(auth_manager=manager)
    assert told["migration"] == {"secrets": {}, "read": []}
    assert told["api-server"]["environment"]["AIRFLOW__CORE__AUTH_MANAGER"] == manager


def test_a_users_secrets_reach_the_containers_that_they_are_meant_for(tell: Any) -> None:
    told = tell(
        secret_environment={"TEAM_TOKEN": PARAMETER},
        api_server_secret_environment={"SSO_SECRET": f"{ARN}:client_secret::"},
        kms_key_arn=KEY,
    )
    assert told["worker"]["secrets"]["TEAM_TOKEN"] == PARAMETER
    assert "SSO_SECRET" not in told["worker"]["secrets"]
    assert told["api-server"]["secrets"]["SSO_SECRET"] == f"{ARN}:client_secret::"
    # Who reads a part of a secret must be allowed to read the whole.
    assert ARN in resources(told["api-server"]["read"])
    assert ARN not in resources(told["worker"]["read"])
    for component in ("api-server", "worker"):
        assert PARAMETER in resources(told[component]["read"])
        assert KEY in resources(told[component]["read"])


def test_whatever_the_library_sets_nobody_else_can(tell: Any) -> None:
    free = {
        "AIRFLOW__CORE__LOAD_EXAMPLES",
        "AIRFLOW__OPERATORS__DEFAULT_QUEUE",
        *RECOVERY_OPTIONS,
    }
    reserved = {variable(*option.rsplit(".", 1)) for option in RESERVED}
    for said in tell(base_url="https://airflow.example.com").values():
        names = {*said.get("environment", {}), *said["secrets"]}
        assert {n for n in names if n.startswith("AIRFLOW__")} - free <= reserved


@pytest.mark.parametrize(
    ("url", "secure"), [("https://airflow.example.com", "True"), ("http://10.0.0.1", "False")]
)
def test_cookies_are_for_https_alone_where_there_is_https(tell: Any, url: str, secure: str) -> None:
    environment = tell(base_url=url)["api-server"]["environment"]
    assert environment["AIRFLOW__API__BASE_URL"] == url
    assert environment["AIRFLOW__FAB__COOKIE_SECURE"] == secure


def test_without_an_address_airflow_is_told_none(tell: Any) -> None:
    assert "AIRFLOW__API__BASE_URL" not in tell()["api-server"]["environment"]
