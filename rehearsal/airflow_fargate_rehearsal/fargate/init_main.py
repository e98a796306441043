"""The first process of a container: runs one command, and everything ends with it.

Run as a script by :mod:`airflow_fargate_rehearsal.fargate.process`, with standard library only, so
that it starts in milliseconds. It does for a process what ECS's `initProcessEnabled` and the
container's own process namespace do on Fargate.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_FORWARDED = (
    signal.SIGHUP,
    signal.SIGINT,
    signal.SIGQUIT,
    signal.SIGTERM,
    signal.SIGUSR1,
    signal.SIGUSR2,
)


def main(life_line: int, report: int, command: list[str]) -> int:
    """Run the command; when it ends, or the life line is closed, kill all that it left behind.

    The life line is the read end of a pipe. The kernel closes its other end when whoever holds it
    dies, SIGKILL included. Into `report` goes why the command cannot be run; it is closed once
    signals are forwarded to the command.

    Returns the command's exit code; 128 + n if signal n ended it; 127 if it cannot be run.
    """
    _become_parent_of_orphans()
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            process_group=0,
            preexec_fn=_die_with_parent,  # noqa: PLW1509 - there is no other thread yet
        )
    except OSError as error:
        os.write(report, f"{command[0]!r}: {error.strerror}".encode())
        return 127
    for number in _FORWARDED:
        # Only the command itself is told, as on Fargate; it tells its children if it wants to.
        signal.signal(number, lambda received, _: _tell(process.pid, received))
    threading.Thread(target=_kill_at_end_of, args=(life_line, process.pid), daemon=True).start()
    os.close(report)
    status = 0
    with contextlib.suppress(ChildProcessError):
        while (ended := os.waitpid(-1, 0))[0] != process.pid:
            pass  # an orphan that came to us
        status = ended[1]
    process.returncode = os.waitstatus_to_exitcode(status)
    _kill_the_rest(process.pid)
    return process.returncode if process.returncode >= 0 else 128 - process.returncode


def _become_parent_of_orphans() -> None:
    # A process whose parent ended becomes our child, and so is found. On a system other than Linux
    # only the command's process group is.
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def _die_with_parent() -> None:
    # For the case that someone kills us.
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _prctl(option: int, value: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def _kill_at_end_of(pipe: int, group: int) -> None:
    while os.read(pipe, 4096):
        pass
    _kill_all(group)


def _kill_the_rest(group: int) -> None:
    with contextlib.suppress(ChildProcessError):
        while True:
            _kill_all(group)
            os.waitpid(-1, 0)


def _kill_all(group: int) -> None:
    # PermissionError is how macOS says that only the dead are left.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)
    for pid in _descendants(os.getpid()):
        _tell(pid, signal.SIGKILL)


def _tell(pid: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, number)


def _descendants(root: int) -> Iterator[int]:
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            # "pid (any name) state parent ...": the name may hold anything, blanks and ")" too.
            parent = int(stat.read_text(errors="replace").rpartition(")")[2].split()[1])
            children.setdefault(parent, []).append(int(stat.parent.name))
    waiting = [root]
    while waiting:
        found = children.get(waiting.pop(), [])
        yield from found
        waiting.extend(found)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]))
