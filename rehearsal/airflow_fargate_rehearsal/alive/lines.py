"""The lines of Fargate tasks' containers, told as they come into CloudWatch Logs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from airflow_fargate_rehearsal.alive.applied import Deployment
from airflow_fargate_rehearsal.alive.ecs import (
    Described,
    describe_tasks,
    family_of,
    id_of,
    log_events,
    started_by_hand,
)
from airflow_fargate_rehearsal.alive.scene import Scene

# Those that can be told from each other, and from what is said in red.
_COLOURS = ("cyan", "magenta", "blue", "bright_cyan", "bright_magenta", "bright_blue")


@dataclass(kw_only=True)
class TaskLines:
    """What tasks that are no service's say, from those on that are not there yet.

    ``said`` holds all lines by the task's id; ``tasks`` all tasks, as ECS describes them.
    """

    scene: Scene
    deployment: Deployment
    said: dict[str, list[str]] = field(default_factory=dict)
    tasks: dict[str, Described] = field(default_factory=dict)
    _complete: set[str] = field(default_factory=set)
    _earlier: set[str] = field(default_factory=set)
    _told: Counter[tuple[str, str]] = field(default_factory=Counter)

    def note_what_is_there(self) -> None:
        """Leave out the tasks that there are by now."""
        self._earlier |= {id_of(each) for each in self._all()}

    def look(self) -> None:
        """Tell the lines that are new."""
        for task in self._all():
            if id_of(task) not in self._earlier:
                self._look_at(task)

    def _all(self) -> list[Described]:
        found: list[Described] = []
        for cluster in self.deployment.clusters:
            tasks = describe_tasks(self.scene.clients, self.deployment.region, cluster)
            found += started_by_hand(tasks)
        return found

    def _look_at(self, task: Described) -> None:
        task_id = id_of(task)
        before = self.tasks.get(task_id)
        self.tasks[task_id] = task
        if before is None or before["lastStatus"] != task["lastStatus"]:
            self._tell_status(task)
        group = self.deployment.log_groups.get(family_of(task))
        if group is None or task_id in self._complete:
            return
        said = self.said.setdefault(task_id, [])
        seen: Counter[str] = Counter()
        events = log_events(self.scene.clients, self.deployment.region, group, task_id)
        for container, event in events:
            seen[container] += 1
            # Each container has a stream of its own, which grows at its end.
            if seen[container] > self._told[task_id, container]:
                said.append(event["message"])
                self._tell(task_id, container, event)
        for container, count in seen.items():
            self._told[task_id, container] = count
        # ECS stops a task when all that it has said is there.
        if task["lastStatus"] == "STOPPED":
            self._complete.add(task_id)

    def _tell_status(self, task: Described) -> None:
        if task["lastStatus"] in ("RUNNING", "STOPPED"):
            exits = ", ".join(
                f"{each['name']} exit code {each['exitCode']}"
                for each in task.get("containers", ())
                if "exitCode" in each
            )
            more = f" ({exits})" if exits else ""
            name = f"{family_of(task)} {id_of(task)[:8]}"
            self.scene.console.line(f"Fargate task {name}: {task['lastStatus']}{more}")

    def _tell(self, task_id: str, container: str, event: Mapping[str, str]) -> None:
        colour = _COLOURS[list(self.tasks).index(task_id) % len(_COLOURS)]
        label = f"[{container} {task_id[:8]}]"
        self.scene.console.labelled(label, event["message"], colour)
