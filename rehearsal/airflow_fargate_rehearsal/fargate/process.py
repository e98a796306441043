"""A container's process: it, and all that it starts, die with this program."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, cast

from airflow_fargate_rehearsal.fargate.errors import CannotStartContainer

_INIT_PROGRAM = Path(__file__).with_name("init_main.py")
_PORTION = 65_536


class ContainerProcess:
    """A command that runs, with an init process as its parent.

    Raises CannotStartContainer when the command cannot be run. `environment` is all that it gets.
    `init_program` takes the two pipes, and then the command.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        environment: Mapping[str, str],
        working_directory: Path,
        init_program: Path = _INIT_PROGRAM,
    ) -> None:
        life_line, life = os.pipe()
        self._life: int | None = life
        report, reported = os.pipe()
        try:
            self._init = subprocess.Popen(
                [
                    sys.executable,
                    *("-I", "-S", init_program),
                    *(str(life_line), str(reported)),
                    *command,
                ],
                cwd=working_directory,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                pass_fds=(life_line, reported),
                # Whoever stops the emulator with Ctrl-C does not stop the containers on the way.
                start_new_session=True,
            )
        except BaseException:
            os.close(life)
            os.close(report)
            raise
        finally:
            os.close(life_line)
            os.close(reported)
        with os.fdopen(report) as said:
            problem = said.read()
        if problem:
            self.kill()
            self.wait()
            raise CannotStartContainer(
                "ResourceInitializationError: failed to create new container runtime task: "
                f"unable to start container process: exec: {problem}"
            )

    @property
    def pid(self) -> int:
        """The init process, from which all of the container's come."""
        return self._init.pid

    def output(self) -> Iterator[bytes]:
        """What it writes to stdout and stderr, in portions, until all of its processes ended."""
        stdout = cast("IO[bytes]", self._init.stdout)
        while portion := os.read(stdout.fileno(), _PORTION):
            yield portion

    def terminate(self) -> None:
        """Ask it to end: SIGTERM to its main process."""
        self._init.terminate()

    def kill(self) -> None:
        """SIGKILL to all of its processes."""
        life, self._life = self._life, None
        if life is not None:
            os.close(life)

    def wait(self) -> int:
        """Wait for its end; its exit code, 128 + n if signal n ended it."""
        code = self._init.wait()
        self.kill()
        with contextlib.suppress(OSError):
            cast("IO[bytes]", self._init.stdout).close()
        return code if code >= 0 else 128 - code
