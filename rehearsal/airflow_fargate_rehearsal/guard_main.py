"""The guard process: runs one command and kills all of its process group when a pipe ends.

Run as a script by :mod:`airflow_fargate_rehearsal.guard`, in a session of its own, with standard
library only, so that it starts in milliseconds.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading


def main(pipe: int, command: list[str]) -> int:
    """Run the command in a process group of its own, with nothing on stdin.

    The group is killed when the pipe's other end is closed (the kernel closes it when its holder
    dies, SIGKILL included), and when the command ends and leaves others behind.

    Returns the command's exit code; 128 + n if signal n ended it; 127 if it cannot be run.
    """
    try:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, process_group=0)
    except OSError as error:
        print(f"{command[0]} cannot be run: {error.strerror}", file=sys.stderr)
        return 127
    threading.Thread(target=kill_at_end_of, args=(pipe, process.pid), daemon=True).start()
    returncode = process.wait()
    kill(process.pid)
    return returncode if returncode >= 0 else 128 - returncode


def kill_at_end_of(pipe: int, group: int) -> None:
    """Block until the pipe's other end is closed, then kill a process group."""
    while os.read(pipe, 4096):
        pass
    kill(group)


def kill(group: int) -> None:
    """Kill a process group, if there is anyone left in it."""
    # PermissionError is how macOS says that only the dead are left.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), sys.argv[2:]))
