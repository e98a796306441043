"""Signs of life of the DAG processor and the triggerer: an Airflow plugin."""

from typing import Any

from airflow.listeners import hookimpl
from airflow.plugins_manager import AirflowPlugin

from . import signs_of_life

_COMPONENTS = {"DagProcessorJob": "dag-processor", "TriggererJob": "triggerer"}


class _Listener:
    """Called by Airflow when a component is about to start."""

    @hookimpl
    def on_starting(self, component: Any) -> None:
        """Have a job's heartbeats, which its main loop gives, show as signs of life.

        A heartbeat that fails because the database is away is one too: the loop goes round, and
        a container started in its place would have no database either.
        """
        heartbeat = getattr(component, "heartbeat", None)
        if heartbeat is None:
            return  # a task, not a job

        def heartbeat_shown(*args: Any, **kwargs: Any) -> None:
            heartbeat(*args, **kwargs)
            # The job does not know its type yet when this listener is called.
            if component.job_type in _COMPONENTS:
                signs_of_life.show(_COMPONENTS[component.job_type])

        component.heartbeat = heartbeat_shown


class JobHeartbeatPlugin(AirflowPlugin):
    """Signs of life of the DAG processor and the triggerer."""

    name = "airflow_fargate_job_heartbeat"
    listeners: list[Any] = [_Listener()]  # noqa: RUF012 -- so Airflow wants it
