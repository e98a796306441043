"""Processes that stand for containers: one that ends takes all that it started with it."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path


class Process:
    """The main process of a container, with all that it starts.

    Args:
        name: The container's.
        command: Program and arguments.
        environment: All of its environment variables.
        log: File that its output is added to.
    """

    def __init__(
        self, name: str, *, command: Sequence[str | Path], environment: Mapping[str, str], log: Path
    ) -> None:
        self.name = name
        self.environment = environment
        self.log = log
        with log.open("a") as output:
            self._main = subprocess.Popen(
                command,
                env=dict(environment),
                cwd=log.parent,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                # By its session we know all that it started.
                start_new_session=True,
            )
        self.pid = self._main.pid

    @property
    def exit_code(self) -> int | None:
        """How the main process ended: negative for a signal; None while it runs."""
        return self._main.poll()

    def signal(self, number: int) -> None:
        """Send a signal to the main process alone, as dumb-init does in the image."""
        self._main.send_signal(number)

    def stop(self, timeout_seconds: float = 120) -> int:
        """Stop it as ECS does: SIGTERM, then after the time SIGKILL for all; the exit code."""
        self.signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._main.wait(timeout_seconds)
        return self.kill()

    def kill(self) -> int:
        """End everything in it at once, as when its machine is gone; the exit code."""
        while alive := _of_session(self.pid):
            for pid in alive:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            self._main.poll()
            time.sleep(0.01)
        return self._main.wait()

    def processes(self) -> list[int]:
        """Ids of all processes in it."""
        return sorted(_of_session(self.pid))


def _of_session(main: int) -> set[int]:
    """Processes of a session, and their children in sessions of their own; no dead ones."""
    parents: dict[int, int] = {}
    found = set()
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        with contextlib.suppress(OSError):
            # The name of the program, in brackets, may hold anything.
            state, parent, _, session = (entry / "stat").read_text().rpartition(")")[2].split()[:4]
            if state not in "ZX":
                parents[int(entry.name)] = int(parent)
                if int(session) == main:
                    found.add(int(entry.name))
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def wait_until(
    holds: Callable[[], object], what: str, seconds: float, *, pause_seconds: float = 0.2
) -> None:
    """Wait until something holds; fail, saying what was waited for, when it takes too long."""
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, f"waited {seconds} s for {what}"
        time.sleep(pause_seconds)
