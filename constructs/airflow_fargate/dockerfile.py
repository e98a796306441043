"""What a Dockerfile says of the image that comes out of it: its user and its volumes."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from .rules import InvalidValue

DOCKERFILE = "Dockerfile"

_HEREDOC = re.compile(r"<<-?\s*(['\"]?)(\w+)\1")
_VARIABLE = re.compile(r"\$(?:\{(\w+)(?::?-([^}]*))?\}|(\w+))")
_FROM = re.compile(r"(?i)(?:--\S+\s+)*(\S*)(?:\s+AS\s+(\S+))?")
_ESCAPE_DIRECTIVE = re.compile(r"#\s*escape\s*=\s*`", re.IGNORECASE)


@dataclass(frozen=True)
class Stage:
    """A stage of a build: what its instructions leave behind."""

    user: str | None = None
    """Who runs in it, as USER says it: a name or a number, perhaps with a group. None when the
    file does not say, and the base image decides."""
    volumes: tuple[str, ...] = ()
    """Paths that VOLUME declares, in their order; those of a base image from elsewhere are not
    known."""


def volumes(dockerfile: Path) -> tuple[str, ...]:
    """The paths that the image declares as volumes.

    Raises:
        InvalidValue: There is no such file, or a path is not absolute.
    """
    found = final_stage(dockerfile).volumes
    for path in found:
        if not path.startswith("/") or "$" in path:
            raise InvalidValue(
                f"VOLUME in {dockerfile}", "an absolute path that is known without building", path
            )
    return found


def final_stage(dockerfile: Path) -> Stage:
    """The last stage, which becomes the image, with what it has from earlier ones.

    Raises:
        InvalidValue: There is no such file.
    """
    if not dockerfile.is_file():
        raise InvalidValue(
            "A folder to build an image from",
            f"one with a file {DOCKERFILE}",
            str(dockerfile.parent),
        )
    stages: dict[str, Stage] = {}
    stage = Stage()
    name = ""
    variables: dict[str, str] = {}
    for keyword, rest in _instructions(dockerfile.read_text(encoding="utf-8")):
        said = _VARIABLE.sub(lambda found: _value(found, variables), rest)
        if keyword == "FROM":
            base, alias = _FROM.findall(said)[0]
            stage = stages.get(base.lower(), Stage())
            name = alias.lower()
        elif keyword == "USER":
            stage = replace(stage, user=said.strip("\"' "))
        elif keyword == "VOLUME":
            stage = replace(stage, volumes=tuple(dict.fromkeys([*stage.volumes, *_words(said)])))
        elif keyword in ("ARG", "ENV"):
            _assign(said, variables)
        stages[name] = stage
    return stage


def _instructions(text: str) -> Iterator[tuple[str, str]]:
    """Each instruction, its keyword in capitals, on one line; without comments and heredocs."""
    lines = iter(text.splitlines())
    escape = "`" if _ESCAPE_DIRECTIVE.match(text) else "\\"
    joined = ""
    for line in lines:
        if line.lstrip().startswith("#") or (joined and not line.strip()):
            continue  # also in the middle of an instruction
        joined += line.strip()
        if joined.endswith(escape):
            joined = joined[:-1] + " "
            continue
        keyword, _, rest = joined.partition(" ")
        if keyword.upper() in ("RUN", "COPY", "ADD"):
            for _, end in _HEREDOC.findall(rest):
                while next(lines, end).strip() != end:
                    pass
        yield keyword.upper(), rest.strip()
        joined = ""


def _words(said: str) -> list[str]:
    if said.startswith("["):
        try:
            return [str(path) for path in json.loads(said)]
        except ValueError:
            pass  # then it is no JSON for Docker either, but words
    return said.split()


def _assign(said: str, variables: dict[str, str]) -> None:
    for name, value in re.findall(r"(\w+)=(\"[^\"]*\"|'[^']*'|\S*)", said):
        variables[name] = value.strip("\"'")


def _value(found: re.Match[str], variables: dict[str, str]) -> str:
    name = found[1] or found[3]
    return variables.get(name) or found[2] or found[0]
