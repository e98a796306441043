"""Whether what Fargate's containers wrote is where users look for it."""

from __future__ import annotations

import time

from airflow_fargate_rehearsal.alive.dag_run import DagRun
from airflow_fargate_rehearsal.alive.ecs import family_of
from airflow_fargate_rehearsal.alive.lines import TaskLines
from airflow_fargate_rehearsal.alive.scene import SECONDS_BETWEEN_LOOKS, Scene

_SECONDS_FOR_LOGS = 30  # Airflow uploads a log when its task has ended


def check_logs(scene: Scene, run: DagRun, lines: TaskLines) -> None:
    """Note for each Fargate task whether its lines are in CloudWatch Logs and in Airflow's log.

    A check that does not hold ends the rehearsal when all is looked at.
    """
    lines.look()
    deadline = time.monotonic() + _SECONDS_FOR_LOGS
    missing = {task_id: "" for task_id, said in lines.said.items() if said}
    while missing and time.monotonic() < deadline:
        logs = airflow_logs(run)
        missing = {task_id: text for task_id in missing if (text := _lacks(logs, task_id, lines))}
        if missing:
            time.sleep(SECONDS_BETWEEN_LOOKS)
    for task_id, task in lines.tasks.items():
        name = f"Fargate task {family_of(task)} {task_id[:8]}"
        said = lines.said.get(task_id)
        if not said:
            why = "has no log group" if said is None else "said nothing"
            scene.leave_out(f"{name} {why}, so there is nothing to look for in logs.")
            continue
        scene.check(
            f"{name}: its containers' lines are in CloudWatch Logs",
            ok=True,
            detail=f"{len(said)} lines",
        )
        scene.check(
            f"{name}: its containers' lines are in the log of the Airflow task",
            ok=task_id not in missing,
            detail=missing.get(task_id, ""),
        )


def airflow_logs(run: DagRun) -> dict[str, str]:
    """The logs of a run's task instances, by their names."""
    return {
        name: run.api.log(instance, run.dag_id, run.run_id)
        for name, instance in run.instances.items()
        if instance["state"] != "skipped"
    }


def _lacks(logs: dict[str, str], task_id: str, lines: TaskLines) -> str:
    """What is missing of a Fargate task in Airflow's logs; empty when all is there."""
    # Operators name the task that they have started.
    mentioned = {name: log for name, log in logs.items() if task_id in log}
    if not mentioned:
        return "no Airflow task's log names it"
    said = lines.said.get(task_id, [])
    absent = {name: [s for s in said if s not in log] for name, log in mentioned.items()}
    name, least = min(absent.items(), key=lambda each: len(each[1]))
    if not least:
        return ""
    return f"{len(least)} of {len(said)} lines are not in that of {name}, such as {least[0]!r}"
