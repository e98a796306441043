"""The folder of a rehearsal, which goes with it, or at the latest with the next rehearsal."""

from __future__ import annotations

import contextlib
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
    made, lock = _make()
    with made as name:
        folder = Path(name).resolve()
        try:
            yield folder
        finally:
            # Containers end when the embedded AWS has, a moment later.
            wait_until_nobody_works_in(folder)
            os.close(lock)


def _make() -> tuple[tempfile.TemporaryDirectory[str], int]:
    while True:
        made = tempfile.TemporaryDirectory(prefix=_PREFIX, ignore_cleanup_errors=True)
        if lock := _locked(Path(made.name)):
            return made, lock


def _locked(folder: Path) -> int | None:
    """Lock a new folder; None when another rehearsal took it for one that was left."""
    try:
        lock = os.open(folder / _LOCK, os.O_CREAT | os.O_RDWR, 0o600)
    except FileNotFoundError:
        return None
    # The kernel unlocks it when this program ends, however it does.
    fcntl.flock(lock, fcntl.LOCK_EX)
    with contextlib.suppress(FileNotFoundError):
        if os.path.samestat(os.fstat(lock), (folder / _LOCK).stat()):
            return lock
    os.close(lock)
    return None


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
