"""The parameters of a deployment's tasks, kept in a file that all processes of a container share.

Airflow forks a process for each DAG file that it parses and for each task that it runs. If each of
them asked SSM Parameter Store, it would throttle them, and all else in the account with them.
"""

import contextlib
import fcntl
import functools
import hashlib
import json
import logging
import os
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

SECONDS_KEPT = 60.0
"""How long what was read serves. What failed is not tried again for as long."""

SECONDS_KEPT_FOR_UNKNOWN = 20.0
"""As above, if it does not hold the name that is asked for: the task may be new, SSM back again."""

# A DAG file has 30 s to be parsed, and may find that SSM does not answer.
_CONFIG = Config(
    connect_timeout=1, read_timeout=3, retries={"mode": "standard", "total_max_attempts": 2}
)

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Kept:
    """What is known of the parameters."""

    tried_at: float
    """When they were last asked for; seconds since 1970."""
    read_at: float
    """When they were last read; 0 for never."""
    values: dict[str, str] | None
    """JSON of each task by its name; None if they could never be read."""
    error: str | None
    """Why they could not be read when last tried."""


class FargateTaskParametersFile:
    """The parameters below a path, read from SSM at most once a minute for a container.

    Args:
        path: Path in SSM Parameter Store, without a slash at its end.
    """

    def __init__(self, path: str) -> None:
        self._path = path

    def read(self, task: str, *, newer_than: float = 0.0) -> Kept:
        """Return what is known, asking SSM if that is too old.

        Args:
            task: Name of the task that it is read for. If it is not there, SSM is asked sooner.
            newer_than: Ask if what is kept was read before; seconds since 1970.
        """
        try:
            kept = self._load()
            if kept and self._serves(kept, task, newer_than):
                return kept
            return self._renew(kept, task, newer_than)
        except OSError as error:
            # No folder for temporary files, or none to write to. DAGs are not to vanish for that.
            _log.warning("Cannot look up which Fargate tasks are known already: %s", error)
            return self._ask(None)

    def _renew(self, kept: Kept | None, task: str, newer_than: float) -> Kept:
        # If there is something old to go by, nobody waits for the one who is asking already.
        wait = kept is None or kept.values is None or task not in kept.values or newer_than > 0
        with self._lock(wait=wait) as locked:
            if not locked and kept:
                return kept
            kept = self._load()
            if kept and self._serves(kept, task, newer_than):
                return kept
            kept = self._ask(kept)
            try:
                self._save(kept)
            except OSError as error:
                _log.warning("Cannot keep which Fargate tasks there are: %s", error)
            return kept

    def _serves(self, kept: Kept, task: str, newer_than: float) -> bool:
        age = time.time() - kept.tried_at
        known = kept.values is not None and task in kept.values
        # Below zero, the clock was set back, and nobody knows how old it is.
        fresh = 0 <= age < (SECONDS_KEPT if known else SECONDS_KEPT_FOR_UNKNOWN)
        return fresh and kept.tried_at >= newer_than

    def _ask(self, kept: Kept | None) -> Kept:
        now = time.time()
        try:
            return Kept(tried_at=now, read_at=now, values=self._walk(), error=None)
        except (ClientError, BotoCoreError) as error:
            # From now on, not from the beginning: who has waited meanwhile is not to try as well.
            tried_at = time.time()
            if kept is None or kept.values is None:
                return Kept(tried_at=tried_at, read_at=0.0, values=None, error=str(error))
            _log.warning(
                "The Fargate tasks below %s cannot be read from SSM Parameter Store; what was read "
                "%.0f s ago serves on: %s",
                self._path,
                now - kept.read_at,
                error,
            )
            return Kept(tried_at, kept.read_at, kept.values, str(error))

    def _walk(self) -> dict[str, str]:
        client = boto3.Session().client("ssm", config=_CONFIG)
        pages = client.get_paginator("get_parameters_by_path").paginate(Path=self._path)
        return {
            parameter["Name"].rsplit("/", 1)[-1]: parameter["Value"]
            for page in pages
            for parameter in page["Parameters"]
        }

    @functools.cached_property
    def _file(self) -> Path:
        region = os.environ.get("AWS_DEFAULT_REGION", "")
        name = hashlib.sha256(f"{region} {self._path}".encode()).hexdigest()[:16]
        # A user of their own has a file of their own, where a machine has several.
        return Path(tempfile.gettempdir()) / f"airflow-fargate-tasks-{os.getuid()}-{name}"

    def _load(self) -> Kept | None:
        file = self._file
        try:
            if file.stat().st_uid != os.getuid():
                return None
            return Kept(**json.loads(file.read_text()))
        except (OSError, ValueError, TypeError):
            return None  # not there, or of another release

    def _save(self, kept: Kept) -> None:
        # Renamed into its place: whoever reads meanwhile sees the old or the new, and never half.
        handle, name = tempfile.mkstemp(prefix=self._file.name, dir=self._file.parent)
        try:
            with os.fdopen(handle, "w") as file:
                json.dump(asdict(kept), file)
            Path(name).replace(self._file)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise

    @contextlib.contextmanager
    def _lock(self, *, wait: bool) -> Iterator[bool]:
        handle = os.open(f"{self._file}.lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
        else:
            yield True
        finally:
            os.close(handle)
