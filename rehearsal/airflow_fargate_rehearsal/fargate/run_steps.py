"""RUN: the few commands of a Dockerfile that local Fargate can do without a container.

The command of a RUN is never given to a shell: what is meant for an image would change this
machine.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from airflow_fargate_rehearsal.database.certificates import CertificateAuthority
from airflow_fargate_rehearsal.fargate.copying import remove
from airflow_fargate_rehearsal.fargate.shell_commands import Command, NotUnderstood, commands

if TYPE_CHECKING:
    from airflow_fargate_rehearsal.fargate.image import Image

_ABOUT_USERS = frozenset({"addgroup", "adduser", "chmod", "chown", "groupadd", "useradd"})
_WITHOUT_EFFECT = (["true"], ["python", "-m", "compileall"], ["python3", "-m", "compileall"])
"""An environment has its bytecode in any case."""
_PIP = (["pip"], ["pip3"], ["python", "-m", "pip"], ["python3", "-m", "pip"])
_OF_IMAGES_ONLY = frozenset({"--no-cache-dir", "--user", "--root-user-action=ignore"})
_BEFORE_A_FILE = frozenset({"-r", "--requirement", "-c", "--constraint"})


class StepRefused(Exception):
    """An instruction that local Fargate cannot do; the message says why."""


@dataclass(frozen=True, kw_only=True)
class PipCommand:
    """Arguments of one `pip`, as written, and with their paths on this machine.

    `output` is the file that takes what it says.
    """

    written: tuple[str, ...]
    placed: tuple[str, ...]
    output: Path | None = None


def run_step(text: str, image: Image, known: Mapping[str, str]) -> None:
    """Do what a RUN says to an image that is being built.

    Raises StepRefused for a command that cannot be done here.
    """
    try:
        for command in commands(text, known):
            _do(command, image)
    except NotUnderstood as error:
        raise StepRefused(str(error)) from error


def _do(command: Command, image: Image) -> None:
    words = list(command.words)
    if pip := next((each for each in _PIP if words[: len(each)] == each), None):
        _pip(words[len(pip) :], command, image)
    elif any(words[: len(each)] == each for each in _WITHOUT_EFFECT):
        pass
    elif words[:1] == ["printf"] and command.output:
        _write(words[1:], image.files.in_root(_absolute(command.output, image)))
    elif command.output:
        raise StepRefused(f"it has no shell for '>' behind {words[0]}")
    elif words[1:] == ["--version"]:
        if shutil.which(words[0]) is None:
            raise StepRefused(f"this machine has no {words[0]}")
    elif words[0] in _PROGRAMS:
        _PROGRAMS[words[0]](words[1:], image)
    elif words[0] not in _ABOUT_USERS:
        # Users are left out: a container runs as the user who runs the rehearsal.
        raise StepRefused(
            f"it can do pip install, mkdir and rm, and no {words[0]}; give it an image without, "
            "or try this task in a container"
        )


def _pip(arguments: list[str], command: Command, image: Image) -> None:
    if arguments == ["check"]:
        return
    lists = arguments[:1] == ["list"] and command.output is not None
    if not lists and (arguments[:1] != ["install"] or command.output is not None):
        raise StepRefused(f"of pip it can do install, and no {' '.join(arguments)}")
    given = [each for each in arguments if each not in _OF_IMAGES_ONLY]
    placed = [
        # A file may be named from the working directory, too: `-r requirements.txt`.
        str(image.files.in_root(_absolute(each, image)))
        if before in _BEFORE_A_FILE or each in (".", "./")
        else image.files.translated(each)
        for before, each in pairwise(["", *given])
    ]
    output = command.output and image.files.in_root(_absolute(command.output, image))
    image.pip_commands.append(
        PipCommand(written=tuple(given), placed=tuple(placed), output=output or None)
    )


def _write(arguments: list[str], file: Path) -> None:
    if arguments[:1] != ["%s\\n"]:
        raise StepRefused("of printf it can do '%s\\n'")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(f"{each}\n" for each in arguments[1:]))


def _mkdir(arguments: list[str], image: Image) -> None:
    for path in _without_options(arguments):
        image.files.own(_absolute(path, image)).mkdir(parents=True, exist_ok=True)


def _rm(arguments: list[str], image: Image) -> None:
    for path in _without_options(arguments):
        place = image.files.in_root(_absolute(path, image))
        # pip runs when the image is complete, and may still want it.
        wanted = [each for command in image.pip_commands for each in command.placed]
        if any(str(place) in each for each in wanted):
            image.removed_after_pip.append(place)
        else:
            remove(place)


def _find(arguments: list[str], image: Image) -> None:
    path, *rest = arguments
    if rest != ["-mindepth", "1", "-delete"]:
        raise StepRefused("of find it can do '<folder> -mindepth 1 -delete'")
    folder = image.files.in_root(_absolute(path, image))
    for place in folder.glob("*"):
        _rm([f"/{place.relative_to(image.files.root)}"], image)


def _python(arguments: list[str], image: Image) -> None:
    program, *rest = arguments or [""]
    if Path(program).name != "rds_ca.py" or len(rest) != 1:
        raise StepRefused(f"of python it can do pip and rds_ca.py, and no {' '.join(arguments)}")
    put_rds_certificates(_absolute(rest[0], image), image)


def put_rds_certificates(path: str, image: Image) -> None:
    """Write the certificates that this AWS's databases are signed by, in the place of Amazon's."""
    authority = CertificateAuthority.in_folder(image.rds_authority)
    place = image.files.in_root(path)
    place.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(authority.file, place)
    image.files.own_file(path)


_PROGRAMS: dict[str, Callable[[list[str], Image], None]] = {
    "mkdir": _mkdir,
    "rm": _rm,
    "find": _find,
    "python": _python,
    "python3": _python,
}


def _absolute(path: str, image: Image) -> str:
    return path if path.startswith("/") else f"{image.working_directory.rstrip('/')}/{path}"


def _without_options(arguments: list[str]) -> list[str]:
    return [each for each in arguments if not each.startswith("-")]
