"""An image made from a folder with a Dockerfile: its files, and how its container starts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from airflow_fargate_rehearsal.fargate import base_images, dockerfile
from airflow_fargate_rehearsal.fargate.copying import CopyRefused, copy_into, remove
from airflow_fargate_rehearsal.fargate.dockerfile import Dockerfile, Instruction, Stage
from airflow_fargate_rehearsal.fargate.errors import CannotPullContainer
from airflow_fargate_rehearsal.fargate.file_system import FileSystem
from airflow_fargate_rehearsal.fargate.run_steps import (
    PipCommand,
    StepRefused,
    put_rds_certificates,
    run_step,
)

_RDS_CERTIFICATES = "https://truststore.pki.rds.amazonaws.com/"
_WITHOUT_EFFECT_HERE = frozenset({"EXPOSE", "HEALTHCHECK", "LABEL", "MAINTAINER", "USER"})
"""A container runs as the user who runs the rehearsal, and ECS ignores an image's HEALTHCHECK."""


@dataclass(frozen=True, kw_only=True)
class Source:
    """What an image is built from, as the image builder wrote it down.

    `rds_authority` is the folder of the certificate authority that stands for Amazon RDS's.
    `platform` is a builder's name for a system, such as `linux/amd64`; None for this machine's.
    """

    folder: Path
    contexts: Mapping[str, Path] = field(default_factory=dict)
    build_arguments: Mapping[str, str] = field(default_factory=dict)
    platform: str | None = None
    rds_authority: Path


@dataclass(kw_only=True)
class Image:
    """A built image; `pip_commands` are what its Python environment is made of, in order.

    `removed_after_pip` is what the image does not have, and pip needs.
    """

    files: FileSystem
    rds_authority: Path
    environment: dict[str, str]
    entry_point: list[str] = field(default_factory=list)
    command: list[str] = field(default_factory=list)
    working_directory: str = "/"
    volumes: list[str] = field(default_factory=list)
    pip_commands: list[PipCommand] = field(default_factory=list)
    removed_after_pip: list[Path] = field(default_factory=list)

    def complete(self) -> None:
        """Remove what the image does not have, once its Python environment is made."""
        for place in self.removed_after_pip:
            remove(place)


def build(source: Source, root: Path) -> Image:
    """Make an image with its files in `root`, an empty folder or none yet.

    Raises CannotPullContainer for a Dockerfile that local Fargate cannot follow, with the line.
    """
    return _Build(source, dockerfile.read(source.folder, source.build_arguments), root).image()


class _Build:
    def __init__(self, source: Source, read: Dockerfile, root: Path) -> None:
        self._source = source
        self._dockerfile = read
        self._root = root

    def image(self) -> Image:
        return self._made(self._dockerfile.stages[-1], self._root)

    def _made(self, stage: Stage, root: Path) -> Image:
        root.mkdir(parents=True, exist_ok=True)
        parent = next((each for each in self._dockerfile.stages if each.name == stage.base), None)
        image = self._made(parent, root) if parent else self._begun(stage.base, root)
        arguments: dict[str, str] = {}
        for instruction in stage.instructions:
            if instruction.name == "ARG":
                for name, default in dockerfile.key_values(instruction.value, arguments):
                    arguments[name] = self._dockerfile.arguments.get(name, default)
                continue
            try:
                self._follow(instruction, image, {**arguments, **image.environment})
            except (CopyRefused, StepRefused, OSError) as error:
                raise CannotPullContainer(
                    f"local Fargate cannot follow {instruction} of "
                    f"{self._source.folder / 'Dockerfile'}: {error}"
                ) from error
        return image

    def _begun(self, name: str, root: Path) -> Image:
        files = FileSystem(root=root)
        base = base_images.base(name, files)
        return Image(
            files=files,
            rds_authority=self._source.rds_authority,
            environment=base.environment,
            entry_point=base.entry_point,
            working_directory=base.working_directory,
        )

    def _follow(self, instruction: Instruction, image: Image, known: Mapping[str, str]) -> None:
        value = instruction.value
        match instruction.name:
            case "ENV":
                image.environment.update(dockerfile.key_values(value, known))
            case "WORKDIR":
                place = PurePosixPath(image.working_directory) / dockerfile.replaced(value, known)
                image.working_directory = str(place)
                image.files.own(str(place)).mkdir(parents=True, exist_ok=True)
            case "ENTRYPOINT":
                image.entry_point = _command(value)
            case "CMD":
                image.command = _command(value)
            case "VOLUME":
                image.volumes += dockerfile.words(value, known)
            case "COPY" | "ADD":
                given, rest = dockerfile.flags(instruction, known)
                *sources, target = dockerfile.words(rest, known)
                path = str(PurePosixPath(image.working_directory) / target)
                if len(sources) == 1 and sources[0].startswith(_RDS_CERTIFICATES):
                    name = PurePosixPath(sources[0]).name if target.endswith("/") else ""
                    put_rds_certificates(str(PurePosixPath(path) / name), image)
                    return
                is_folder = target.endswith("/") or target == "."
                copy_into(image.files, self._context(given), sources, path, is_folder=is_folder)
            case "RUN":
                run_step(dockerfile.flags(instruction, known)[1], image, known)
            case name if name not in _WITHOUT_EFFECT_HERE:
                raise StepRefused(f"it knows no {name}")

    def _context(self, flags: Mapping[str, str]) -> Path:
        if unknown := set(flags) - {"from", "chown", "chmod", "link"}:
            raise CopyRefused(f"it knows no --{min(unknown)}")
        if (name := flags.get("from")) is None:
            return self._source.folder
        if name in self._source.contexts:
            return self._source.contexts[name]
        for number, stage in enumerate(self._dockerfile.stages):
            if name in (stage.name, str(number)):
                root = self._root.with_name(f"{self._root.name}-{stage.name}")
                return self._made(stage, root).files.root
        raise CopyRefused(f"{name} is neither a stage nor a build context that was given")


def _command(text: str) -> list[str]:
    listed = dockerfile.json_list(text)
    return ["/bin/sh", "-c", text] if listed is None else listed
