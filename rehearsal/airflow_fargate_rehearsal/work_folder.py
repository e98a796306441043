"""The folder of a rehearsal, which goes with it, or at the latest with the next rehearsal."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from airflow_fargate_rehearsal.workspace import wait_until_nobody_works_in

_PREFIX = "rehearsal-"
_LOCK = "in-use"


@contextmanager
def new_work_folder() -> Iterator[Path]:
    """A folder for all that is written; when it goes, so has everything that works in it.

    What rehearsals have left that were killed is removed first.
    """
    _remove_what_is_left()
    with tempfile.TemporaryDirectory(prefix=_PREFIX) as name:
        folder = Path(name).resolve()
        # The kernel unlocks it when this program ends, however it does.
        lock = os.open(folder / _LOCK, os.O_CREAT | os.O_RDWR, 0o600)
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            yield folder
        finally:
            # Containers end when the embedded AWS has, a moment later.
            wait_until_nobody_works_in(folder)
            os.close(lock)


def _remove_what_is_left() -> None:
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        try:
            if folder.stat().st_uid != os.getuid():
                continue
            # Without the file, it is nobody's whom we know, or somebody has just begun.
            lock = os.open(folder / _LOCK, os.O_RDWR)
        except OSError:
            continue
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
        except OSError:
            pass  # it is in use
        finally:
            os.close(lock)
