"""COPY: files of a build context into a container's files."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from airflow_fargate_rehearsal.fargate.file_system import FileSystem


class CopyRefused(Exception):
    """A COPY that local Fargate cannot do; the message says why."""


def copy_into(
    files: FileSystem, context: Path, sources: Sequence[str], path: str, *, is_folder: bool
) -> None:
    """Copy what the sources name to a container path, which is the folder for them or a file.

    Raises CopyRefused for a source that is not there or is an address.
    """
    found = [place for source in sources for place in _found(context, source)]
    into_folder = is_folder or len(found) > 1
    for place in found:
        if place.is_dir():
            files.own(path)
            shutil.copytree(place, files.in_root(path), dirs_exist_ok=True, symlinks=True)
            names = [each.name for each in place.iterdir()]
        elif into_folder or files.in_root(path).is_dir():
            files.own(path).mkdir(parents=True, exist_ok=True)
            shutil.copy2(place, files.in_root(path))
            names = [place.name]
        else:
            files.in_root(path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(place, files.in_root(path))
            files.own_file(path)
            continue
        for name in names:
            files.own_file(f"{path.rstrip('/')}/{name}")


def remove(place: Path) -> None:
    """Remove a file or a folder; it need not be there."""
    if place.is_dir() and not place.is_symlink():
        shutil.rmtree(place)
    else:
        place.unlink(missing_ok=True)


def _found(context: Path, source: str) -> Iterator[Path]:
    if "://" in source or source.startswith("git@"):
        raise CopyRefused(f"{source} is an address, and only files of the folder can be copied")
    relative = source.lstrip("/")
    if relative in ("", ".", "./"):
        yield context
        return
    places = sorted(context.glob(relative))
    if not places:
        raise CopyRefused(f"there is no {relative} in {context}")
    yield from places
