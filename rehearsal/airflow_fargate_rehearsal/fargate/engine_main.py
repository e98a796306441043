"""The process of this machine that stands behind a container of docker or podman.

Run as a script by :mod:`airflow_fargate_rehearsal.fargate.process`, with standard library only. It
makes the container, passes its output on, and removes it, whichever way the rehearsal ends.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import threading

_PR_SET_CHILD_SUBREAPER = 36
_FORWARDED = (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM)
_NOT_YET = ("configured", "created", "initialized")
"""States before a container has run."""
_PAUSE_SECONDS = 0.05
_BETWEEN_KILLS_SECONDS = 0.3


class _Container:
    def __init__(self, engine: str, name: str) -> None:
        self._engine = engine
        self._name = name
        self._gone = threading.Event()
        self.is_to_end = threading.Event()

    def create(self, arguments: list[str]) -> str | None:
        """Make it; why it cannot be made, or None."""
        made = self._ask("create", "--name", self._name, *arguments)
        return None if made.returncode == 0 else _last_line(made)

    def start(self) -> subprocess.Popen[bytes]:
        """Start it; gives the program that passes its output on."""
        # A signal to all of our group is none to this program, which would pass it on once more.
        return subprocess.Popen(
            [self._engine, "start", "--attach", self._name],
            stdin=subprocess.DEVNULL,
            process_group=0,
        )

    def why_not_started(self) -> str:
        """Why it cannot be started, which the attached program says among the output."""
        return _last_line(self._ask("start", self._name)).rpartition("exec: ")[2]

    def state(self) -> str:
        """`created`, `running`, `exited` and others; empty when it is not there."""
        return self._inspect("{{.State.Status}}")

    def end(self) -> int:
        """Wait for its end; its exit code, 137 if there is none to be had."""
        if self.state() == "running":  # whoever read its output is gone
            self._ask("wait", self._name)
        code = self._inspect("{{.State.ExitCode}}")
        return int(code) if code.isdigit() else 128 + signal.SIGKILL

    def tell(self, number: int) -> None:
        """Send its main process a signal."""
        subprocess.Popen(
            [self._engine, "kill", f"--signal={signal.Signals(number).name}", self._name],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def kill_at_end_of(self, pipe: int) -> None:
        """Kill it when a pipe's other end is closed, and until it is gone: it may just begin."""
        while os.read(pipe, 4096):
            pass
        self.is_to_end.set()
        while True:
            self._ask("kill", "--signal=KILL", self._name)
            if self._gone.wait(_BETWEEN_KILLS_SECONDS):
                return

    def remove(self) -> None:
        """Remove it with its volumes."""
        self._gone.set()
        self._ask("rm", "--force", "--volumes", self._name)

    def _inspect(self, what: str) -> str:
        return self._ask("container", "inspect", f"--format={what}", self._name).stdout.strip()

    def _ask(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self._engine, *words],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )


def main(life_line: int, report: int, engine: str, name: str, arguments: list[str]) -> int:
    """Make and run a container; when the life line is closed, it is killed. At the end it is gone.

    The life line is the read end of a pipe, whose other end the kernel closes when its holder dies.
    Into `report` goes why it cannot be started; it is closed once it runs.

    Returns the container's exit code; 127 if it cannot be started.
    """
    if sys.platform == "linux":
        # podman's containers have a parent that goes its own way; they stay our descendants.
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    container = _Container(engine, name)
    for number in _FORWARDED:
        signal.signal(number, lambda received, _: container.tell(received))
    threading.Thread(target=container.kill_at_end_of, args=(life_line,), daemon=True).start()
    try:
        problem = container.create(arguments)
        if problem is None and not container.is_to_end.is_set():
            attached = container.start()
            while container.state() in _NOT_YET and attached.poll() is None:
                container.is_to_end.wait(_PAUSE_SECONDS)
            if container.state() not in _NOT_YET:
                os.close(report)
                attached.wait()
                return container.end()
            problem = container.why_not_started()
        os.write(report, (problem or "it was to end").encode())
        return 127
    finally:
        container.remove()


def _last_line(done: subprocess.CompletedProcess[str]) -> str:
    lines = done.stderr.strip().splitlines()
    return lines[-1].removeprefix("Error: ") if lines else "it said nothing"


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4], sys.argv[5:]))
