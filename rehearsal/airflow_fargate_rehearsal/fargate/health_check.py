"""A container's health check, as the task definition says; an image's own is none to ECS."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from airflow_fargate_rehearsal.fargate.errors import CannotStart
from airflow_fargate_rehearsal.fargate.process import ContainerProcess

HURRY_SECONDS = 2.0
"""How often it is tried until it succeeds once; start periods are long, and someone waits."""
_REST = 10
"""In a hurry it rests so many times as long as a check takes: what starts needs the processors."""
_LONGEST_OUTPUT = 4_096
"""Bytes of what a check says that are kept, as Docker does."""


class HealthCheck:
    """Runs a container's health check, from the container's start to its end.

    `status` is UNKNOWN, HEALTHY or UNHEALTHY. `problem` is why the last check failed, with what it
    said; None after a success. `execute` runs a command in the container. `on_change` is called
    when the status is another one. Defaults are ECS's:
    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html.
    """

    def __init__(
        self,
        definition: Mapping[str, Any],
        execute: Callable[[Sequence[str]], ContainerProcess],
        on_change: Callable[[], None],
    ) -> None:
        self.status = "UNKNOWN"
        self.problem: str | None = None
        self._command = _command(definition["command"])
        self._interval: float = definition.get("interval") or 30
        self._timeout: float = definition.get("timeout") or 5
        self._retries: int = definition.get("retries") or 3
        self._start_period: float = definition.get("startPeriod") or 0
        self._execute = execute
        self._on_change = on_change
        self._ended = threading.Event()
        self._lock = threading.Lock()
        self._process: ContainerProcess | None = None
        self._failures = 0

    def start(self) -> None:
        """Begin to check; returns at once."""
        threading.Thread(target=self._run, name="health-check", daemon=True).start()

    def end(self) -> None:
        """Stop checking, and end the check that runs."""
        with self._lock:
            self._ended.set()
            if self._process is not None:
                self._process.kill()

    def _run(self) -> None:
        started = time.monotonic()
        # Only these count as failures, so that hurrying makes nobody unhealthy sooner.
        due = started + self._interval
        took = 0.0
        while not self._ended.wait(self._pause(took)):
            begun = time.monotonic()
            self.problem = self._problem()
            took = time.monotonic() - begun
            if self._ended.is_set():
                return
            if self.problem is None:
                self._failures = 0
                self._become("HEALTHY")
            elif self.status != "UNKNOWN" or begun >= due:
                due += self._interval
                if self.status != "UNKNOWN" or begun - started >= self._start_period:
                    self._failures += 1
            if self._failures >= self._retries:
                self._become("UNHEALTHY")

    def _pause(self, took: float) -> float:
        if self.status != "UNKNOWN":
            return self._interval
        return min(self._interval, max(HURRY_SECONDS, _REST * took))

    def _problem(self) -> str | None:
        """Run the check once; why it failed."""
        try:
            with self._lock:
                if self._ended.is_set():
                    return None
                process = self._process = self._execute(self._command)
        except CannotStart as error:
            return str(error)
        said = b""
        timer = threading.Timer(self._timeout, process.kill)
        timer.daemon = True
        begun = time.monotonic()
        timer.start()
        for portion in process.output():
            said = (said + portion)[-_LONGEST_OUTPUT:]
        code = process.wait()
        timer.cancel()
        if code == 0:
            return None
        late = time.monotonic() - begun >= self._timeout
        how = f"took over {self._timeout:g} seconds" if late else f"exit code {code}"
        text = said.decode(errors="replace").strip()
        return f"{how}: {text}" if text else how

    def _become(self, status: str) -> None:
        if status != self.status:
            self.status = status
            self._on_change()


def _command(command: Sequence[str]) -> list[str]:
    if command[0] == "CMD-SHELL":
        return ["/bin/sh", "-c", *command[1:]]
    return list(command[1:])
