"""The guard process: runs one command and kills the whole process group when a pipe ends.

Run as a script by :mod:`airflow_fargate_rehearsal.guard`, in a session of its own, with standard
library only, so that it starts in milliseconds.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading


def kill_group_at_end_of(pipe: int) -> None:
    """Block until the pipe's other end is closed, then kill this process group, ourselves too.

    The kernel closes the other end when its holder dies, SIGKILL included.
    """
    while os.read(pipe, 4096):
        pass
    os.killpg(0, signal.SIGKILL)


def main(pipe: int, command: list[str]) -> int:
    """Run the command with nothing on stdin.

    Returns its exit code; 128 + n if signal n ended it; 127 if it cannot be run.
    """
    threading.Thread(target=kill_group_at_end_of, args=(pipe,), daemon=True).start()
    try:
        returncode = subprocess.run(command, stdin=subprocess.DEVNULL, check=False).returncode
    except OSError as error:
        print(f"{command[0]} cannot be run: {error.strerror}", file=sys.stderr)
        return 127
    return returncode if returncode >= 0 else 128 - returncode


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), sys.argv[2:]))
