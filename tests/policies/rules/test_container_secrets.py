"""Where a secret can stand in a container's definition, and what only looks like one."""

from typing import Any

import pytest
from tests.policies.rules.resources import findings, task

from airflow_fargate_policies.finding import Outcome

_RULE = "AF_SECRET_IN_ENVIRONMENT"
_MADE_UP = "made" + "-up-one"
_KEY = "AKIA" + "Q7DLXKZ2MWPTV4HB"  # of no account; put together, so that no search finds it here


def _said(**container: Any) -> tuple[Outcome, str]:
    (found,) = findings(_RULE, task(**container))
    return found.outcome, found.message


def _variable(name: str, value: str) -> tuple[Outcome, str]:
    return _said(environment=[{"name": name, "value": value}])


@pytest.mark.parametrize(
    "name",
    [
        "PGPASSWORD",
        "MYSQL_PWD",
        "DB_PASS",
        "dbPassword",
        "clientSecret",
        "DB_PASSWORD_VALUE",
        "SECRETS",
        "JWT_2",
    ],
)
def test_a_name_that_says_secret_in_any_spelling_is_seen(name: str) -> None:
    outcome, message = _variable(name, _MADE_UP)

    assert outcome is Outcome.FAILED
    assert name in message
    assert _MADE_UP not in message


@pytest.mark.parametrize("value", ["12345678", "hunter.Two2", "made.up", "/a+b/cdefghij="])
def test_a_password_of_digits_dots_or_slashes_is_a_password(value: str) -> None:
    assert _variable("DB_PASSWORD", value)[0] is Outcome.FAILED


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("COMPASS", "north"),
        ("PWD", "north"),
        ("MAX_TOKENS", "4096"),
        ("JWT_SECRET", "/airflow/dev/jwt"),
        ("JWT_SECRET", "arn:aws:secretsmanager:eu-west-1:123456789012:secret:jwt"),
        ("AUTH_TOKEN", "https://login.example/token"),
        ("API_KEY", ""),
        ("BACKEND_SECRET", "airflow.providers.amazon.Backend"),
        ("AIRFLOW_CONN_DB", '{"conn_type": "postgres", "host": "db", "password": ""}'),
        ("TEXT", "{not JSON"),
    ],
)
def test_what_only_looks_like_a_secret_passes(name: str, value: str) -> None:
    assert _variable(name, value)[0] is Outcome.PASSED


def test_a_connection_of_airflow_in_json_is_looked_into() -> None:
    value = f'{{"conn_type": "postgres", "login": "me", "password": "{_MADE_UP}"}}'
    outcome, message = _variable("AIRFLOW_CONN_DB", value)

    assert outcome is Outcome.FAILED
    assert _MADE_UP not in message


@pytest.mark.parametrize(
    "command",
    [
        ["airflow", "users", "create", "--password", _MADE_UP],
        ["run", f"--db-password={_MADE_UP}"],
        ["sh", "-c", f"PGPASSWORD={_MADE_UP} psql"],
        ["sh", "-c", f"run --token '{_MADE_UP}'"],
    ],
)
@pytest.mark.parametrize("attribute", ["command", "entryPoint"])
def test_a_secret_given_to_a_command_is_seen(attribute: str, command: list[str]) -> None:
    outcome, message = _said(**{attribute: command})

    assert outcome is Outcome.FAILED
    assert _MADE_UP not in message


@pytest.mark.parametrize(
    "command",
    [
        ["sh", "-c", 'airflow users create --password "$ADMIN_PASSWORD"'],
        ["sh", "-c", "PGPASSWORD=$(fetch) psql"],
        ["run", "--password-file", "/run/secret"],
        ["run", "--token", "--verbose"],
        ["run", "--token"],
        ["python", "-c", "password = fetch()"],
    ],
)
def test_a_command_that_fetches_its_secret_passes(command: list[str]) -> None:
    assert _said(command=command)[0] is Outcome.PASSED


@pytest.mark.parametrize(
    ("container", "said"),
    [
        ({"healthCheck": {"command": ["CMD-SHELL", f"check {_KEY}"]}}, "healthCheck.command"),
        ({"dockerLabels": {"owner": _KEY}}, "dockerLabels.owner"),
        (
            {
                "logConfiguration": {
                    "logDriver": "splunk",
                    "options": {"splunk-url": "https://logs.example", "splunk-token": _MADE_UP},
                }
            },
            "logConfiguration.options.splunk-token",
        ),
    ],
)
def test_the_rest_of_a_container_is_looked_at_too(container: dict[str, Any], said: str) -> None:
    outcome, message = _said(**container)

    assert outcome is Outcome.FAILED
    assert said in message


def test_secrets_by_reference_pass() -> None:
    arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:it"
    secrets = [{"name": "DB_PASSWORD", "valueFrom": arn}]

    assert _said(secrets=secrets)[0] is Outcome.PASSED
