"""What is inside an image that only a look tells: Python's packages, and what its volumes hold."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from airflow_fargate_rehearsal.fargate.engine import Engine
from airflow_fargate_rehearsal.fargate.errors import CannotPullContainer

_NO_SUCH_PROGRAM = 127
_OUT = "/run/airflow-fargate-rehearsal"
# Also in a small image, such as Alpine's: what is used is in busybox.
_LOOK = """
find / -xdev -type d \\( -name site-packages -o -name dist-packages \\) -prune -print 2>/dev/null
number=0
for path; do
    if [ -d "$path" ]; then
        # Who is not root may not read all of it.
        cp -a "$path" "{out}/$number" || [ "$(id -u)" != 0 ] || exit 1
    fi
    number=$((number + 1))
done
"""


@dataclass(frozen=True, kw_only=True)
class Inside:
    """What is inside an image, for containers that run as one user.

    `packages` are the folders where a Python finds packages. `volumes` has, for each VOLUME, a
    folder of this machine with what the image has there. `user_options` say as whom it runs.
    """

    packages: tuple[str, ...]
    volumes: Mapping[str, Path]
    user_options: tuple[str, ...]


def look(engine: Engine, image_id: str, volumes: tuple[str, ...], user: str, out: Path) -> Inside:
    """Look into an image; what its volumes hold is copied into `out`, an empty folder.

    An image without a shell has no Python either. Raises CannotPullContainer when it cannot be
    done.
    """
    options = _user_options(engine, image_id, user)
    # Root sees and copies all. Who is not root on this machine is none in these containers.
    looking = ["--user=0"] if os.geteuid() == 0 else options
    paths = [each.rstrip("/") for each in volumes]
    said = engine.ask(
        *("run", "--rm", *engine.options(), *looking),
        *(f"--mount=type=bind,source={out},target={_OUT}", "--entrypoint=sh"),
        *(image_id, "-c", _LOOK.replace("{out}", _OUT), "sh", *paths),
    )
    if said.returncode not in (0, _NO_SUCH_PROGRAM):
        raise CannotPullContainer(f"nobody can look into the image: {said.stderr.strip()}")
    return Inside(
        packages=tuple(said.stdout.splitlines()),
        volumes={
            path: out / str(number)
            for number, path in enumerate(paths)
            if (out / str(number)).is_dir()
        },
        user_options=tuple(options),
    )


def _user_options(engine: Engine, image_id: str, user: str) -> list[str]:
    """Options for the user of a definition or an image.

    As root, it is followed. Else what a container writes has to be ours, or it could not be
    removed: podman shows us as that user inside; with docker it runs as us, in group 0 as Airflow's
    image allows for.
    """
    own = os.geteuid()
    if own == 0:
        return [f"--user={user}"] if user else []
    if not engine.is_podman:
        return [f"--user={own}:0"]
    name, _, group = user.partition(":")
    if not name.isdigit() or (group and not group.isdigit()) or not group:
        asking = ("--entrypoint=sh", image_id, "-c", "echo $(id -u):$(id -g)")
        asked = [f"--user={user}"] if user else []
        answer = engine.ask("run", "--rm", *engine.options(), *asked, *asking)
        name, _, group = (answer.stdout.strip() or "0:0").partition(":")
    options = [f"--user={name}:{group}"]
    if name == "0":
        return options  # which podman maps to us in any case
    # Group 0 cannot be ours, too; what is written belongs to us all the same.
    ours = name if group == "0" else group
    return [f"--userns=keep-id:uid={name},gid={ours}", *options]
