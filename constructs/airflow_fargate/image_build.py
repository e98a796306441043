"""An image that is built from a folder while Terraform applies."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cdktf import TerraformResource
from constructs import Construct

from .dockerfile import DOCKERFILE
from .image_builder.tag import Source, UnusableFile
from .image_program import program_of, run_program
from .image_props import ImageProps
from .image_repository import image_repository
from .rules import InvalidValue
from .values import literal


@dataclass(frozen=True)
class BuiltImage:
    """An image that Terraform builds, as others refer to it."""

    uri: str
    """Repository and tag. Known in a plan once the repository is there, so that a new image shows
    as what it is: another tag."""
    repository_arn: str
    build: TerraformResource
    """What a task definition has to wait for."""


def build_image(
    scope: Construct,
    repository_name: str,
    props: ImageProps,
    *,
    folder: Path,
    contexts: Mapping[str, Path] | None = None,
    build_arguments: Mapping[str, str] | None = None,
) -> BuiltImage:
    """Make a repository, and build an image into it whenever what it is built from has changed.

    Raises:
        InvalidValue: A folder holds what cannot be part of an image.
    """
    owner = type(props).__name__
    source = Source(
        architecture=literal(f"{owner}.architecture", props.architecture),
        folder=folder,
        contexts=contexts or {},
        build_arguments=build_arguments or {},
    )
    try:
        tag = source.tag
    except UnusableFile as error:
        raise InvalidValue(
            f"{error.path}, of which {owner} makes an image,", error.rule, error.got
        ) from error
    program = program_of(scope)
    program.add(repository_name, tag=tag, architecture=source.architecture)
    repository = image_repository(scope, repository_name, props)
    uri = f"{repository.url}:{tag}"
    build = TerraformResource(
        scope, "build", terraform_resource_type="terraform_data", depends_on=[program.check]
    )
    build.add_override("triggers_replace", [uri])
    build.add_override(
        "provisioner", [run_program("build", uri, command=_described(source, program.folder))]
    )
    return BuiltImage(uri=uri, repository_arn=repository.arn, build=build)


def folder_with_dockerfile(field: str, folder: str | Path) -> Path:
    """A folder that an image can be built from.

    Raises:
        InvalidValue: It is not there, or has no Dockerfile.
    """
    path = existing_folder(field, folder)
    if not (path / DOCKERFILE).is_file():
        raise InvalidValue(field, f"a folder with a file {DOCKERFILE}", str(path))
    return path


def existing_folder(field: str, folder: str | Path) -> Path:
    """A folder that is there, with its whole path.

    Raises:
        InvalidValue: It is not there, or no folder.
    """
    path = Path(literal(field, folder)).resolve()
    if not path.is_dir():
        raise InvalidValue(
            field, f"a folder that is there (the program runs in {Path.cwd()})", str(folder)
        )
    return path


def _described(source: Source, stack_folder: Path) -> str:
    """What an image is built from, for the program, in which Terraform sees no expression."""

    def seen_from_there(path: Path) -> str:
        return Path(os.path.relpath(path, stack_folder)).as_posix()

    described: dict[str, Any] = {
        "architecture": source.architecture,
        "folder": seen_from_there(source.folder),
        "contexts": {name: seen_from_there(path) for name, path in source.contexts.items()},
        "build_arguments": dict(source.build_arguments),
    }
    return json.dumps(described).replace("${", "$${").replace("%{", "%%{")
