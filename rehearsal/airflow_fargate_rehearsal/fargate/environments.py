"""Python environments of images, each made once for all containers that need the same.

They are kept between rehearsals, and shared by all projects of a user: what they are made of says
which one is wanted.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import random
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from airflow_fargate_rehearsal.fargate.errors import CannotPullContainer
from airflow_fargate_rehearsal.fargate.run_steps import PipCommand

_COMPLETE = "complete"
_KEPT_DAYS = 14
"""Days after its last use until an environment is removed."""
_SECONDS_OF_A_DAY = 86_400

_used: dict[Path, int] = {}
"""Environments that this program uses, and the lock of each, which it holds until it ends."""
_using = threading.Lock()


def environments_folder() -> Path:
    """Where environments are kept: in `$XDG_CACHE_HOME`, by default `~/.cache`."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "airflow-fargate/environments"


def environment_for(commands: Sequence[PipCommand], *, user: str) -> Path:
    """Folder with the programs of a Python environment, made when there is none.

    Its Python is this program's, whatever the image begins from. An image without `pip install`
    has the standard library alone. Whoever comes while it is made waits. `user` says in the log who
    wants it. Raises CannotPullContainer when pip fails.
    """
    place = environments_folder() / _content(commands)
    with _using:
        if not _used:
            _remove_old(place.parent)
        known = place in _used
    if not known:
        lock = _open_lock(place)
        try:
            _complete(place, commands, lock, user)
        except BaseException:
            os.close(lock)
            raise
        with _using:
            _used.setdefault(place, lock)
            if _used[place] != lock:
                os.close(lock)
    return place / "bin"


def _complete(place: Path, commands: Sequence[PipCommand], lock: int, user: str) -> None:
    fcntl.flock(lock, fcntl.LOCK_SH)
    while not _is_complete(place):
        try:
            # Never waited for: who has made it keeps a shared lock for as long as it is used.
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            fcntl.flock(lock, fcntl.LOCK_UN)
            time.sleep(random.uniform(0.01, 0.1))  # noqa: S311 - so that one is the first
        else:
            shutil.rmtree(place, ignore_errors=True)
            begun = time.monotonic()
            if commands:
                _say(f"installing Python packages for {user}, which is done once")
            _make(place, commands)
            if commands:
                _say(f"packages for {user} are installed, {time.monotonic() - begun:.0f} s")
        fcntl.flock(lock, fcntl.LOCK_SH)
    # When it was used last.
    (place / _COMPLETE).touch()


def _is_complete(place: Path) -> bool:
    # Its Python may be gone, as it is a link to one that someone can remove.
    return (place / _COMPLETE).exists() and (place / "bin/python").exists()


def _make(place: Path, commands: Sequence[PipCommand]) -> None:
    # This program's pip works on it, if there is one: putting another in takes many seconds.
    has_pip = importlib.util.find_spec("pip") is not None
    python = str(place / "bin/python")
    pip = [sys.executable, "-m", "pip", "--python", python] if has_pip else [python, "-m", "pip"]
    without = ["--without-pip"] if has_pip or not commands else []
    _run([sys.executable, "-m", "venv", *without, str(place)])
    for command in commands:
        action, *arguments = command.placed
        options = ["--no-compile"] if action == "install" else []
        said = _run([*pip, "--quiet", action, *options, *arguments])
        if command.output is not None:
            command.output.parent.mkdir(parents=True, exist_ok=True)
            command.output.write_text(said)
    if commands:
        # All at once and on all processors; a template that is no Python is none of our business.
        with contextlib.suppress(CannotPullContainer):
            _run([python, "-m", "compileall", "-qq", "-j", "0", str(place / "lib")])
    (place / _COMPLETE).touch()


def _run(command: list[str]) -> str:
    # The user's own environment says where pip finds packages; PYTHONPATH would be taken for some.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    environment["PIP_DISABLE_PIP_VERSION_CHECK"] = "1"
    done = subprocess.run(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines() or ["it said nothing"]
        raise CannotPullContainer(f"'{' '.join(command[1:])}' failed: {said[-1]}")
    return done.stdout


def _content(commands: Sequence[PipCommand]) -> str:
    # As written, for on this machine the paths are others in each container, and with what is in
    # the files and folders that are named.
    content = hashlib.sha256(f"{sys.version}\0{sys.base_prefix}".encode())
    for each in commands:
        for written, placed in zip(each.written, each.placed, strict=True):
            content.update(f"\0{written}\0".encode())
            if written != placed:
                _add(content, Path(placed.partition("=")[2] or placed))
    return content.hexdigest()[:16]


def _add(content: Any, place: Path) -> None:
    files = sorted(place.rglob("*")) if place.is_dir() else [place]
    for file in files:
        if file.is_file() and file.suffix != ".pyc":
            content.update(f"\0{file.relative_to(place)}\0".encode())
            content.update(file.read_bytes())


def _remove_old(folder: Path) -> None:
    oldest = time.time() - _KEPT_DAYS * _SECONDS_OF_A_DAY
    for complete in folder.glob(f"*/{_COMPLETE}"):
        with contextlib.suppress(OSError):
            if complete.stat().st_mtime < oldest:
                lock = _open_lock(complete.parent)
                try:
                    # Whoever uses it holds a shared lock; then this fails.
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    complete.unlink()
                    shutil.rmtree(complete.parent)
                finally:
                    os.close(lock)


def _open_lock(place: Path) -> int:
    place.parent.mkdir(parents=True, exist_ok=True)
    return os.open(place.with_suffix(".lock"), os.O_CREAT | os.O_RDWR, 0o600)


def _say(text: str) -> None:
    print(f"local Fargate: {text}", file=sys.stderr, flush=True)
