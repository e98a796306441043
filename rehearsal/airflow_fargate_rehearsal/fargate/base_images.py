"""What an image begins with: nothing, or what is known of Apache Airflow's own image."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from airflow_fargate_rehearsal.fargate.file_system import FileSystem

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
"""Where programs are in an image that says nothing else."""

_AIRFLOW = re.compile(r"(?:[\w.:-]+/)*apache/airflow:(?:slim-)?(?P<version>\d[\w.]*)")
_HOME, _AIRFLOW_HOME = "/home/airflow", "/opt/airflow"


@dataclass(kw_only=True)
class Base:
    """What an image takes over from another, as the configuration of an image has it."""

    environment: dict[str, str] = field(default_factory=lambda: {"PATH": PATH})
    entry_point: list[str] = field(default_factory=list)
    working_directory: str = "/"


def base(name: str, files: FileSystem) -> Base:
    """What the image `name` gives, with the folders that it has; empty for most.

    Of Apache Airflow's image it is the environment and the folders, as that image's Dockerfile
    makes them (github.com/apache/airflow, Dockerfile), and not the packages: an image is to install
    all that it uses.
    """
    found = _AIRFLOW.match(name)
    if found is None:
        return Base()
    for folder in (_HOME, _AIRFLOW_HOME, f"{_AIRFLOW_HOME}/dags", f"{_AIRFLOW_HOME}/logs"):
        files.own(folder).mkdir(parents=True, exist_ok=True)
    return Base(
        environment={
            "PATH": f"{_HOME}/.local/bin:{PATH}",
            "LANG": "C.UTF-8",
            "LC_ALL": "C.UTF-8",
            "HOME": _HOME,
            "AIRFLOW_HOME": _AIRFLOW_HOME,
            "AIRFLOW_USER_HOME_DIR": _HOME,
            "AIRFLOW_UID": "50000",
            "AIRFLOW_VERSION": found["version"].partition("-")[0],
            "AIRFLOW__CORE__LOAD_EXAMPLES": "false",
            "DUMB_INIT_SETSID": "1",
            "GUNICORN_CMD_ARGS": "--worker-tmp-dir /dev/shm",
        },
        entry_point=["/usr/bin/dumb-init", "--", "/entrypoint"],
        working_directory=_AIRFLOW_HOME,
    )


def without_init(command: list[str]) -> list[str]:
    """A command without `dumb-init` or `tini`: each container here has an init of its own."""
    if not command or Path(command[0]).name not in ("dumb-init", "tini"):
        return command
    rest = command[1:]
    while rest and rest[0].startswith("-"):
        option = rest.pop(0)
        if option == "--":
            break
    return rest
