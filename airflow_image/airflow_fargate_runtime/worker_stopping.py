"""How a task learns that its worker is being stopped: an Airflow plugin, in the task's process."""

import logging
import signal
import threading
from types import FrameType
from typing import Any

from airflow.listeners import hookimpl
from airflow.plugins_manager import AirflowPlugin

from .worker_deadline import TELL

SURVIVES = "survives_worker_stop"
"""Attribute of an operator. If true, `on_kill` is not called when its worker stops: what it has
started goes on, and a retry joins it."""

_log = logging.getLogger(__name__)


class WorkerStopping(BaseException):
    """Raised inside a task that cannot end before its worker has to.

    Airflow takes it for a failure of the task: with retries left it runs again, on another worker.
    It is no `Exception`, so that a task which carries on after errors does not carry on after this.
    """


class _Stop:
    """Handler of the signal by which a worker tells its tasks that it has to stop."""

    def __init__(self, task_instance: Any) -> None:
        self._task_instance = task_instance
        self._raised = False

    def __call__(self, _signal: int, frame: FrameType | None) -> None:
        # The signal comes again and again, so that a better moment comes too.
        operator = self._task_instance.task
        if self._raised or not in_own_code(operator, frame):
            return
        self._raised = True
        if not getattr(operator, SURVIVES, False):
            try:
                operator.on_kill()
            except Exception:  # noqa: BLE001 -- it is the DAG's code, and the stop goes on
                _log.exception("on_kill failed")
        raise WorkerStopping("The worker is being stopped, and this task would not end in time.")


def in_own_code(operator: Any, frame: FrameType | None) -> bool:
    """Return whether a frame is inside what an operator executes, and no message is under way.

    Before and after it, Airflow is at work; an answer of its supervisor that is not read would be
    taken for the answer to the next message.
    """
    executes = False
    while frame is not None:
        if frame.f_globals.get("__name__") == "airflow.sdk.execution_time.comms":
            return False
        if frame.f_code.co_name in ("execute", "resume_execution"):
            executes = executes or frame.f_locals.get("self") is operator
        frame = frame.f_back
    return executes


class _Listener:
    """Called by Airflow in a task's process."""

    @hookimpl
    def on_task_instance_running(self, task_instance: Any) -> None:
        """Listen to the signal from now on."""
        if threading.current_thread() is threading.main_thread():
            signal.signal(TELL, _Stop(task_instance))


class WorkerStoppingPlugin(AirflowPlugin):
    """Lets tasks end with a report when their worker is being stopped."""

    name = "airflow_fargate_worker_stopping"
    listeners: list[Any] = [_Listener()]  # noqa: RUF012 -- so Airflow wants it
