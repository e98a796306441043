"""Python environments of images, each made once for all containers that need the same."""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from airflow_fargate_rehearsal.fargate.errors import CannotPullContainer
from airflow_fargate_rehearsal.fargate.run_steps import PipInstall

_COMPLETE = "complete"


def environment_for(installs: Sequence[PipInstall], folder: Path) -> Path:
    """Folder with the programs of a Python environment, made below `folder` when there is none.

    Its Python is this program's, whatever the image begins from. An image without `pip install`
    has the standard library alone. Whoever comes while it is made waits. Raises
    CannotPullContainer when pip fails.
    """
    place = folder / _content(installs)
    with _lock(folder / f"{place.name}.lock"):
        if not (place / _COMPLETE).exists():
            shutil.rmtree(place, ignore_errors=True)
            _make(place, installs)
            (place / _COMPLETE).touch()
    return place / "bin"


def _make(place: Path, installs: Sequence[PipInstall]) -> None:
    # This program's pip works on it, if there is one: putting another in takes many seconds.
    has_pip = importlib.util.find_spec("pip") is not None
    python = str(place / "bin/python")
    pip = [sys.executable, "-m", "pip", "--python", python] if has_pip else [python, "-m", "pip"]
    without = ["--without-pip"] if has_pip or not installs else []
    _run([sys.executable, "-m", "venv", *without, str(place)])
    for each in installs:
        _run([*pip, "--quiet", "install", *each.placed])


def _run(command: list[str]) -> None:
    # The user's own environment says where pip finds packages; PYTHONPATH would be taken for some.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
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


def _content(installs: Sequence[PipInstall]) -> str:
    # As written, for on this machine the paths are others in each container, and with what is in
    # the files and folders that are named.
    content = hashlib.sha256(sys.version.encode())
    for each in installs:
        for written, placed in zip(each.written, each.placed, strict=True):
            content.update(f"\0{written}\0".encode())
            if written != placed:
                _add(content, Path(placed.partition("=")[2] or placed))
    return content.hexdigest()[:16]


def _add(content: Any, place: Path) -> None:
    files = sorted(place.rglob("*")) if place.is_dir() else [place]
    for file in files:
        if file.is_file():
            content.update(f"\0{file.relative_to(place)}\0".encode())
            content.update(file.read_bytes())


@contextmanager
def _lock(file: Path) -> Iterator[None]:
    file.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(file, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
