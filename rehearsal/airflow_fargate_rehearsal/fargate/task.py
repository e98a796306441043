"""A task: its containers from the first to the last state, as ECS goes through them."""

from __future__ import annotations

import math
import queue
import shutil
import threading
import time
import traceback
from collections.abc import Callable
from datetime import UTC, datetime

from airflow_fargate_rehearsal.fargate import efs_access, mount_targets, task_role
from airflow_fargate_rehearsal.fargate.container import Container
from airflow_fargate_rehearsal.fargate.dependencies import dependents, may_start, why_never
from airflow_fargate_rehearsal.fargate.errors import CannotStart
from airflow_fargate_rehearsal.fargate.membership import Membership
from airflow_fargate_rehearsal.fargate.order import Order, Place
from airflow_fargate_rehearsal.fargate.volumes import Volumes


class Task:
    """A task, which runs in a thread of its own.

    `last_status` is PROVISIONING, PENDING, ACTIVATING, RUNNING, DEACTIVATING, STOPPING,
    DEPROVISIONING or STOPPED; `desired_status` RUNNING or STOPPED; `times` are when it came to what
    ECS has a time for, by ECS's names. When it reads STOPPED, all that its containers said is in
    CloudWatch Logs; `on_end` is called just before.
    """

    def __init__(self, order: Order, place: Place, on_end: Callable[[], None]) -> None:
        self.last_status = "PROVISIONING"
        self.desired_status = "RUNNING"
        self.stop_code: str | None = None
        self.stopped_reason: str | None = None
        self.times = {"createdAt": datetime.now(UTC)}
        self.version = 1
        self.containers = {each["name"]: Container(each, order, place) for each in order.containers}
        self.membership: Membership | None = None
        self._order = order
        self._place = place
        self._folder = place.folder / "tasks" / order.task_id
        self._on_end = on_end
        self._something_happened: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._deciding = threading.Lock()

    @property
    def health_status(self) -> str:
        """The worst of its essential containers: UNHEALTHY, UNKNOWN or HEALTHY."""
        found = {each.health_status for each in self.containers.values() if each.essential}
        return next((each for each in ("UNHEALTHY", "UNKNOWN") if each in found), "HEALTHY")

    @property
    def order(self) -> Order:
        """What was asked for."""
        return self._order

    def start(self) -> None:
        """Begin; returns at once."""
        name = f"task-{self._order.task_id}"
        threading.Thread(target=self._run, name=name, daemon=True).start()

    def stop(self, code: str, reason: str) -> None:
        """Have it end, with an ECS `stopCode`; the first who says so gives code and reason."""
        with self._deciding:
            if self.desired_status == "STOPPED":
                return
            self.stop_code, self.stopped_reason = code, reason
            self.times["stoppingAt"] = datetime.now(UTC)
            self.desired_status = "STOPPED"
            self.version += 1
        self._something_happened.put(None)

    def _run(self) -> None:
        try:
            self._prepare()
            self._live()
        except CannotStart as error:
            self.stop("TaskFailedToStart", str(error))
        except Exception as error:  # noqa: BLE001 - whoever waits for the task must learn of it
            traceback.print_exc()
            self.stop("TaskFailedToStart", f"local Fargate failed: {error!r}")
        self._end_containers()
        if self.membership:
            self.membership.close()
        self._become("DEPROVISIONING", "executionStoppedAt")
        shutil.rmtree(self._folder, ignore_errors=True)
        for container in self.containers.values():
            container.status = "STOPPED"
        self._on_end()
        self._become("STOPPED", "stoppedAt")

    def _prepare(self) -> None:
        self._become("PENDING", "pullStartedAt")
        self.membership = self._place.network.join(self._order)
        for container in self.containers.values():
            container.membership = self.membership
            container.pull()
        volumes = Volumes(
            self._order.volumes,
            own=self._folder / "volumes",
            file_systems=self._place.folder / "efs",
            clients=self._place.clients,
            region=self._order.region,
            reach=lambda name: mount_targets.reach(name, self._order.interface, self._place),
        )
        task_role.take_on(self._order, self._place)
        efs_access.check(self._order, self._place)
        for container in self.containers.values():
            container.prepare(volumes)
        self._become("ACTIVATING", "pullStoppedAt")

    def _live(self) -> None:
        while self.desired_status == "RUNNING":
            self._start_those_that_may()
            pending = [each for each in self.containers.values() if each.status == "PENDING"]
            if not pending and self.last_status != "RUNNING":
                self._become("RUNNING", "startedAt")
            ended = [each for each in self.containers.values() if each.status == "STOPPED"]
            if any(each.essential for each in ended) or len(ended) == len(self.containers):
                self.stop("EssentialContainerExited", "Essential container in task exited")
            else:
                self._something_happened.get()

    def _start_those_that_may(self) -> None:
        for container in self.containers.values():
            if container.status != "PENDING":
                continue
            if reason := why_never(container, self.containers):
                container.reason = reason
                self.stop("TaskFailedToStart", "Task failed to start")
                return
            if may_start(container, self.containers):
                try:
                    container.start(lambda: self._something_happened.put(None))
                except CannotStart as error:
                    container.reason = str(error)
                    raise

    def _end_containers(self) -> None:
        self._become("DEACTIVATING")
        self._become("STOPPING")
        killed_at: dict[str, float] = {}
        while running := [each for each in self.containers.values() if each.status == "RUNNING"]:
            for container in running:
                others = dependents(container, self.containers)
                if container.name not in killed_at and all(o.status != "RUNNING" for o in others):
                    container.terminate()
                    killed_at[container.name] = time.monotonic() + container.stop_timeout_seconds
            self._wait_or_kill(killed_at)

    def _wait_or_kill(self, killed_at: dict[str, float]) -> None:
        waiting = (when for name, when in killed_at.items() if self._runs(name))
        left = min(waiting, default=0.0) - time.monotonic()
        try:
            self._something_happened.get(timeout=min(max(left, 0.0), threading.TIMEOUT_MAX))
        except queue.Empty:
            for name, when in killed_at.items():
                if when <= time.monotonic():
                    self.containers[name].kill()
                    killed_at[name] = math.inf

    def _runs(self, name: str) -> bool:
        return self.containers[name].status == "RUNNING"

    def _become(self, status: str, time_name: str | None = None) -> None:
        if time_name is not None:
            self.times[time_name] = datetime.now(UTC)
        self.version += 1
        self.last_status = status
