"""What the signal does in a task's process, as Airflow's listener installs it."""

import os
import signal
import socket
import threading
import time
import types
from collections.abc import Iterator
from typing import Any

import pytest
from airflow.sdk import BaseOperator
from airflow.sdk.execution_time import comms
from airflow_fargate_runtime.worker_stopping import WorkerStopping, WorkerStoppingPlugin


class Operator(BaseOperator):
    """Is told to stop while it executes."""

    killed = 0

    def execute(self, context: Any) -> None:  # noqa: ARG002 -- Airflow's interface
        try:
            self.tell()
        except Exception:  # noqa: BLE001 -- as people write it
            pytest.fail("a task that carries on after errors must not carry on")

    def tell(self) -> None:
        """Be told to stop."""
        signal.raise_signal(signal.SIGUSR2)
        time.sleep(0.01)

    def on_kill(self) -> None:
        self.killed += 1


class Survives(Operator):
    """What it has started goes on without it."""

    survives_worker_stop = True


class Breaks(Operator):
    """Its on_kill fails."""

    def on_kill(self) -> None:
        raise RuntimeError("no")


class Cleans(Operator):
    """Is told a second time, while it cleans up."""

    cleaned = False

    def execute(self, context: Any) -> None:  # noqa: ARG002 -- Airflow's interface
        try:
            self.tell()
        finally:
            self.tell()
            self.cleaned = True


class Speaks(Operator):
    """Is told while it waits for an answer of its supervisor."""

    def execute(self, context: Any) -> None:  # noqa: ARG002 -- Airflow's interface
        own, supervisors = socket.socketpair()
        supervisor = threading.Thread(target=self.answer, args=(supervisors,))
        supervisor.start()
        comms.CommsDecoder(socket=own).send(comms.GetVariable(key="a"))
        supervisor.join()

    def answer(self, request: socket.socket) -> None:
        """Answer like the supervisor, but not before the signal."""
        request.recv(1000)
        os.kill(os.getpid(), signal.SIGUSR2)
        request.sendall(comms._ResponseFrame(id=0).as_bytes())


@pytest.fixture
def listening() -> Iterator[Any]:
    """Listen as Airflow has it, from the moment when a task runs."""
    before = signal.getsignal(signal.SIGUSR2)

    def listen(operator: BaseOperator) -> Any:
        (listener,) = WorkerStoppingPlugin.listeners
        listener.on_task_instance_running(types.SimpleNamespace(task=operator))
        return operator

    yield listen
    signal.signal(signal.SIGUSR2, before)


def test_a_task_is_stopped_and_cleans_up_first(listening: Any) -> None:
    operator = listening(Operator(task_id="a"))
    with pytest.raises(WorkerStopping, match="worker is being stopped"):
        operator.execute({})
    assert operator.killed == 1


def test_what_survives_the_worker_is_left_alone(listening: Any) -> None:
    operator = listening(Survives(task_id="a"))
    with pytest.raises(WorkerStopping):
        operator.execute({})
    assert operator.killed == 0


def test_an_on_kill_that_fails_does_not_keep_the_task_alive(listening: Any) -> None:
    with pytest.raises(WorkerStopping):
        listening(Breaks(task_id="a")).execute({})


def test_a_task_is_told_once(listening: Any) -> None:
    operator = listening(Cleans(task_id="a"))
    with pytest.raises(WorkerStopping):
        operator.execute({})
    assert operator.cleaned
    assert operator.killed == 1


def test_what_airflow_does_before_and_after_a_task_is_not_interrupted(listening: Any) -> None:
    operator = listening(Operator(task_id="a"))
    operator.tell()
    assert operator.killed == 0


def test_nor_is_a_message_to_the_supervisor(listening: Any) -> None:
    operator = listening(Speaks(task_id="a"))
    operator.execute({})
    assert operator.killed == 0
