"""Has the triggerer look for ECS tasks whose Airflow tasks are over: an Airflow plugin."""

import os
import threading
from typing import Any

from airflow.listeners import hookimpl
from airflow.plugins_manager import AirflowPlugin


class _Listener:
    """Called by Airflow when a component is about to start."""

    @hookimpl
    def on_starting(self, component: Any) -> None:
        """Have a triggerer begin to look with its first heartbeat.

        Not yet now: the triggerer is still going to fork the process that runs the triggers, and a
        fork in the middle of another thread's work can leave locks behind that nobody opens. Its
        heartbeats come from the process that remains.
        """
        heartbeat = getattr(component, "heartbeat", None)
        if heartbeat is None:
            return  # a task, not a job

        begun = threading.Event()

        def heartbeat_and_begin(*args: Any, **kwargs: Any) -> None:
            heartbeat(*args, **kwargs)
            # The job does not know its type yet when this listener is called.
            if component.job_type == "TriggererJob" and not begun.is_set():
                begun.set()
                begin()

        component.heartbeat = heartbeat_and_begin


def begin() -> None:
    """Start to look, in a thread that ends with the process.

    Does nothing where `AIRFLOW_FARGATE_TASKS_PATH` is not set: then there are no tasks.
    """
    if path := os.environ.get("AIRFLOW_FARGATE_TASKS_PATH"):
        name = "airflow-fargate-orphans"
        threading.Thread(target=_look_on, args=(path,), name=name, daemon=True).start()


def _look_on(path: str) -> None:
    # Every process of Airflow imports its plugins; only this one needs these.
    from .ecs_clients import ecs_client  # noqa: PLC0415
    from .orphans import Sweeper, sweep  # noqa: PLC0415
    from .orphans_families import families  # noqa: PLC0415
    from .orphans_lookup import task_instances  # noqa: PLC0415

    sweep(Sweeper(ecs_client, lambda: families(path), task_instances), threading.Event())


class OrphansPlugin(AirflowPlugin):
    """Stops ECS tasks whose Airflow tasks are over."""

    name = "airflow_fargate_orphans"
    listeners: list[Any] = [_Listener()]  # noqa: RUF012 -- so Airflow wants it
