"""Docker or podman: what builds images and runs containers for ``--containers``."""

from __future__ import annotations

import contextlib
import os
import resource
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

LABEL = "airflow-fargate-rehearsal"
"""Of each container: the program that it belongs to, which ends it."""
_LIMITS = {"nofile": (resource.RLIMIT_NOFILE, 65535), "nproc": (resource.RLIMIT_NPROC, 16384)}
"""Of open files Fargate's own limit; podman's own limit of processes may be refused to it."""


@dataclass(frozen=True)
class Engine:
    """A program that builds images and runs containers here, `docker` or `podman`.

    `init` is the program for `initProcessEnabled`; None where the engine brings its own.
    """

    program: str
    init: str | None = None

    def ask(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Have it do something, and give what it said."""
        return subprocess.run(
            [self.program, *words],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    @property
    def is_podman(self) -> bool:
        """Whether it is podman, which has options that docker does not know."""
        return self.program == "podman"

    def options(self) -> list[str]:
        """Options for each container on this machine, so that it is as near to Fargate's as can be.

        It is in this machine's network, where the embedded AWS is.
        """
        given = [f"--label={LABEL}={owner()}", "--network=host", "--log-driver=none"]
        given.append("--security-opt=label=disable")  # SELinux keeps folders of this machine away
        if self.is_podman:
            # Nothing of this machine's environment, and no folder writable that is not on Fargate.
            given += ["--http-proxy=false", "--read-only-tmpfs=false", *_limits()]
        return given

    def init_options(self) -> list[str]:
        """Options for `initProcessEnabled`."""
        return ["--init", *([f"--init-path={self.init}"] if self.init else [])]

    def parent_of(self, container: str) -> int | None:
        """The process from which all of a running container's come; None if it is ours already.

        Docker's containers are started by its daemon, each below a process of its own.
        """
        if self.is_podman:
            return None
        pid = self.ask("container", "inspect", "--format={{.State.Pid}}", container).stdout.strip()
        with contextlib.suppress(OSError):
            return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
        return None

    def remove_leftovers(self) -> None:
        """Remove the containers of programs that have ended without doing so themselves."""
        listed = self.ask(
            *("ps", "--all", "--filter", f"label={LABEL}"),
            *("--format", f'{{{{.ID}}}} {{{{.Label "{LABEL}"}}}}'),
        )
        for line in listed.stdout.splitlines():
            name, _, owner = line.partition(" ")
            if not _runs(owner):
                self.ask("kill", "--signal=KILL", name)
                self.ask("rm", "--force", "--volumes", name)


def owner() -> str:
    """What the label of this program's containers says: its process, and when that began."""
    return f"{os.getpid()}-{_began(os.getpid())}"


def _runs(owner: str) -> bool:
    pid, _, began = owner.partition("-")
    return pid.isdigit() and _began(int(pid)) == began


def _began(pid: int) -> str | None:
    with contextlib.suppress(OSError):
        # "pid (any name) state parent ...": the name may hold anything, blanks and ")" too.
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    return None


def _limits() -> Iterator[str]:
    for name, (kind, wanted) in _LIMITS.items():
        hard = resource.getrlimit(kind)[1]
        most = wanted if hard == resource.RLIM_INFINITY else min(hard, wanted)
        yield f"--ulimit={name}={most}:{most}"
