"""Secrets of a container: `valueFrom` resolved as Fargate does before the container starts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from botocore.exceptions import ClientError

from airflow_fargate_rehearsal.fargate.clients import Clients
from airflow_fargate_rehearsal.fargate.errors import CannotInitialize

_PARTS_OF_A_SECRET = 7
"""Parts of the ARN of a secret; behind them may come a JSON key, a version stage and an id."""
_NOT_PULLED = "unable to pull secrets or registry auth: execution resource retrieval failed: "


def resolve(secrets: Iterable[Mapping[str, str]], clients: Clients, region: str) -> dict[str, str]:
    """Environment variables with the secrets' values.

    Raises CannotInitialize when one cannot be had, naming it.
    """
    return {each["name"]: _value(each["valueFrom"], clients, region) for each in secrets}


def _value(source: str, clients: Clients, region: str) -> str:
    parts = source.split(":")
    try:
        if parts[2:3] == ["secretsmanager"]:
            return _secret(parts, clients)
        if parts[2:3] == ["ssm"]:
            region = parts[3]
        return _parameter(source, clients("ssm", region))
    except ClientError as error:
        raise CannotInitialize(
            f"{_NOT_PULLED}unable to retrieve secret from asm: service call has been retried 1 "
            f"time(s): failed to fetch secret {source}: {error}"
        ) from error


def _parameter(name: str, client: Any) -> str:
    # In the plural: that is what the agent calls, and so what the role has to allow.
    found = client.get_parameters(Names=[name], WithDecryption=True)["Parameters"]
    if not found:
        raise CannotInitialize(
            f"{_NOT_PULLED}unable to retrieve secrets from ssm: service call has been retried "
            f"1 time(s): invalid parameters: {name}"
        )
    return found[0]["Value"]


def _secret(parts: list[str], clients: Clients) -> str:
    arn = ":".join(parts[:_PARTS_OF_A_SECRET])
    key, stage, version = [*parts[_PARTS_OF_A_SECRET:], "", "", ""][:3]
    asked: dict[str, Any] = {"SecretId": arn}
    if stage:
        asked["VersionStage"] = stage
    if version:
        asked["VersionId"] = version
    text = clients("secretsmanager", parts[3]).get_secret_value(**asked)["SecretString"]
    if not key:
        return text
    try:
        value = json.loads(text)[key]
        return value if isinstance(value, str) else json.dumps(value)
    except (ValueError, LookupError, TypeError) as error:
        raise CannotInitialize(
            f"{_NOT_PULLED}unable to retrieve secret from asm: service call has been retried 1 "
            f"time(s): retrieved secret from Secrets Manager did not contain json key {key}"
        ) from error
