"""What policies of IAM and of resources say, statement by statement."""

import re
from collections.abc import Iterator
from typing import Any

from airflow_fargate_policies.reading import NotKnownError, decoded, is_known
from airflow_fargate_policies.reading.templates import (
    address_of,
    is_of_a_resource,
    references,
)
from airflow_fargate_policies.resource import Resource, Template
from airflow_fargate_policies.rules.rule import listed

_ANYTHING = re.compile(r"(?:arn:)?(?:aws[\w-]*:)?[*?:]*")
_EXPRESSION = re.compile(r"\$\{[^{}]*\}")


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


def denies_without_tls(policy: Any, service: str, names: frozenset[str]) -> bool:
    """Whether a policy denies everybody every action of a service where TLS is not used.

    It has to do so for all of a bucket or queue, which others know by the ``names``.
    """
    return any(
        statement.get("Effect") == "Deny"
        and statement.get("Principal") in ("*", {"AWS": "*"}, {"AWS": ["*"]})
        and {"*", f"{service}:*"} & set(listed(statement.get("Action")))
        and any(_is_all_of_it(each, service, names) for each in listed(statement.get("Resource")))
        and _is_without_tls(statement.get("Condition"))
        for statement in statements(policy)
    )


def _is_all_of_it(resource: Any, service: str, names: frozenset[str]) -> bool:
    """Whether a resource is all objects of a bucket, or a queue; not only those below a path."""
    if not isinstance(resource, str):
        return False
    if resource == "*":
        return True
    if service == "s3":
        # What comes before is an ARN, known or not.
        if not resource.endswith("/*"):
            return False
        resource = type(resource)(resource.removesuffix("/*"))
        if "/" in _EXPRESSION.sub("", resource):
            return False
    return _is_it(resource, names)


def _is_it(resource: str, names: frozenset[str]) -> bool:
    """Whether what a statement names may be what has these names, and is nothing else."""
    if isinstance(resource, Template):
        named = {address_of(each) for each in references(resource) if each.startswith("aws_")}
        return not named or any(
            name == each or name.endswith(f".{each}") for name in names for each in named
        )
    known = {each.rpartition(":")[2] for each in names if ":" in each or "." not in each}
    return not known or resource.rpartition(":")[2] in known


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


_TYPES = (
    r"cluster|function|key|log-group|parameter|policy|repository|role|secret|service|table|"
    r"task|task-definition|user"
)
_TYPE = re.compile(rf"(?:[\w-]+(?=[:/])|(?:{_TYPES})(?=\*))")
_ARN_FIELDS = 6
_WITHOUT_TYPES = ("s3", "execute-api")


def arn_names(resource: str) -> str:
    """What an ARN names, without partition, service, region, account and type; the bucket of S3.

    Text that is no ARN is what it is.
    """
    fields = resource.split(":", _ARN_FIELDS - 1)
    if fields[0] != "arn" or len(fields) < _ARN_FIELDS:
        return resource
    rest = fields[-1]
    return rest.split("/")[0] if fields[2] in _WITHOUT_TYPES else _TYPE.sub("", rest, count=1)


def names_nothing(resource: str) -> bool:
    """Whether a resource of a statement is `*`, or all of a type: `role/*`, `secret:*-??????`."""
    named = arn_names(resource)
    return bool({"*", "?"} & set(named)) and not re.search("[A-Za-z0-9]", named)


def are_limits(values: Any) -> bool:
    """Whether what a condition asks for is not everything.

    Raises:
        NotKnownError: What it asks for may be `*`.
    """
    for each in listed(values):
        if isinstance(each, Template) and not is_of_a_resource(each):
            raise NotKnownError(each)
    # `arn:aws:*` and `*:*` have nothing in them that names anything.
    return not any(_is_anything(str(each)) for each in listed(values))


def _is_anything(value: str) -> bool:
    """Whether a condition's value is what everybody has, such as any organization or account."""
    if _ANYTHING.fullmatch(value) or value.startswith(("${aws:", "o-*", "project_path:*")):
        return True
    fields = value.split(":", _ARN_FIELDS - 1)
    is_of_anybody = len(fields) == _ARN_FIELDS and not set(fields[4]) - {"*", "?"}
    return is_of_anybody and names_nothing(value)
