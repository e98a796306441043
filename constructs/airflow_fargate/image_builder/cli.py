"""The commands of the program: `check` what is needed, and `build` one image."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from . import emulation
from .choice import VARIABLE, Recorder, chosen_builder
from .failures import BuildFailed, Failure, FolderChanged, WrongUse
from .programs import say
from .registry import Image, require_aws_cli
from .tag import Source, UnusableFile


def main(arguments: Sequence[str]) -> int:
    """Run a command; gives the exit code, which tells kinds of failures apart (failures.py)."""
    parser = argparse.ArgumentParser(prog="image_builder", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    check_command = commands.add_parser("check", help="is all here that building needs?")
    check_command.add_argument("platforms", help="platforms of the images, with commas between")
    build_command = commands.add_parser("build", help="build an image and push it")
    build_command.add_argument("uri", help="the image's URI in Amazon ECR, with its tag")
    build_command.add_argument("source", help="what it is built from, in JSON")
    asked = parser.parse_args(arguments)
    try:
        if asked.command == "check":
            check(asked.platforms.split(","))
        else:
            build(Image.of(asked.uri), _source(asked.source))
    except Failure as failure:
        sys.stderr.write(f"{failure}\n")
        return failure.exit_code
    return 0


def check(platforms: Sequence[str]) -> None:
    """Hold that images of all these platforms can be built and pushed here.

    Raises:
        MissingProgram: A builder, the emulation of a platform or the AWS CLI is missing.
    """
    builder = chosen_builder()
    if isinstance(builder, Recorder):
        say(f"{VARIABLE} says that no image is built: they are written down in {builder.file}.")
        return
    emulation.require(platforms, builder.platforms(), builder.name)
    require_aws_cli()
    say(f"Images are built with {builder.name}, for {', '.join(platforms)}.")


def build(image: Image, source: Source) -> None:
    """Build an image and push it, unless the registry has it.

    Raises:
        FolderChanged: A folder is not what it was at synthesis.
        Failure: As `check`; and the builder or the registry failed.
    """
    _hold_that_nothing_changed(image, source)
    builder = chosen_builder()
    if isinstance(builder, Recorder):
        _record(builder.file, image, source)
        say(f"{image.uri} is written down in {builder.file}, and not built.")
        return
    require_aws_cli()
    if image.is_there():
        # Tags are for ever, and the tag says what is in it: there is nothing to do.
        say(f"{image.uri} is in the registry already.")
        return
    say(f"Building {image.uri} from {source.folder} with {builder.name} ...")
    try:
        builder.build_and_push(image, source)
    except BuildFailed:
        if not image.is_there():
            raise
        say(f"{image.uri} came into the registry meanwhile; so this push was refused.")
    say(f"{image.uri} is in the registry.")


def _source(text: str) -> Source:
    try:
        given = json.loads(text)
        emulation.PLATFORMS[given["architecture"]]
        return Source(
            architecture=given["architecture"],
            folder=Path(given["folder"]),
            contexts={name: Path(path) for name, path in given["contexts"].items()},
            build_arguments=given["build_arguments"],
        )
    except (TypeError, ValueError, LookupError) as error:
        raise WrongUse(f"What an image is built from cannot be understood: {error!r}.") from error


def _hold_that_nothing_changed(image: Image, source: Source) -> None:
    try:
        tag = source.tag
    except UnusableFile as error:
        raise FolderChanged(
            f"{error} Apply where the stack was synthesized, with its folders beside it."
        ) from error
    if tag != image.tag:
        raise FolderChanged(
            f"{source.folder}, or another folder that goes into the image, has changed since the "
            f"stack was synthesized: its tag would be {tag}, and Terraform was told {image.tag}. "
            "Synthesize and apply again."
        )


def _record(file: str, image: Image, source: Source) -> None:
    line = {
        "uri": image.uri,
        "platform": emulation.PLATFORMS[source.architecture],
        "folder": str(source.folder.resolve()),
        "contexts": {name: str(path.resolve()) for name, path in source.contexts.items()},
        "build_arguments": dict(source.build_arguments),
    }
    # One write in append mode: Terraform runs several of us at a time.
    with Path(file).open("a", encoding="utf-8") as record:
        record.write(json.dumps(line) + "\n")
