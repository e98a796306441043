"""ECS: tasks with the roles and tags that they get, and what is around them."""

from __future__ import annotations

from collections.abc import Sequence

from airflow_fargate_rehearsal.access.calls import Call, Found, Need, on, tag_values

TASKS_SERVICE = "ecs-tasks.amazonaws.com"
_ON_NOTHING = (
    "DescribeTaskDefinition",
    "DeregisterTaskDefinition",
    "ListAccountSettings",
    "ListClusters",
    "ListServicesByNamespace",
    "ListTaskDefinitionFamilies",
    "ListTaskDefinitions",
)
_IN_A_CLUSTER = ("ListServices", "ListTasks")
_OF_TASKS = (
    "DescribeTasks",
    "ExecuteCommand",
    "GetTaskProtection",
    "StopTask",
    "UpdateTaskProtection",
)
_OF_SERVICES = ("DeleteService", "DescribeServices", "UpdateService")


def needs(call: Call) -> Sequence[Need] | None:
    """What a call needs."""
    action = f"ecs:{call.operation}"
    if call.operation in _ON_NOTHING:
        return [Need(action=action)]
    if call.operation == "RunTask":
        return _run_task(call)
    cluster = _cluster(call)
    if call.operation in _IN_A_CLUSTER:
        # On Fargate there is no container instance, which alone would be a resource for it.
        return [Need(action=action, values={"ecs:cluster": cluster})]
    if call.operation in _OF_TASKS:
        names = call.get("tasks", []) or [call.get("task")]
        return [_on_a_task(call, action, cluster, name) for name in names]
    if call.operation in _OF_SERVICES:
        names = call.get("services", []) or [call.get("service")]
        arns = [call.arn("ecs", f"service/{_last(cluster)}/{_last(name)}") for name in names]
        values = {"ecs:cluster": cluster, "aws:ResourceTag/": None}
        return [Need(action=action, resource=arn, values=values) for arn in arns]
    if call.operation == "DescribeClusters":
        names = call.get("clusters", ["default"])
        return [Need(action=action, resource=_cluster_arn(call, name)) for name in names]
    if call.operation == "ListTagsForResource":
        return [Need(action=action, resource=call.get("resourceArn"))]
    return None


def _run_task(call: Call) -> list[Need] | None:
    definition = call.facts.find("task_definition", call.get("taskDefinition"))
    if definition is None:
        return []  # ECS says itself that there is none
    cluster = _cluster(call)
    own = on(definition, "ecs:RunTask")
    found = [
        Need(
            action=own.action,
            resource=own.resource,
            values={
                **own.values,
                "ecs:cluster": cluster,
                "ecs:capacity-provider": None,
                "ecs:enable-execute-command": str(call.get("enableExecuteCommand", False)).lower(),
            },
        )
    ]
    overrides = call.get("overrides", {})
    given_roles = (
        overrides.get(name) or definition.more.get(name)
        for name in ("taskRoleArn", "executionRoleArn")
    )
    found.extend(_pass(call, role) for role in given_roles if role)
    given = {each["key"]: each["value"] for each in call.get("tags", [])}
    if given or call.get("propagateTags") in ("TASK_DEFINITION", "SERVICE"):
        tags = {**(definition.tags if call.get("propagateTags") else {}), **given}
        found.append(
            Need(
                action="ecs:TagResource",
                # The task has no id yet.
                resource=call.arn("ecs", f"task/{_last(cluster)}/{'0' * 32}"),
                values={
                    "ecs:CreateAction": "RunTask",
                    "ecs:cluster": cluster,
                    "aws:ResourceTag/": None,
                    "aws:RequestTag/": None,
                    **{f"aws:RequestTag/{key}": value for key, value in tags.items()},
                    "aws:TagKeys": list(tags) or None,
                },
            )
        )
    return found


def _pass(call: Call, role_arn: str) -> Need:
    role = call.facts.find("role", role_arn)
    values = {
        **tag_values(role),
        "iam:PassedToService": TASKS_SERVICE,
        "iam:AssociatedResourceArn": None,
    }
    return Need(action="iam:PassRole", resource=role_arn, values=values)


def _on_a_task(call: Call, action: str, cluster: str, name: str) -> Need:
    found: Found | None = call.facts.find("task", name)
    arn = name if name.startswith("arn:") else call.arn("ecs", f"task/{_last(cluster)}/{name}")
    return on(found, action, otherwise=arn, **{"ecs:cluster": cluster})


def _cluster(call: Call) -> str:
    return _cluster_arn(call, call.get("cluster", "default"))


def _cluster_arn(call: Call, name: str) -> str:
    return name if name.startswith("arn:") else call.arn("ecs", f"cluster/{name}")


def _last(arn_or_name: str) -> str:
    return arn_or_name.rpartition("/")[2]
