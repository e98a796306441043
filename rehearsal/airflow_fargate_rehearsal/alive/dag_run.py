"""A run of a DAG: found, let run, triggered, and followed to its end."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from airflow_fargate_rehearsal.alive.airflow_api import AirflowApi, AirflowError, name_of
from airflow_fargate_rehearsal.alive.scene import SECONDS_BETWEEN_LOOKS, NotAlive, Scene

SAMPLE_DAG = "even_odd"
SECONDS_TO_PARSE = 120
"""Until the DAG must be known; the dag-processor looks for new files as soon as it runs."""
SECONDS_TO_RUN = 600
SECONDS_AFTER_A_FINDING = 120
"""For a run in which something was refused: what it needs may never come."""

_SECONDS_FOR_OTHERS = 15  # from when there is a DAG until the sample one is known, if there is one
_SECONDS_TO_ANSWER = 60  # of the load balancer, which has to find its target healthy
_GOOD = frozenset({"success", "skipped"})
_BAD = frozenset({"failed", "up_for_retry", "upstream_failed", "restarting", "removed"})
_STYLES = {"success": "green", "running": "cyan"} | dict.fromkeys(_BAD, "bold red")
_LAST_LINES = 25


def log_in(scene: Scene, api: AirflowApi) -> None:
    """Wait until Airflow answers at the load balancer, and log in."""
    deadline = time.monotonic() + _SECONDS_TO_ANSWER
    while True:
        try:
            version = api.version()
            break
        except AirflowError as error:
            scene.look_for_findings()
            if time.monotonic() > deadline:
                raise NotAlive(
                    f"Its services are healthy, but Airflow does not answer within "
                    f"{_SECONDS_TO_ANSWER} seconds at {api.url}: {error}"
                ) from error
            time.sleep(SECONDS_BETWEEN_LOOKS)
    scene.check("Airflow answers through the load balancer", ok=True, detail=f"Airflow {version}")
    try:
        api.log_in()
    except AirflowError as error:
        raise NotAlive(
            f"The user admin cannot log in with the secret's password: {error}"
        ) from error
    scene.check("admin logs in with the password of the secret", ok=True)


def find_dag(
    scene: Scene, api: AirflowApi, wanted: str | None, *, may_be_none: bool = False
) -> str | None:
    """Wait until a DAG is known; the sample one where none is wanted, None when there is none.

    Whether there may be none at all, ``may_be_none`` says.
    """
    dag_id = wanted or SAMPLE_DAG
    deadline = time.monotonic() + SECONDS_TO_PARSE
    while True:
        if errors := api.import_errors():
            listed = "\n".join(f"{file}:\n{trace}" for file, trace in errors.items())
            raise NotAlive(f"Airflow cannot import DAGs:\n{listed}")
        known = api.dag_ids()
        if dag_id in known:
            return dag_id
        if known and wanted is None:
            deadline = min(deadline, time.monotonic() + _SECONDS_FOR_OTHERS)
        if time.monotonic() > deadline:
            break
        scene.look_for_findings()
        time.sleep(SECONDS_BETWEEN_LOOKS)
    there = ", ".join(sorted(known)) or "none"
    if wanted is None and not known and may_be_none:
        scene.leave_out(f"No DAG is run: Airflow has found none in {SECONDS_TO_PARSE} seconds.")
        return None
    if wanted is None and known:
        scene.leave_out(f"No DAG is run. Name one with --dag; there are: {there}.")
        return None
    raise NotAlive(
        f"Airflow does not know the DAG {dag_id} {SECONDS_TO_PARSE} seconds after its services "
        f"were healthy; the DAGs that it knows: {there}."
    )


@dataclass(kw_only=True)
class DagRun:
    """A run that is followed; ``instances`` are its task instances as they were seen last."""

    scene: Scene
    api: AirflowApi
    dag_id: str
    run_id: str
    instances: dict[str, dict[str, Any]] = field(default_factory=dict)

    def follow(self, meanwhile: Callable[[], None]) -> None:
        """Tell states as they change until the run is successful, every task at its first try.

        ``meanwhile`` is called at each look. Raises NotAlive when a task fails or has to be
        repeated, and when it takes too long.
        """
        deadline = time.monotonic() + SECONDS_TO_RUN
        found_at: float | None = None
        while True:
            # First the run: when it is over, the states read after it are the last ones.
            run = self.api.run(self.dag_id, self.run_id)
            self._look()
            meanwhile()
            if self.scene.look_for_findings():
                found_at = found_at or time.monotonic()
            for instance in self.instances.values():
                if instance["state"] in _BAD or (instance["try_number"] or 0) > 1:
                    raise NotAlive(self._why_failed(instance))
            if run["state"] == "success":
                return
            if run["state"] == "failed":
                raise NotAlive(f"The run {self.run_id} of {self.dag_id} failed.")
            now = time.monotonic()
            if now > deadline:
                raise NotAlive(self._why_late(f"within {SECONDS_TO_RUN} seconds"))
            if found_at is not None and now > found_at + SECONDS_AFTER_A_FINDING:
                raise NotAlive(
                    self._why_late("after something was refused or failed, as said above")
                )
            time.sleep(SECONDS_BETWEEN_LOOKS)

    def check(self) -> None:
        """Note what each task has come to."""
        states = {name: each["state"] for name, each in self.instances.items()}
        good = [name for name, state in states.items() if state in _GOOD]
        self.scene.check(
            f"The DAG {self.dag_id} succeeds, every task at its first try",
            ok=bool(states) and len(good) == len(states),
            detail=f"{len(good)} of {len(states)} tasks: {', '.join(sorted(states))}",
        )

    def _look(self) -> None:
        for instance in self.api.task_instances(self.dag_id, self.run_id):
            name, state = name_of(instance), instance["state"]
            before = self.instances.get(name, {}).get("state")
            self.instances[name] = instance
            if state != before and state is not None:
                lasted = (
                    f" after {instance['duration']:.1f} s"
                    if instance["duration"] is not None
                    else ""
                )
                style = _STYLES.get(state, "")
                self.scene.console.labelled(f"{state:<9}", f"{name}{lasted}", style)

    def _why_failed(self, instance: dict[str, Any]) -> str:
        name = name_of(instance)
        try:
            log = self.api.log(instance, self.dag_id, self.run_id).splitlines()[-_LAST_LINES:]
        except AirflowError as error:
            log = [f"(its log cannot be read: {error})"]
        lines = "\n".join(f"    {line}" for line in log)
        return (
            f"Task {name} of {self.dag_id} is {instance['state']} at try "
            f"{instance['try_number']}. The end of its log:\n{lines}"
        )

    def _why_late(self, when: str) -> str:
        waiting = "\n".join(
            f"  {name}: {each['state'] or 'not scheduled'}"
            for name, each in self.instances.items()
            if each["state"] not in _GOOD
        )
        return f"The run of {self.dag_id} does not end {when}. What is not done:\n{waiting}"
