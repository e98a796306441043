"""Why a service's task stopped, in plain words, with the last that its containers said."""

from __future__ import annotations

import shlex
import textwrap

from airflow_fargate_rehearsal.alive.applied import Deployment
from airflow_fargate_rehearsal.alive.ecs import Described, family_of, id_of, log_events
from airflow_fargate_rehearsal.alive.services import ServiceState
from airflow_fargate_rehearsal.fargate.clients import Clients

_LAST_LINES = 25
_MOST_LETTERS = 120


def why_failed(state: ServiceState, deployment: Deployment, clients: Clients) -> str:
    """What went wrong with a service that has stopped tasks or a failed deployment."""
    said = [f"Service {state.name} does not hold:"]
    if state.rollout_failure:
        said.append(f"  {state.rollout_failure}")
    for task in state.stopped[-1:]:
        said += why_stopped(task, deployment, clients)
    if len(state.stopped) > 1:
        said.append(f"  and {len(state.stopped) - 1} of its tasks stopped before.")
    return "\n".join(said)


def why_stopped(task: Described, deployment: Deployment, clients: Clients) -> list[str]:
    """Lines about a stopped task: ECS's reason, its containers, and their last lines."""
    reason = task.get("stoppedReason", "no reason given")
    said = [f"  Task {id_of(task)} stopped: {reason} ({task.get('stopCode', 'no stop code')})"]
    commands = _commands(task, deployment, clients)
    failed = set()
    for container in task.get("containers", ()):
        name = container["name"]
        facts = [f"exit code {container['exitCode']}"] if "exitCode" in container else []
        facts += [container["reason"]] if container.get("reason") else []
        ran = ""
        if container.get("exitCode"):
            failed.add(name)
            ran = f" ({commands[name]})" if commands.get(name) else ""
        said.append(f"  Container {name}{ran}: {', '.join(facts) or 'was not started'}")
    if group := deployment.log_groups.get(family_of(task)):
        events = log_events(clients, deployment.region, group, id_of(task), last=_LAST_LINES)
        # Where one failed, what the others said is beside the point.
        lines = [
            f"    {container}  {event['message']}"
            for container, event in events
            if container in failed or not failed
        ]
        if lines:
            said += [f"  The last lines in {group}:", *lines]
        else:
            said.append(f"  Its containers said nothing to {group}.")
    return said


def _commands(task: Described, deployment: Deployment, clients: Clients) -> dict[str, str]:
    """What each container of a task runs, by its name."""
    definition = clients("ecs", deployment.region).describe_task_definition(
        taskDefinition=task["taskDefinitionArn"]
    )["taskDefinition"]
    return {
        each["name"]: textwrap.shorten(shlex.join(each.get("command") or ()), _MOST_LETTERS)
        for each in definition["containerDefinitions"]
    }
