"""Rules about the containers of ECS task definitions."""

import re
from collections.abc import Iterator
from typing import Any

from airflow_fargate_policies.reading import NotKnownError, decoded
from airflow_fargate_policies.reading.templates import split
from airflow_fargate_policies.resource import Configuration, Resource, Template
from airflow_fargate_policies.rules.rule import Rule, is_given, known

_TYPES = ("aws_ecs_task_definition",)
_ROOT = re.compile(r"(?:root|[+-]?0+)?(?::.*)?")
# Tags that are moved on: what runs is not what was looked at.
_MOVING = frozenset(
    {"latest", "stable", "main", "master", "trunk", "dev", "develop", "edge", "nightly", "prod"}
    | {"production", "staging", "test", "current", "snapshot", "release"}
)
_MOVING_PART = re.compile(r"(?:^|[-_.])(?:latest|nightly|edge|snapshot)(?:$|[-_.])")
_DIGEST = re.compile(r"@sha256:[0-9a-f]{64}$")


def containers_of(resource: Resource) -> Iterator[tuple[str, dict[str, Any]]]:
    """The containers of a task definition, by their names."""
    definitions = decoded(resource.values.get("container_definitions"))
    if not isinstance(definitions, list) or not definitions:
        raise NotKnownError(definitions)
    for each in definitions:
        if not isinstance(each, dict):
            raise NotKnownError(each)
        yield f"container {each.get('name', '?')}", each


def _logs(resource: Resource, _: Configuration) -> Iterator[str]:
    for name, container in containers_of(resource):
        configuration = container.get("logConfiguration")
        if not configuration:
            yield f"{name} has no logConfiguration"
            continue
        driver = known(configuration["logDriver"])
        options = configuration.get("options") or {}
        if driver == "none" or (driver == "awslogs" and not is_given(options.get("awslogs-group"))):
            yield f"{name} logs to nowhere"


def _privileged(resource: Resource, _: Configuration) -> Iterator[str]:
    for mode in ("pid_mode", "ipc_mode", "network_mode"):
        if known(resource.values.get(mode)) == "host":
            yield f"{mode} is host: its containers are not kept from the host's"
    for name, container in containers_of(resource):
        if known(container.get("privileged", False)) not in (False, "false"):
            yield f"{name} is privileged"
        capabilities = (container.get("linuxParameters") or {}).get("capabilities") or {}
        if added := known(capabilities.get("add")):
            yield f"{name} adds capabilities: {', '.join(added)}"


def _writable(resource: Resource, _: Configuration) -> Iterator[str]:
    for name, container in containers_of(resource):
        if known(container.get("readonlyRootFilesystem", False)) not in (True, "true"):
            yield f"{name} can write to its root file system"


def _root(resource: Resource, _: Configuration) -> Iterator[str]:
    for name, container in containers_of(resource):
        user = container.get("user")
        if user in (None, ""):
            yield f"{name} names no user, so that the image decides"
        elif _ROOT.fullmatch(str(known(user)).strip()):
            yield f"{name} runs as root"


def _moving_image(resource: Resource, _: Configuration) -> Iterator[str]:
    for name, container in containers_of(resource):
        image = container.get("image", "")
        if _DIGEST.search(image):
            continue
        # What the image is called may be known later, its tag may not.
        parts = list(split(image)) if isinstance(image, Template) else [(False, image)]
        is_expression, last = parts[-1] if parts else (False, "")
        last = last.rpartition("/")[2] if not is_expression else last
        if is_expression:
            before = parts[-2][1] if len(parts) > 1 else ""
            if before.endswith("@") and "digest" in last:
                continue
            if last.endswith(".repository_url"):
                yield f"{name}: the image {image} has no tag, so that it is the latest"
                continue
            raise NotKnownError(image)
        repository, colon, tag = last.partition(":")
        if not colon and not (len(parts) > 1 and not repository):
            yield f"{name}: the image {image} has no tag, so that it is the latest"
        elif not tag or tag.lower() in _MOVING or _MOVING_PART.search(tag.lower()):
            yield f"{name}: the tag of the image {image} is moved on"


CONTAINER_LOGS = Rule(
    id="AF_CONTAINER_LOGS", title="Every container logs.", types=_TYPES, check=_logs
)
PRIVILEGED = Rule(
    id="AF_PRIVILEGED_CONTAINER",
    title="No container is privileged, adds capabilities or shares what is the host's.",
    types=_TYPES,
    check=_privileged,
)
WRITABLE_ROOT = Rule(
    id="AF_WRITABLE_ROOT",
    title="Every container's root file system is read-only.",
    types=_TYPES,
    check=_writable,
)
ROOT_USER = Rule(
    id="AF_ROOT_USER",
    title="Every container runs as a user other than root.",
    types=_TYPES,
    check=_root,
)
MOVING_IMAGE = Rule(
    id="AF_MOVING_IMAGE",
    title="Every image is named by a tag that stays, or by its digest.",
    types=_TYPES,
    check=_moving_image,
)


def _mutable(resource: Resource, _: Configuration) -> Iterator[str]:
    said = known(resource.values.get("image_tag_mutability", "MUTABLE"))
    if said != "IMMUTABLE":
        yield f"image_tag_mutability is {said}"


MUTABLE_TAGS = Rule(
    id="AF_MUTABLE_TAGS",
    title="Tags of a repository of images cannot be moved.",
    types=("aws_ecr_repository",),
    check=_mutable,
)
