"""Mistakes as people make them, each a change of the synthesized stack."""

import json
import re
from collections.abc import Callable

Change = Callable[[str], str]


def _changed(kind: str, name: str, attribute: str, change: Change) -> Change:
    def plant(text: str) -> str:
        stack = json.loads(text)
        resource = stack["resource"][kind][name]
        resource[attribute] = change(resource[attribute])
        return json.dumps(stack)

    return plant


def containers(service: str, change: Change) -> Change:
    """Change the container definitions of a service, which are text with Terraform's in it."""
    return _changed("aws_ecs_task_definition", service, "container_definitions", change)


def replaced(old: str, new: str) -> Change:
    """Every `old` by `new`."""
    return lambda text: text.replace(old, new)


def without_variable(name: str) -> Change:
    """An environment variable taken out."""
    return lambda text: re.sub(rf'\{{"name":"{name}","value":"[^"]*"\}},', "", text)


def without_first_container(text: str) -> str:
    """The container that prepares taken out, and the wait for it."""
    main = text.index('{"name":"scheduler"')
    return re.sub(r'"dependsOn":\[[^]]*\],', "", "[" + text[main:])


def without(kind: str, name: str) -> Change:
    """A resource taken out."""

    def plant(text: str) -> str:
        stack = json.loads(text)
        del stack["resource"][kind][name]
        return json.dumps(stack)

    return plant


def both(*changes: Change) -> Change:
    """One change after the other."""

    def plant(text: str) -> str:
        for change in changes:
            text = change(text)
        return text

    return plant


def restarted(service: str) -> Change:
    """The service's tasks made anew, by a variable that says nothing."""
    variable = '"environment":[{"name":"ANOTHER_TASK","value":"yes"},'
    return containers(service, replaced('"environment":[', variable))


def health_check_port(text: str) -> str:
    """The load balancer's health check on a port where nobody listens."""
    stack = json.loads(text)
    stack["resource"]["aws_lb_target_group"]["load_balancer"]["health_check"]["port"] = "8081"
    return json.dumps(stack)
