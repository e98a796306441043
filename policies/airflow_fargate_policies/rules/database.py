"""A rule about who reaches the database."""

import re
from collections.abc import Iterator
from typing import Any

from airflow_fargate_policies.reading import NotKnownError
from airflow_fargate_policies.reading.templates import references
from airflow_fargate_policies.resource import Configuration, Resource, Template
from airflow_fargate_policies.rules.network import ingress_of
from airflow_fargate_policies.rules.rule import Rule, identities, names_of

_GROUP = re.compile(r"\bsg-[0-9a-f]{8,}\b")
_RULES = ("aws_vpc_security_group_ingress_rule", "aws_security_group_rule")


def _reachable(resource: Resource, configuration: Configuration) -> Iterator[str]:
    groups = identities(resource, "vpc_security_group_ids")
    if not groups:
        named = resource.values.get("vpc_security_group_ids")
        raise NotKnownError(named or "which security groups it has, as it names none")
    tasks = _groups_of_tasks(configuration)
    if shared := groups & tasks:
        yield f"tasks of DAGs are in its own security group, {', '.join(sorted(shared))}"
    for each in configuration.of_type(*_RULES):
        if identities(each, "security_group_id") & groups:
            yield from (f"{each.address}: {said}" for said in _lets_in(each, tasks))
    for each in configuration.of_type("aws_security_group"):
        if names_of(each) & groups:
            yield from (f"{each.address}: {said}" for said in _lets_in(each, tasks))


def _groups_of_tasks(configuration: Configuration) -> frozenset[str]:
    """The security groups of the tasks of DAGs: they are named in the tasks' parameters."""
    found: set[str] = set()
    for each in configuration.of_type("aws_ssm_parameter"):
        for attribute in ("value", "insecure_value"):
            named = each.references.get(attribute, ())
            value = each.values.get(attribute)
            if any(".aws_ecs_task_definition." in f".{name}" for name in named) or (
                isinstance(value, str) and ":task-definition/" in value
            ):
                found |= {name for name in named if ".aws_security_group." in f".{name}"}
                found |= set(_GROUP.findall(value)) if isinstance(value, str) else set()
    return frozenset(found)


def _lets_in(resource: Resource, tasks: frozenset[str]) -> Iterator[str]:
    sources: set[str] = set()
    for attribute in ("referenced_security_group_id", "source_security_group_id", "ingress"):
        sources |= set(resource.references.get(attribute, ()))
    for ingress in ingress_of(resource):
        for cidr in ingress.cidrs:
            yield f"it lets in addresses ({cidr}), which tasks of DAGs may have"
        for source in ingress.sources:
            sources |= _known_group(source)
    if found := sources & tasks:
        yield f"it lets in tasks of DAGs, by {', '.join(sorted(found))}"


def _known_group(source: Any) -> set[str]:
    if isinstance(source, Template):
        # Those of resources are among the references already.
        named = list(references(source))
        if not named or not all(_is_a_group(each) for each in named):
            raise NotKnownError(source)
        return set()
    return {source} if isinstance(source, str) else set()


def _is_a_group(reference: str) -> bool:
    return reference.startswith(("aws_security_group.", "data.aws_security_group.", "aws_vpc."))


DATABASE_FROM_TASKS = Rule(
    id="AF_DATABASE_FROM_TASKS",
    title="Tasks of DAGs cannot reach the database.",
    types=("aws_db_instance", "aws_rds_cluster"),
    check=_reachable,
)
