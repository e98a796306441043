"""Children that never outlive this process, whichever way it ends."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, cast

_GUARD_PROGRAM = Path(__file__).with_name("guard_main.py")


@contextlib.contextmanager
def guarded(
    command: Sequence[str | Path],
    *,
    cwd: Path,
    environment: Mapping[str, str],
    stderr: int | IO[str] | None = None,
) -> Iterator[subprocess.Popen[str]]:
    """Run a command as a child whose whole process group dies with this process.

    A guard process sits between: it runs the command and reads a pipe that only this process
    holds open, so even SIGKILL of this process ends the group. Leaving the block kills what still
    runs. ``stdout`` is a text pipe; ``stderr`` goes where the argument says, by default to ours.
    """
    read_end, write_end = os.pipe()
    try:
        process = subprocess.Popen(
            [sys.executable, "-I", "-S", _GUARD_PROGRAM, str(read_end), *command],
            cwd=cwd,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=stderr,
            pass_fds=(read_end,),
            text=True,
            # A session of its own: Ctrl-C in the terminal reaches us alone, we decide the order.
            start_new_session=True,
        )
    except BaseException:
        os.close(write_end)
        raise
    finally:
        os.close(read_end)
    try:
        yield process
    finally:
        # The guard kills what still runs. No politeness: it works on a throw-away folder and AWS.
        os.close(write_end)
        process.wait()
        for pipe in (process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()


def stdout_of(process: subprocess.Popen[str]) -> IO[str]:
    """What a guarded process says, as a text stream."""
    return cast("IO[str]", process.stdout)  # a guarded process always has a pipe there
