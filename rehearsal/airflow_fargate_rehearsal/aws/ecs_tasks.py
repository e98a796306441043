"""ECS tasks on Fargate: RunTask starts real processes, and the other calls tell of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.models import ec2_backends
from moto.ecs.exceptions import ECSException, InvalidParameterException
from moto.ecs.models import Cluster, EC2ContainerServiceBackend, Task, TaskDefinition
from moto.ecs.responses import EC2ContainerServiceResponse

from airflow_fargate_rehearsal.aws import agent, ecs_run_task
from airflow_fargate_rehearsal.aws.patching import around, sibling
from airflow_fargate_rehearsal.aws.place import here
from airflow_fargate_rehearsal.fargate.description import describe
from airflow_fargate_rehearsal.fargate.interface import Interface
from airflow_fargate_rehearsal.fargate.order import Order
from airflow_fargate_rehearsal.fargate.task import Task as FargateTask

_LARGEST_PAGE = 100


# moto: RunTask gives a task that runs at once and for ever, with one container, and moves on a
# state with each DescribeTasks. Here a task on Fargate is what its processes are.


@around(EC2ContainerServiceResponse, "run_task")
def _run_task(original: Any, self: Any) -> ActionResult:
    backend = self.ecs_backend
    definition = backend.describe_task_definition(self._get_param("taskDefinition"))
    overrides = self._get_param("overrides") or {}
    ecs_run_task.refuse(definition, overrides)
    tasks = original(self).result["tasks"]
    for task in tasks:
        if task.container_instance_arn is not None:
            continue
        task.overrides = ecs_run_task.shown_overrides(definition, overrides)
        task.tags = ecs_run_task.tags(self, definition, task.cluster_name)
        make_real(task, definition, subject=f"task {definition.family}")
    answer = ActionResult({"tasks": [_shown(each) for each in tasks], "failures": []})
    for task in tasks:
        if hasattr(task, "fargate"):
            task.fargate.start()
    return answer


def make_real(task: Any, definition: TaskDefinition, *, subject: str) -> None:
    """Give moto's task, with its overrides, the task that runs; `subject` names it in findings."""
    backend = task._backend
    task.definition = definition
    # moto: a definition without a role has no such attribute.
    roles = {
        name: task.overrides.get(f"{name}RoleArn") or getattr(definition, f"{name}_role_arn", None)
        for name in ("task", "execution")
    }
    task.fargate = FargateTask(
        Order(
            task_id=task.id,
            region=backend.region_name,
            containers=definition.container_definitions,
            volumes=definition.volumes,
            overrides={each["name"]: each for each in task.overrides["containerOverrides"]},
            family=definition.family,
            group=task.group,
            task_arn=task.task_arn,
            task_role_arn=roles["task"],
            execution_role_arn=roles["execution"],
            interface=_interface(task, subject),
            agent_url=agent.welcome(task, here().clients.endpoint_url),
        ),
        here(),
        lambda: _give_back(task),
    )


def _interface(task: Any, subject: str) -> Interface | None:
    enis = sibling(ec2_backends, task._backend).enis
    for attachment in task.attachments:
        for detail in attachment["details"]:
            if detail["name"] == "networkInterfaceId":
                eni = enis[detail["value"]]
                return Interface(
                    name=subject,
                    region=task._backend.region_name,
                    subnet_id=eni.subnet.id,
                    private_ip=eni.private_ip_address,
                    security_group_ids=[group.id for group in eni.group_set],
                )
    return None


def _give_back(task: Any) -> None:
    # AWS deletes the network interface with its task; moto keeps it.
    enis = sibling(ec2_backends, task._backend).enis
    for attachment in task.attachments:
        attachment["status"] = "DELETED"
        for detail in attachment["details"]:
            if detail["name"] == "networkInterfaceId":
                enis.pop(detail["value"], None)


@around(EC2ContainerServiceResponse, "describe_tasks")
def _describe_tasks(original: Any, self: Any) -> ActionResult:
    asked = self._get_param("tasks", [])
    if len(asked) > _LARGEST_PAGE:
        raise InvalidParameterException(f"Tasks cannot have more than {_LARGEST_PAGE} elements.")
    answer = original(self)
    tasks = answer.result["tasks"]
    found = {each.id for each in tasks}
    cluster = self.ecs_backend._get_cluster(self._get_param("cluster", "default"))
    prefix = cluster.arn.replace(":cluster/", ":task/")
    # moto: a task that is not there is left out.
    failures = [
        {"arn": f"{prefix}/{_id(each)}", "reason": "MISSING"}
        for each in asked
        if _id(each) not in found
    ]
    return ActionResult({"tasks": [_shown(each) for each in tasks], "failures": failures})


# moto: gives tasks of other clusters too, and whoever's id is a part of one that is asked for.
@around(EC2ContainerServiceBackend, "describe_tasks")
def _tasks(_original: Any, self: Any, cluster_str: str, tasks: list[str]) -> list[Task]:
    cluster = self._get_cluster(cluster_str)
    if not tasks:
        raise InvalidParameterException("Tasks cannot be empty.")
    asked = {_id(each) for each in tasks}
    there = list(self.tasks.get(cluster.name, {}).values())
    return [each for each in there if each.id in asked]


# moto: gives tasks in every state, where AWS gives those that are to run if nothing is said;
# families by their beginning; and all on one page.
@around(EC2ContainerServiceResponse, "list_tasks")
def _list_tasks(_original: Any, self: Any) -> ActionResult:
    backend = self.ecs_backend
    cluster = backend._get_cluster(self._get_param("cluster", "default"))
    started_by, family = self._get_param("startedBy"), self._get_param("family")
    if started_by and family:
        raise InvalidParameterException("startedBy must be the only filter of tasks.")
    service = self._get_param("serviceName")
    desired_status = self._get_param("desiredStatus") or "RUNNING"
    arns = [
        each.task_arn
        for each in list(backend.tasks.get(cluster.name, {}).values())
        if each.desired_status == desired_status
        and started_by in (None, each.started_by)
        and family in (None, _family(each.task_definition_arn))
        and (service is None or each.group == f"service:{_id(service)}")
    ]
    first = int(self._get_param("nextToken") or 0)
    size = min(int(self._get_param("maxResults") or _LARGEST_PAGE), _LARGEST_PAGE)
    page: dict[str, Any] = {"taskArns": arns[first : first + size]}
    if first + size < len(arns):
        page["nextToken"] = str(first + size)
    return ActionResult(page)


# moto: a task is STOPPED with the call, and one that is not there is a failure inside.
@around(EC2ContainerServiceBackend, "stop_task")
def _stop_task(
    original: Any, self: Any, cluster_str: str, task_str: str, reason: str | None
) -> Task:
    found = self.describe_tasks(cluster_str, [task_str])
    if not found:
        raise InvalidParameterException("The referenced task was not found.")
    if hasattr(found[0], "fargate"):
        found[0].fargate.stop("UserInitiated", reason or "Task stopped by user")
        return found[0]
    return original(self, cluster_str, task_str, reason)


@around(EC2ContainerServiceResponse, "stop_task")
def _answer_stop_task(original: Any, self: Any) -> ActionResult:
    return ActionResult({"task": _shown(original(self).result["task"])})


class ClusterContainsTasks(ECSException):
    """A cluster cannot be deleted while tasks run in it."""

    code = "ClusterContainsTasksException"


# moto: deletes a cluster in which tasks run.
@around(EC2ContainerServiceBackend, "delete_cluster")
def _delete_cluster(original: Any, self: Any, cluster_str: str) -> Cluster:
    cluster = self._get_cluster(cluster_str)
    if _running(self.tasks.get(cluster.name, {}).values()):
        raise ClusterContainsTasks("The Cluster cannot be deleted while Tasks are active.")
    return original(self, cluster_str)


def _running(tasks: Iterable[Any]) -> bool:
    return any(each.last_status != "STOPPED" for each in list(tasks) if hasattr(each, "fargate"))


def _shown(task: Any) -> Any:
    if not hasattr(task, "fargate"):
        return task
    resources = task.overrides
    return {
        **describe(task.fargate, task.task_arn),
        "taskArn": task.task_arn,
        "clusterArn": task.cluster_arn,
        "taskDefinitionArn": task.task_definition_arn,
        "group": task.group,
        "startedBy": task.started_by or None,
        "launchType": "FARGATE",
        "capacityProviderName": task.capacity_provider_name,
        "platformVersion": "1.4.0",
        "platformFamily": "Linux",
        "cpu": resources.get("cpu") or task.definition.cpu,
        "memory": resources.get("memory") or task.definition.memory,
        "overrides": task.overrides,
        "attachments": task.attachments,
        "tags": task.tags,
    }


def _id(arn_or_id: str) -> str:
    return arn_or_id.rpartition("/")[2]


def _family(definition_arn: str) -> str:
    return _id(definition_arn).rpartition(":")[0]


def _last_status(self: Any) -> Any:
    fargate = getattr(self, "fargate", None)
    return fargate.last_status if fargate else _moto_last_status.__get__(self)


def _desired_status(self: Any) -> str:
    fargate = getattr(self, "fargate", None)
    return fargate.desired_status if fargate else self._desired_status


_moto_last_status = Task.last_status
Task.last_status = property(_last_status, _moto_last_status.__set__)  # type: ignore[assignment]
Task.desired_status = property(  # type: ignore[assignment]
    _desired_status, lambda self, value: setattr(self, "_desired_status", value)
)
