"""Whether a secret's value stands where it can be read, such as in a state or a plan."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Mapping

from airflow_fargate_rehearsal.fargate.clients import Clients

_ARN = re.compile(r"arn:aws[\w-]*:secretsmanager:([\w-]+):\d+:secret:[\w/+=.@!-]+")
_SHORTEST = 8  # what is shorter stands in other words by chance


def values_of(text: str, clients: Clients) -> dict[str, str]:
    """The values of the secrets of Secrets Manager whose ARNs stand in a text, by their ARNs.

    Of a secret in JSON with a password, as RDS makes them, it is the password.
    """
    found = {}
    for each in _ARN.finditer(text):
        if each[0] not in found:
            client = clients("secretsmanager", each[1])
            try:
                value = client.get_secret_value(SecretId=each[0])["SecretString"]
            except client.exceptions.ResourceNotFoundException:
                continue  # a pattern, or one that Terraform has only named
            found[each[0]] = json.loads(value)["password"] if value[:1] == "{" else value
    return found


def found_in(text: str, values: Mapping[str, str]) -> list[str]:
    """The ARNs of the secrets whose values stand in a text, as they are, in JSON or in Base64."""
    return [
        arn
        for arn, value in values.items()
        if len(value) >= _SHORTEST and any(form in text for form in in_all_forms(value))
    ]


def in_all_forms(value: str) -> Iterator[str]:
    """How a value may be written."""
    yield value
    yield json.dumps(value)[1:-1]
    # Base64 of a text that holds the value, at each of the three places it can begin.
    for offset in range(3):
        encoded = base64.b64encode(b"x" * offset + value.encode()).decode()
        yield encoded[-(-offset * 8 // 6) : (offset + len(value)) * 8 // 6 - 1]
