"""`DagTasks`: the tasks of a deployment's DAGs."""

import difflib
from collections.abc import Mapping
from pathlib import Path

from constructs import Construct

from .fargate_task import FargateTask
from .fargate_task_props import FargateTaskProps
from .policy_exceptions import except_policy
from .props import check_value
from .rules import InvalidValue
from .security_group import SecurityGroup
from .task_folder import task_folders, task_name
from .task_host import TaskHost
from .values import literal


def tasks_security_group(
    scope: Construct, *, name: str, vpc_id: str, tags: Mapping[str, str] | None
) -> SecurityGroup:
    """The security group of a deployment's tasks; its address is `tasks`."""
    group = SecurityGroup(
        scope,
        "tasks",
        name=f"{name}-tasks",
        description=f"Tasks of {name}",
        vpc_id=vpc_id,
        tags=tags,
    )
    except_policy(
        group,
        "CKV2_AWS_5",
        "Tasks that Airflow starts are in it, and Terraform sees none of them.",
        resource_type="aws_security_group",
    )
    return group


class TasksByName(dict[str, FargateTask]):
    """Tasks by their names; one that is not there is refused with the names that are."""

    def __missing__(self, name: str) -> FargateTask:
        near = difflib.get_close_matches(str(name), self, n=1)
        raise InvalidValue(
            "A name in AirflowFargate.tasks",
            f"one of {', '.join(sorted(self))}" if self else "that of a task, and there is none",
            name,
            f'Did you mean "{near[0]}"?' if near else "A folder in tasks_folder is a task.",
        )


class DagTasks(Construct):
    """The tasks of a deployment's DAGs: one for each folder of a folder, and those that are added.

    Args:
        host: Where they run.
        folder: Folder of task folders.
    """

    def __init__(
        self, scope: Construct, id_: str, *, host: TaskHost, folder: str | Path | None
    ) -> None:
        super().__init__(scope, id_)
        self._host = host
        self.by_name: dict[str, FargateTask] = TasksByName()
        """The tasks by their names."""
        parent = literal("AirflowFargateProps.tasks_folder", folder)
        for each in [] if parent is None else task_folders(parent):
            self.add(FargateTaskProps(folder=each))

    def add(self, props: FargateTaskProps) -> FargateTask:
        """Add a task; its address is `task_<name>`.

        Raises:
            InvalidValue: The task cannot be, or there is one of this name already.
            TokenNotAllowed: The name comes from Terraform.
        """
        check_value("AirflowFargate.add_task(props)", props, FargateTaskProps)
        name = str(props.task) if props.folder is None else task_name(Path(props.folder))
        if other := self.by_name.get(literal("FargateTaskProps.task", name)):
            raise InvalidValue(
                f"The name of the task {props.folder or name}",
                "one that no other task of the deployment has",
                name,
                f"{other.props.folder or 'One that was added'} has it too. Rename one of the two, "
                f'or say more of that one: tasks["{name}"].add_environment(), add_statements().',
            )
        self.by_name[name] = FargateTask(self, f"task.{name}", props, host=self._host)
        return self.by_name[name]
