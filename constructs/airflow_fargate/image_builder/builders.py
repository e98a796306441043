"""The programs that can build an image: docker with buildx, podman, buildah."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from .emulation import PLATFORMS, platforms_of_this_machine
from .failures import BuildFailed, MissingProgram, RegistryRefused
from .programs import Answer, ask, run
from .registry import Image
from .tag import Source


class Builder(Protocol):
    """Builds images and pushes them."""

    @property
    def name(self) -> str:
        """The program."""
        ...

    def unusable(self) -> str | None:
        """Why it cannot be used on this machine; None when it can."""
        ...

    def platforms(self) -> set[str]:
        """Platforms for which it can build here.

        Raises:
            MissingProgram: It cannot say.
        """
        ...

    def build_and_push(self, image: Image, source: Source) -> None:
        """Build and push an image.

        Raises:
            BuildFailed: It could not be built or pushed.
            RegistryRefused: The registry did not let it in.
        """
        ...


@dataclass(frozen=True)
class Docker:
    """Docker, whose buildx builds and pushes in one step."""

    name: str = "docker"

    def unusable(self) -> str | None:
        """Why it cannot be used on this machine; None when it can."""
        if not shutil.which(self.name):
            return "is not installed"
        if "podman" in (ask(self.name, "--version").output).lower():
            return "is podman under another name"
        if not ask(self.name, "buildx", "version").succeeded:
            return "has no buildx (install its package docker-buildx-plugin)"
        answer = ask(self.name, "version", "--format", "{{.Server.Version}}")
        return None if answer.succeeded else f"has no engine: {answer.last_words}"

    def platforms(self) -> set[str]:
        """Platforms for which the chosen builder of buildx can build."""
        answer = ask(self.name, "buildx", "inspect", "--bootstrap")
        if not answer.succeeded:
            raise MissingProgram(
                f"docker buildx has no builder that works: {answer.last_words}. "
                "See `docker buildx ls`, and `docker buildx use default`."
            )
        listed = re.findall(r"(?m)^Platforms:(.*)$", answer.output)
        # An asterisk marks a platform that was set by hand.
        return {each.strip(" *") for line in listed for each in line.split(",")}

    def build_and_push(self, image: Image, source: Source) -> None:
        """Build and push an image. The password stays where docker keeps its passwords."""
        with _one_at_a_time():
            _log_in(self.name, image)
        # An attestation would make an index of what else is one manifest.
        options = ["--provenance=false", "--push"]
        if run(self.name, "buildx", "build", *options, *build_arguments(image, source)):
            raise BuildFailed(f"docker could not build or push {image.uri}; its reason is above.")


@dataclass(frozen=True)
class Podman:
    """Podman or Buildah, which build and push in two steps."""

    name: str

    def unusable(self) -> str | None:
        """Why it cannot be used on this machine; None when it can."""
        if not shutil.which(self.name):
            return "is not installed"
        answer = self._info()
        return None if answer.succeeded else f"does not work: {answer.last_words}"

    def platforms(self) -> set[str]:
        """Platforms that its machine runs, which on a Mac is not the machine that asks."""
        host = json.loads(self._info().output).get("host", {})
        own = {f"linux/{host['arch']}"}
        if "emulatedArchitectures" in host:  # since podman 5
            return own | set(host["emulatedArchitectures"])
        return own | platforms_of_this_machine()

    def build_and_push(self, image: Image, source: Source) -> None:
        """Build and push an image. The password is in a file that is gone afterwards."""
        if run(self.name, "build", *build_arguments(image, source)):
            raise BuildFailed(f"{self.name} could not build {image.uri}; its reason is above.")
        with tempfile.TemporaryDirectory() as folder:
            login = ("--authfile", f"{folder}/auth.json")
            _log_in(self.name, image, *login)
            if run(self.name, "push", *login, image.uri):
                raise BuildFailed(f"{self.name} could not push {image.uri}; its reason is above.")

    def _info(self) -> Answer:
        # Buildah writes JSON in any case, and has no such option.
        return ask(self.name, "info", *(["--format", "json"] if self.name == "podman" else []))


BUILDERS: tuple[Builder, ...] = (Docker(), Podman("podman"), Podman("buildah"))
"""In the order in which they are tried."""


def build_arguments(image: Image, source: Source) -> list[str]:
    """What docker and podman are told of an image, after `build`."""
    arguments = ["--platform", PLATFORMS[source.architecture], "--tag", image.uri]
    for name, value in sorted(source.build_arguments.items()):
        arguments += ["--build-arg", f"{name}={value}"]
    for name, folder in sorted(source.contexts.items()):
        arguments += ["--build-context", f"{name}={folder.resolve()}"]
    return [*arguments, str(source.folder.resolve())]


def _log_in(builder: str, image: Image, *options: str) -> None:
    # By a pipe: arguments can be read by everybody on the machine.
    login = ("login", *options, "--username", "AWS", "--password-stdin", image.host)
    answer = ask(builder, *login, stdin=image.password())
    if not answer.succeeded:
        raise RegistryRefused(f"{builder} could not log in to {image.host}: {answer.last_words}.")


@contextlib.contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Wait for the other images of the stack: some keepers of passwords mind two at once."""
    folder = os.open(".", os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)
