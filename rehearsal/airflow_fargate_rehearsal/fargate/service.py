"""An ECS service: keeps its tasks running, and replaces them by deployments."""

from __future__ import annotations

import threading
import time
import traceback
from collections.abc import Callable

from botocore.exceptions import ClientError

from airflow_fargate_rehearsal.fargate.findings import Findings
from airflow_fargate_rehearsal.fargate.service_deployment import Deployment, Revision
from airflow_fargate_rehearsal.fargate.service_events import Events
from airflow_fargate_rehearsal.fargate.service_health import check
from airflow_fargate_rehearsal.fargate.service_registration import Registration
from airflow_fargate_rehearsal.fargate.service_settings import Settings
from airflow_fargate_rehearsal.fargate.service_task import ServiceTask

_LOOK_SECONDS = 0.25
_CHECK_SECONDS = 1.0


class Service:
    """A service, looked after by a thread of its own until it is deleted and its tasks are gone.

    `launch` starts a task for a deployment. `status` is ACTIVE, DRAINING or INACTIVE. The first of
    `deployments` is the primary one.
    """

    def __init__(
        self,
        name: str,
        revision: Revision,
        settings: Settings,
        *,
        launch: Callable[[Deployment], ServiceTask],
        registration: Registration,
        findings: Findings,
    ) -> None:
        self.name = name
        self.status = "ACTIVE"
        self.settings = settings
        self.deployments = [Deployment(revision=revision)]
        self.tasks: list[ServiceTask] = []
        self.events = Events(name)
        self._subject = f"service {name}"
        self._launch_task = launch
        self._registration = registration
        self._findings = findings
        self._last_completed: Deployment | None = None
        self._is_steady = False
        self._checked_at = 0.0
        self._lock = threading.RLock()
        self._wake = threading.Event()

    @property
    def primary(self) -> Deployment:
        """The deployment that its tasks are to be of."""
        return self.deployments[0]

    def start(self) -> None:
        """Begin; returns at once."""
        threading.Thread(target=self._run, name=self._subject, daemon=True).start()

    def configure(self, settings: Settings, revision: Revision, *, force: bool = False) -> None:
        """Change it; another revision, or force, is a new deployment."""
        with self._lock:
            self._is_steady = self._is_steady and settings == self.settings
            self.settings = settings
            if force or revision != self.primary.revision:
                self._deploy(Deployment(revision=revision))
        self._wake.set()

    def delete(self) -> None:
        """Stop all tasks, protected or not; it is INACTIVE when they are gone."""
        with self._lock:
            self.status = "DRAINING"
            for task in self.tasks:
                task.stop("Service was deleted")
        self._wake.set()

    def _run(self) -> None:
        while self.status != "INACTIVE":
            try:
                with self._lock:
                    self._step()
            except Exception:  # noqa: BLE001 - the next look may do better
                traceback.print_exc()
            self._wake.wait(_LOOK_SECONDS)
            self._wake.clear()

    def _step(self) -> None:
        self._find_unhealthy()
        for task in list(self.tasks):
            self._attend(task)
        if self.status == "DRAINING":
            if not self.tasks:
                self.status = "INACTIVE"
            return
        self._launch()
        self._stop_unhealthy()
        self._retire()
        self._judge()

    def _attend(self, task: ServiceTask) -> None:
        self._register(task)
        if task.is_ready and not task.was_ready:
            task.was_ready = True
            task.deployment.succeeded()
        if task.has_ended:
            self.tasks.remove(task)
            if task.task.stop_code == "UserInitiated":
                return
            if task.is_unhealthy or not task.stopped_by_service:
                task.deployment.failed()
            if not task.stopped_by_service:
                self._findings.add("failed", self._subject, f"A task ended: {task.why_ended()}")

    def _find_unhealthy(self) -> None:
        if time.monotonic() < self._checked_at + _CHECK_SECONDS:
            return
        self._checked_at = time.monotonic()
        for task in self.tasks:
            if not task.runs or task.is_unhealthy:
                continue
            if illness := check(task, self._registration, self.settings.grace_period):
                task.is_unhealthy = True
                task.stop_reason = f"Task failed {illness.failed}"
                details = f" ({illness.details})" if illness.details else ""
                self.events.add(f"(task {task.id}) failed {illness.failed}{details}.")
                said = f"A task failed {illness.failed}{details}"
                self._findings.add("failed", self._subject, said)

    def _launch(self) -> None:
        wanted = self.settings.desired_count - sum(
            task.deployment is self.primary and not task.is_stopping and not task.is_unhealthy
            for task in self.tasks
        )
        room = self.settings.most - sum(not task.is_stopping for task in self.tasks)
        for _ in range(min(wanted, room)):
            if not self.primary.may_launch:
                return
            try:
                task = self._launch_task(self.primary)
            except Exception as error:  # noqa: BLE001 - whatever it is, ECS says it in an event
                self.primary.failed()
                self.events.add(f"was unable to place a task. Reason: {error}.")
                self._findings.add("failed", self._subject, f"No task can be started: {error}")
                return
            self.tasks.append(task)
            self.events.add(f"has started 1 tasks: (task {task.id}).")

    def _stop_unhealthy(self) -> None:
        for task in self.tasks:
            if task.is_unhealthy and not task.is_stopping:
                self._stop(task, task.stop_reason)

    def _retire(self) -> None:
        mine = [task for task in self.tasks if not task.is_stopping]
        current = [task for task in mine if task.deployment is self.primary]
        surplus = max(0, len(current) - self.settings.desired_count)
        reason = f"Scaling activity initiated by (deployment {self.primary.id})"
        for task in sorted(current, key=lambda each: each.is_ready):
            if surplus and not task.is_protected:
                self._stop(task, reason)
                surplus -= 1
        if self.primary.rollout_state == "FAILED" and self.settings.desired_count:
            return
        ready = sum(task.is_ready for task in mine)
        for task in mine:
            if task.deployment is self.primary or task.is_protected:
                continue
            if task.is_ready:
                if ready <= self.settings.fewest_healthy:
                    continue
                ready -= 1
            self._stop(task, reason)

    def _stop(self, task: ServiceTask, reason: str) -> None:
        self.events.add(f"has stopped 1 running tasks: (task {task.id}).")
        self._register(task, leaves=True)  # nobody is sent to it while it ends
        task.stop(reason)

    def _register(self, task: ServiceTask, *, leaves: bool = False) -> None:
        try:
            for done in self._registration.update(task, leaves=leaves):
                self.events.add(done)
        except ClientError as error:
            self.events.add(f"was unable to register a task. Reason: {error}.")
            self._findings.add("failed", self._subject, f"A task cannot be registered: {error}")

    def _judge(self) -> None:
        there = {task.deployment.id for task in self.tasks} | {self.primary.id}
        self.deployments = [each for each in self.deployments if each.id in there]
        ready = sum(task.is_ready for task in self.tasks if task.deployment is self.primary)
        if len(self.tasks) == ready == self.settings.desired_count:
            self._settle()
            return
        self._is_steady = False
        if (
            self.settings.circuit_breaker
            and self.primary.rollout_state == "IN_PROGRESS"
            and self.primary.failed_tasks >= self.settings.most_failures
        ):
            self._break()

    def _settle(self) -> None:
        if self.primary.rollout_state == "IN_PROGRESS":
            self.primary.become("COMPLETED", f"ECS deployment {self.primary.id} completed.")
            self._last_completed = self.primary
            self.events.add(f"(deployment {self.primary.id}) deployment completed.")
        if not self._is_steady:
            self._is_steady = True
            self.events.add("has reached a steady state.")

    def _break(self) -> None:
        failed, known = self.primary, self._last_completed
        failed.become("FAILED", "ECS deployment circuit breaker: tasks failed to start.")
        self.events.add(f"(deployment {failed.id}) deployment failed: tasks failed to start.")
        self._findings.add(
            "failed",
            self._subject,
            f"The deployment circuit breaker gave up after {failed.failed_tasks} failed tasks",
        )
        if self.settings.rolls_back and known is not None and known is not failed:
            self.events.add(f"rolling back to deployment {known.id}.")
            self._deploy(known)
            known.become(
                "IN_PROGRESS",
                f"ECS deployment circuit breaker: rolling back to deploymentId {known.id}.",
            )

    def _deploy(self, deployment: Deployment) -> None:
        self._is_steady = False
        self.deployments = [
            deployment,
            *(each for each in self.deployments if each is not deployment),
        ]
