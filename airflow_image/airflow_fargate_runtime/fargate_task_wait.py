"""Waits for a Fargate task in the process of its Airflow task."""

import asyncio
import threading
from concurrent.futures import Future

from .ecs_task_end import EcsTaskEnd
from .fargate_task_trigger import FargateTaskTrigger


def wait_here(trigger: FargateTaskTrigger) -> EcsTaskEnd:
    """Do what the triggerer would do, in this process.

    In a thread, so that signals reach the main one: a timeout raises an exception there, which an
    event loop might keep to itself.
    """
    end: Future[EcsTaskEnd] = Future()

    def wait() -> None:
        try:
            end.set_result(asyncio.run(trigger.follower().follow()))
        except BaseException as error:  # noqa: BLE001 -- it is raised in the main thread
            end.set_exception(error)

    threading.Thread(target=wait, daemon=True).start()
    return end.result()
