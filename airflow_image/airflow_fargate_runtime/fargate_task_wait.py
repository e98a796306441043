"""Waits for a Fargate task in the process of its Airflow task."""

import asyncio
import concurrent.futures
import contextvars
import threading
from collections.abc import Callable
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

    aside(wait)
    while not end.done():
        # Now and then Python has to look for signals, which may have come to another thread.
        concurrent.futures.wait([end], timeout=1)
    return end.result()


def aside(function: Callable[[], None]) -> threading.Thread:
    """Call a function in a thread that the process does not wait for when it ends.

    What it logs says which task it is of, as here.
    """
    context = contextvars.copy_context()
    thread = threading.Thread(target=context.run, args=(function,), daemon=True)
    thread.start()
    return thread
