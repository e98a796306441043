"""The guard of a PostgreSQL server: runs it, and ends and removes it with whoever started it.

Run as a script by :mod:`airflow_fargate_rehearsal.database.server`, with standard library only, so
that it starts in milliseconds. Its standard input is its life line: the kernel closes the other end
when whoever holds it dies, SIGKILL included. A line there is an order: `start` or `stop`; it
answers each on its standard output with `done` or `failed`.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_START_SECONDS = 60
_END_SECONDS = 10
_PAUSE_SECONDS = 0.01


class Guard:
    """What is guarded: `folder` is the server's, with its `data`, and goes with it.

    `initdb` and `postgres` are commands, `account` the user who runs them, None for this one.
    """

    def __init__(
        self, *, folder: str, account: str | None, initdb: list[str], postgres: list[str]
    ) -> None:
        self._folder = Path(folder)
        self._account = account
        self._initdb = initdb
        self._postgres = postgres
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> bool:
        """Start the server, the first time with a new data folder; whether it takes connections."""
        data = self._folder / "data"
        if not data.exists() and self._run(self._initdb).wait() != 0:
            return False
        self._process = self._run(self._postgres)
        end = time.monotonic() + _START_SECONDS
        while self._process.poll() is None and time.monotonic() < end:
            with contextlib.suppress(OSError):
                # The eighth line says how far the server is, as `pg_ctl --wait` reads it.
                lines = (data / "postmaster.pid").read_text().splitlines()
                if [each.strip() for each in lines[7:8]] == ["ready"]:
                    return True
            time.sleep(_PAUSE_SECONDS)
        return False

    def stop(self, number: int = signal.SIGINT) -> bool:
        """End the server: SIGINT ends its connections in order, SIGQUIT at once."""
        process, self._process = self._process, None
        if process is None or process.poll() is not None:
            return True
        for each in (number, signal.SIGQUIT, signal.SIGKILL):
            process.send_signal(each)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_END_SECONDS)
                break
        return True

    def clean(self) -> None:
        """End the server and remove its folder."""
        self.stop(signal.SIGQUIT)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _run(self, command: list[str]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            command,
            cwd=self._folder,
            stdin=subprocess.DEVNULL,
            stdout=sys.stderr,
            preexec_fn=_die_with_parent,  # noqa: PLW1509 - this program has one thread
            user=self._account,
            extra_groups=None if self._account is None else [],
        )


def _die_with_parent() -> None:
    # For the case that someone kills the guard itself.
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGQUIT, 0, 0, 0)


def main(guard: Guard) -> None:
    """Follow orders until there is nobody to give any."""
    orders = {b"start": guard.start, b"stop": guard.stop}
    try:
        for line in sys.stdin.buffer:
            done = orders[line.strip()]()
            # Whoever has given the order may be gone by now.
            with contextlib.suppress(OSError):
                os.write(sys.stdout.fileno(), b"done\n" if done else b"failed\n")
    finally:
        guard.clean()


if __name__ == "__main__":
    # Ends as at the end of the life line.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    main(Guard(**json.loads(sys.argv[1])))
