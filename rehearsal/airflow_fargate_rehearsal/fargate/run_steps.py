"""RUN: the few commands of a Dockerfile that local Fargate can do without a container.

The command of a RUN is never given to a shell: what is meant for an image would change this
machine.
"""

from __future__ import annotations

import shlex
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from string import Template
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from airflow_fargate_rehearsal.fargate.image import Image

_ABOUT_USERS = frozenset({"addgroup", "adduser", "chmod", "chown", "groupadd", "useradd"})
_PIP = (["pip"], ["pip3"], ["python", "-m", "pip"], ["python3", "-m", "pip"])
_OF_IMAGES_ONLY = frozenset({"--no-cache-dir", "--user", "--root-user-action=ignore"})
_BEFORE_A_FILE = frozenset({"-r", "--requirement", "-c", "--constraint"})
_SHELL = frozenset("&;|<>()")


class StepRefused(Exception):
    """An instruction that local Fargate cannot do; the message says why."""


@dataclass(frozen=True, kw_only=True)
class PipInstall:
    """Arguments of one `pip install`, as written, and with their paths on this machine."""

    written: tuple[str, ...]
    placed: tuple[str, ...]


def run_step(text: str, image: Image, known: Mapping[str, str]) -> None:
    """Do what a RUN says to an image that is being built.

    Raises StepRefused for a command that cannot be done here.
    """
    for command in _commands(Template(text).safe_substitute(known)):
        name, *arguments = command
        if pip := next((each for each in _PIP if command[: len(each)] == each), None):
            _pip(command[len(pip) :], image)
        elif name == "mkdir":
            for path in _without_options(arguments):
                image.files.own(_absolute(path, image)).mkdir(parents=True, exist_ok=True)
        elif name == "rm":
            for path in _without_options(arguments):
                _remove(_absolute(path, image), image)
        elif name not in _ABOUT_USERS:
            # Users are left out: a container runs as the user who runs the rehearsal.
            raise StepRefused(
                f"it can do pip install, mkdir and rm, and no {name}; give it an image without, "
                "or try this task in a container"
            )


def _commands(text: str) -> Iterator[list[str]]:
    lexer = shlex.shlex(text, posix=True, punctuation_chars="".join(_SHELL))
    lexer.whitespace_split = True
    command: list[str] = []
    try:
        tokens = list(lexer)
    except ValueError as error:
        raise StepRefused(f"its command cannot be read: {error}") from error
    for token in [*tokens, ";"]:
        if token in ("&&", ";"):
            if command:
                yield command
            command = []
        elif set(token) <= _SHELL:
            raise StepRefused(f"it has no shell for {token!r}")
        else:
            command.append(token)


def _pip(arguments: list[str], image: Image) -> None:
    if arguments == ["check"]:
        return
    if arguments[:1] != ["install"]:
        raise StepRefused(f"of pip it can do install, and no {' '.join(arguments)}")
    given = [each for each in arguments[1:] if each not in _OF_IMAGES_ONLY]
    placed = [
        # A file may be named from the working directory, too: `-r requirements.txt`.
        str(image.files.in_root(_absolute(each, image)))
        if before in _BEFORE_A_FILE or each in (".", "./")
        else image.files.translated(each)
        for before, each in pairwise(["", *given])
    ]
    image.pip_installs.append(PipInstall(written=tuple(given), placed=tuple(placed)))


def _remove(path: str, image: Image) -> None:
    place = image.files.in_root(path)
    if place.is_dir():
        shutil.rmtree(place)
    else:
        place.unlink(missing_ok=True)


def _absolute(path: str, image: Image) -> str:
    return path if path.startswith("/") else f"{image.working_directory.rstrip('/')}/{path}"


def _without_options(arguments: list[str]) -> list[str]:
    return [each for each in arguments if not each.startswith("-")]
