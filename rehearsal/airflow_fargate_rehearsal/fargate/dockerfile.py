"""What a Dockerfile says: its stages and instructions, with variables replaced."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dockerfile_parse import DockerfileParser
from dockerfile_parse.util import WordSplitter, extract_key_values

from airflow_fargate_rehearsal.fargate.errors import CannotPullContainer


@dataclass(frozen=True, kw_only=True)
class Instruction:
    """One instruction; `line` counts from 1, `value` is as it is written."""

    name: str
    value: str
    line: int

    def __str__(self) -> str:
        return f"'{self.name} {self.value}' of line {self.line}"


@dataclass(frozen=True, kw_only=True)
class Stage:
    """A stage: what it begins from, the name that others know it by, and its instructions."""

    base: str
    name: str
    instructions: list[Instruction] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Dockerfile:
    """The stages in order, and the build's arguments with their defaults from before the first."""

    stages: list[Stage]
    arguments: dict[str, str]


def read(folder: Path, arguments: Mapping[str, str]) -> Dockerfile:
    """Read the Dockerfile of a folder; `arguments` are the build's.

    Raises CannotPullContainer when there is none, or it begins with no FROM.
    """
    file = folder / "Dockerfile"
    try:
        content = file.read_text(encoding="utf-8")
    except OSError as error:
        raise CannotPullContainer(f"{file} cannot be read: {error.strerror}") from error
    # From memory: given a path, the parser would read it again for each question.
    parser = DockerfileParser(fileobj=io.StringIO(content))
    before_stages = dict(arguments)
    stages: list[Stage] = []
    for each in parser.structure:
        instruction = Instruction(
            name=each["instruction"], value=each["value"], line=each["startline"] + 1
        )
        if instruction.name == "COMMENT":
            continue
        if instruction.name == "FROM":
            stages.append(_stage(instruction, before_stages, str(len(stages))))
        elif stages:
            stages[-1].instructions.append(instruction)
        elif instruction.name == "ARG":
            for name, value in key_values(instruction.value, before_stages):
                before_stages.setdefault(name, value)
    if not stages:
        raise CannotPullContainer(f"{file} has no FROM")
    return Dockerfile(stages=stages, arguments=before_stages)


def key_values(text: str, known: Mapping[str, str]) -> list[tuple[str, str]]:
    """Names and values of ENV or ARG, with the variables that are known replaced."""
    return extract_key_values(env_replace=True, args={}, envs=dict(known), instruction_value=text)


def words(text: str, known: Mapping[str, str]) -> list[str]:
    """Words of an instruction: JSON's, if it is written as a JSON list."""
    if (listed := json_list(text)) is not None:
        return [replaced(word, known) for word in listed]
    return [word for word in WordSplitter(text, args={}, envs=dict(known)).split() if word]


def replaced(text: str, known: Mapping[str, str]) -> str:
    """A text with the variables that are known replaced."""
    return WordSplitter(text, args={}, envs=dict(known)).dequote()


def json_list(text: str) -> list[str] | None:
    """The list that an instruction is written as, None for the form of a shell command."""
    try:
        listed: Any = json.loads(text)
    except ValueError:
        return None
    return listed if isinstance(listed, list) else None


def flags(instruction: Instruction, known: Mapping[str, str]) -> tuple[dict[str, str], str]:
    """Flags of an instruction, such as `--from=base`, and the rest of it."""
    found: dict[str, str] = {}
    rest = instruction.value.strip()
    while rest.startswith("--"):
        flag, _, rest = rest.partition(" ")
        name, _, value = flag.removeprefix("--").partition("=")
        found[name] = replaced(value, known)
        rest = rest.lstrip()
    return found, rest


def _stage(instruction: Instruction, known: Mapping[str, str], number: str) -> Stage:
    _, rest = flags(instruction, known)
    base, *alias = words(rest, known)
    return Stage(base=base, name=alias[1] if len(alias) == len(["AS", "name"]) else number)
