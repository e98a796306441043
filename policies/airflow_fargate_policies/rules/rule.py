"""What a rule of ours is."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from airflow_fargate_policies.finding import Finding, Outcome
from airflow_fargate_policies.reading import NotKnownError, is_known
from airflow_fargate_policies.reading.templates import expression_of
from airflow_fargate_policies.resource import Configuration, Resource, Template, without_keys

_OF_A_RESOURCE = re.compile(r"(?:(?:one|element)\()?(?:data\.)?aws_[\w.\[\]*]+(?:, ?[\w.]+)?\)?$")

Check = Callable[[Resource, Configuration], Iterator[str]]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """Something that has to hold of every resource of some types.

    Attributes:
        id: Such as `AF_PUBLIC_IP`.
        title: What has to hold, in a sentence.
        types: Of which resources.
        check: Says what is wrong with one of them, a message for each; raises `NotKnownError` where
            it cannot read what it needs.
    """

    id: str
    title: str
    types: tuple[str, ...]
    check: Check

    def findings(self, configuration: Configuration) -> Iterator[Finding]:
        """What it says of each resource of its types."""
        for resource in configuration.of_type(*self.types):
            yield self.finding(resource, configuration)

    def finding(self, resource: Resource, configuration: Configuration) -> Finding:
        """What it says of one resource."""
        outcome, message = self._said(resource, configuration)
        return Finding(
            target=configuration.name,
            rule=self.id,
            address=resource.address,
            outcome=outcome,
            title=self.title,
            message=message,
            where=resource.where,
        )

    def _said(self, resource: Resource, configuration: Configuration) -> tuple[Outcome, str]:
        wrong: list[str] = []
        try:
            wrong.extend(self.check(resource, configuration))
        except NotKnownError as error:
            return Outcome.NOT_EVALUATED, f"{self.title[:-1]}: {error}"
        except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
            # A shape that nobody thought of: closed, and told.
            return (
                Outcome.NOT_EVALUATED,
                f"{self.title[:-1]}: it has another shape than expected, {error!r}",
            )
        if wrong:
            return Outcome.FAILED, f"{self.title[:-1]}: {'; '.join(wrong)}"
        return Outcome.PASSED, self.title


def known(value: Any) -> Any:
    """A value that a rule has to know.

    Raises:
        NotKnownError: It is not known.
    """
    if not is_known(value):
        raise NotKnownError(value)
    return value


def is_given(value: Any) -> bool:
    """Whether there is a value, and no null and nothing empty.

    Raises:
        NotKnownError: It is an expression that may be null, such as a variable.
    """
    if not isinstance(value, Template):
        return value is not None and value not in ("", [], {})
    expression = expression_of(value)
    if expression is None or _OF_A_RESOURCE.match(expression):
        return True
    raise NotKnownError(value)


def blocks(resource: Resource, name: str) -> list[dict[str, Any]]:
    """The blocks of a resource that have a name, or of an attribute that is a list of objects.

    Raises:
        NotKnownError: How many there are is not known.
    """
    found = resource.values.get(name) or []
    if isinstance(found, Template):
        raise NotKnownError(found)
    return [found] if isinstance(found, dict) else list(found)


def listed(value: Any) -> list[Any]:
    """What may be one or a list, as a list."""
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]


def objects(value: Any) -> list[dict[str, Any]]:
    """A list of objects, or one.

    Raises:
        NotKnownError: It is something else, such as an expression.
    """
    for each in listed(value):
        if not isinstance(each, dict):
            raise NotKnownError(each)
    return listed(value)


def identities(resource: Resource, attribute: str) -> frozenset[str]:
    """What an attribute names: addresses of resources, and ids that are known."""
    values = listed(resource.values.get(attribute))
    ids = {each for each in values if isinstance(each, str) and not isinstance(each, Template)}
    return frozenset(resource.references.get(attribute, ())) | ids


def names_of(resource: Resource) -> frozenset[str]:
    """What other resources may name it by: its address without keys, and its known ids."""
    ids = (resource.values.get(each) for each in ("id", "arn", "url", "name", "bucket"))
    return frozenset(
        {without_keys(resource.address)} | {each for each in ids if isinstance(each, str) and each}
    )


def referring(
    configuration: Configuration, type_: str, attribute: str, to: Resource
) -> list[Resource]:
    """The resources of a type whose attribute names another resource.

    Raises:
        NotKnownError: Whether there is one is not known.
    """
    names = names_of(to)
    found = [each for each in configuration.of_type(type_) if identities(each, attribute) & names]
    for each in found:
        if each.optional and not to.optional:
            raise NotKnownError(f"whether there is {each.address}")
    return found
