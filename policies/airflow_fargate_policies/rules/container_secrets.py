"""A rule about secrets that stand in the definitions of containers."""

import json
import re
from collections.abc import Iterator
from typing import Any

from airflow_fargate_policies.reading import NotKnownError
from airflow_fargate_policies.reading.templates import is_known, references
from airflow_fargate_policies.resource import Configuration, Resource, Template
from airflow_fargate_policies.rules.containers import containers_of
from airflow_fargate_policies.rules.rule import Rule, known, listed, objects
from airflow_fargate_policies.rules.secret_values import (
    given_secrets,
    is_harmless,
    is_secret_name,
    looks_random,
    secrets_in,
    texts_of,
)

# Of a module, an output may be anything.
_OF_A_RESOURCE = re.compile(r"(?:data\.)?[a-z0-9]+_\w+\.")
_COMMANDS = ("command", "entryPoint")


def _secrets(resource: Resource, _: Configuration) -> Iterator[str]:
    for name, container in containers_of(resource):
        for entry in objects(container.get("environment")):
            variable, value = known(entry["name"]), entry.get("value", "")
            if found := _secret(variable, value):
                yield f"{name}: {variable} is {found}"
        for attribute in _COMMANDS:
            words = listed(container.get(attribute))
            for word in words:
                yield from (f"{name}: its {attribute} holds {each}" for each in _in(word))
            for given in given_secrets(words):
                yield f"{name}: its {attribute} gives {given} a value that can be read"
        health = container.get("healthCheck") or {}
        for given in given_secrets(listed(health.get("command"))):
            yield f"{name}: its health check gives {given} a value that can be read"
        rest = {key: it for key, it in container.items() if key not in (*_COMMANDS, "environment")}
        for path, text in texts_of(rest):
            yield from (f"{name}: {path} holds {each}" for each in _in(text))
            if _is_secret_by_its_name(path.rpartition(".")[2], text):
                yield f"{name}: {path} is a secret by its name, with a value that can be read"


def _in(text: Any) -> Iterator[str]:
    return secrets_in(text) if isinstance(text, str) else iter(())


def _is_secret_by_its_name(name: str, text: str) -> bool:
    is_read = not isinstance(text, Template)
    return is_read and is_secret_name(name) and not is_harmless(text)


def _secret(variable: str, value: Any) -> str | None:
    found = next(_in(value), None)
    if found:
        return found
    if is_secret_name(variable) and not is_harmless(value):
        # A reference to a resource is one to a name, an ARN or an address of it: its secret
        # attributes are found above.
        if isinstance(value, Template) and not _refers_only_to_resources(value):
            raise NotKnownError(f"{variable} = {value}")
        if not isinstance(value, Template):
            return "a secret by its name, with a value that can be read"
    if isinstance(value, str) and is_known(value):
        return _secret_in_json(value) or (
            "a value that looks like a key" if looks_random(value) else None
        )
    return None


def _secret_in_json(text: str) -> str | None:
    """What is secret in a variable such as Airflow's `AIRFLOW_CONN_...`, which may be JSON."""
    if not text.lstrip().startswith(("{", "[")):
        return None
    try:
        read = json.loads(text)
    except ValueError:
        return None
    for path, each in texts_of(read):
        if _is_secret_by_its_name(path.rpartition(".")[2], each):
            return f"JSON in which {path} is a secret by its name, with a value that can be read"
    return None


def _refers_only_to_resources(value: Template) -> bool:
    found = list(references(value))
    return bool(found) and all(_OF_A_RESOURCE.match(each) for each in found)


SECRET_IN_ENVIRONMENT = Rule(
    id="AF_SECRET_IN_ENVIRONMENT",
    title="A container gets secrets by `secrets`, never in `environment`.",
    types=("aws_ecs_task_definition",),
    check=_secrets,
)
