"""The search for values of secrets in plans and states."""

import base64
from collections.abc import Callable
from typing import Any

import pytest

from airflow_fargate_rehearsal.fargate.clients import Clients
from airflow_fargate_rehearsal.secret_search import found_in, values_of

VALUE = "Zx9-made-up-value-17"


@pytest.mark.parametrize("text", [VALUE, f"user:{VALUE}@host", f"ab{VALUE}", f"a{VALUE}zzz"])
def test_a_value_is_found_in_a_text_and_in_its_base64(text: str) -> None:
    for hidden in (text, base64.b64encode(text.encode()).decode()):
        assert found_in(hidden, {"arn": VALUE}) == ["arn"], hidden


def test_what_is_not_there_is_not_found() -> None:
    assert found_in("nothing of it", {"arn": VALUE}) == []


def test_the_values_are_those_of_the_secrets_that_a_text_names(
    aws: Callable[[str], Any], embedded_aws: str
) -> None:
    secrets = aws("secretsmanager")
    plain = secrets.create_secret(Name="search/plain", SecretString=VALUE)["ARN"]
    of_rds = secrets.create_secret(
        Name="rds!db-search", SecretString=f'{{"username": "airflow", "password": "{VALUE}2"}}'
    )["ARN"]
    text = f'{{"a": "{plain}", "b": ["{of_rds}", "{plain}"], "c": "{plain[:-8]}-none"}}'
    assert values_of(text, Clients(embedded_aws)) == {plain: VALUE, of_rds: f"{VALUE}2"}
