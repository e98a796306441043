"""What policies of IAM and of resources say, statement by statement."""

from collections.abc import Iterator
from typing import Any

from airflow_fargate_policies.reading import NotKnownError, decoded, is_known
from airflow_fargate_policies.resource import Resource
from airflow_fargate_policies.rules.rule import listed


def statements(policy: Any) -> Iterator[dict[str, Any]]:
    """The statements of a policy.

    Raises:
        NotKnownError: It cannot be read.
    """
    document = decoded(policy)
    if not isinstance(document, dict) or "Statement" not in document:
        raise NotKnownError(policy)
    for each in listed(document["Statement"]):
        if not isinstance(each, dict):
            raise NotKnownError(each)
        yield each


def is_allow(statement: dict[str, Any]) -> bool:
    """Whether it allows something.

    Raises:
        NotKnownError: That is not known.
    """
    effect = statement.get("Effect")
    if not is_known(effect):
        raise NotKnownError(effect)
    return effect == "Allow"


def sid(statement: dict[str, Any]) -> str:
    """What a statement is called in messages."""
    return f'statement "{statement["Sid"]}"' if statement.get("Sid") else "a statement"


def denies_without_tls(policy: Any, service: str) -> bool:
    """Whether a policy denies everybody every action of a service where TLS is not used."""
    return any(
        statement.get("Effect") == "Deny"
        and statement.get("Principal") in ("*", {"AWS": "*"}, {"AWS": ["*"]})
        and {"*", f"{service}:*"} & set(listed(statement.get("Action")))
        and _is_without_tls(statement.get("Condition"))
        for statement in statements(policy)
    )


def _is_without_tls(condition: Any) -> bool:
    if not isinstance(condition, dict) or list(condition) != ["Bool"]:
        return False
    asked = condition["Bool"]
    return (
        list(asked) == ["aws:SecureTransport"]
        and str(listed(asked["aws:SecureTransport"])[0]).lower() == "false"
    )


def policy_of(resource: Resource, attribute: str = "policy") -> Any:
    """A policy that stands in a resource; None where there is none."""
    return resource.values.get(attribute) or None
