"""The embedded AWS as a child process, seen from the program that uses it."""

from __future__ import annotations

import contextlib
import json
import os
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from airflow_fargate_rehearsal.errors import PreflightError
from airflow_fargate_rehearsal.guard import guarded, stdout_of
from airflow_fargate_rehearsal.terraform.environment import DUMMY_CREDENTIAL, without_aws_access

ACCESS_KEY_VARIABLE = "AIRFLOW_FARGATE_REHEARSAL_ACCESS_KEY"
"""Tells the embedded AWS its access key; arguments of programs can be read by all users."""

_PACKAGE_ROOT = Path(__file__).parents[1]


@dataclass(frozen=True, kw_only=True)
class EmbeddedAws:
    """A running embedded AWS; ``log`` is the file with what it complains of.

    ``access_key`` is the one that it takes, as access key id and as secret.
    """

    endpoint_url: str
    log: Path
    access_key: str = DUMMY_CREDENTIAL

    def created(self) -> dict[str, list[str]]:
        """Readable ids, by service, of what exists and did not at start-up."""
        return self._inventory()["created"]

    def kept_by_aws(self) -> dict[str, list[str]]:
        """Readable ids, by service, of what is deleted and AWS keeps for a while."""
        return self._inventory()["kept_by_aws"]

    def findings(self) -> list[dict[str, Any]]:
        """What was refused, failed or could not be checked, the oldest first.

        Each has a `kind`, a `subject`, a `message`, `first_at` and a `count`.
        """
        return self._page("findings")

    def _inventory(self) -> dict[str, dict[str, list[str]]]:
        return self._page("inventory")

    def _page(self, name: str) -> Any:
        # No proxy, whatever the environment says: this is loopback.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"{self.endpoint_url}/_rehearsal/{name}", timeout=60) as answer:
            return json.load(answer)


@contextlib.contextmanager
def embedded_aws(
    log: Path,
    port: int = 0,
    fargate: Path | None = None,
    *,
    containers: bool = False,
    access_key: str | None = None,
) -> Iterator[EmbeddedAws]:
    """Run an embedded AWS on 127.0.0.1 for the time of the block; it dies with this process.

    ``port`` 0 takes any free port. ``fargate`` is the folder in which ECS tasks run as processes,
    which die with it; `images.jsonl` in it says what images there are. Without it every task ends
    before it starts. With ``containers``, docker or podman run the tasks, from real images. With
    ``access_key`` nobody else is answered than who has it, or the role of a running task. Raises
    PreflightError when it does not start, for example because the port is in use.
    """
    environment = without_aws_access(os.environ)
    # The clients of its own ECS shall not meet a profile of the user's.
    environment |= {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
    if access_key is not None:
        environment[ACCESS_KEY_VARIABLE] = access_key
    environment["PYTHONPATH"] = os.pathsep.join(
        part for part in (str(_PACKAGE_ROOT), environment.get("PYTHONPATH")) if part
    )
    command = [sys.executable, "-m", "airflow_fargate_rehearsal.aws", "--port", str(port)]
    if fargate is not None:
        command += ["--fargate", str(fargate.resolve()), *(["--containers"] if containers else [])]
    with (
        log.open("w") as complaints,
        guarded(command, cwd=log.parent, environment=environment, stderr=complaints) as process,
    ):
        first_line = stdout_of(process).readline().strip()
        if not first_line:
            process.wait()
            said = log.read_text().strip().splitlines() or ["it said nothing"]
            raise PreflightError(said[-1])
        yield EmbeddedAws(
            endpoint_url=first_line, log=log, access_key=access_key or DUMMY_CREDENTIAL
        )
