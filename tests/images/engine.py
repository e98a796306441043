"""Builds images as `terraform apply` does, and runs them as Fargate does."""

import json
import os
import platform
import resource
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from airflow_fargate.image_builder.builders import Docker, build_arguments
from airflow_fargate.image_builder.choice import Recorder, chosen_builder
from airflow_fargate.image_builder.registry import Image
from airflow_fargate.image_builder.tag import Source

HOST = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"
ARCHITECTURE = {"aarch64": "ARM64", "arm64": "ARM64"}.get(platform.machine(), "X86_64")
"""Of the images: that of this machine, which needs no emulation."""

# Of open files Fargate's own limit, where this machine allows as many.
_LIMITS = {"nofile": (resource.RLIMIT_NOFILE, 65535), "nproc": (resource.RLIMIT_NPROC, 4096)}


def full_name(image: str) -> str:
    """A name with the registry and the user that are left out where Docker Hub is meant."""
    first = image.partition("/")[0] if "/" in image else ""
    if "." in first or ":" in first:
        return image
    return f"docker.io/{image if first else f'library/{image}'}"


class CannotBuild(Exception):
    """Images cannot be built or run on this machine."""


@dataclass(frozen=True)
class Engine:
    """Programs that build and run images: docker or podman, or buildah with podman.

    Podman and buildah keep what they make in a folder of its own, apart from the user's images.
    """

    builder: str
    runner: str
    environment: Mapping[str, str]

    @classmethod
    def of_this_machine(cls, folder: Path) -> "Engine":
        """The builder that `terraform apply` would choose, and what runs its images.

        Args:
            folder: Empty folder for images, which may become large.

        Raises:
            Failure: No builder works here; says why, and what to install.
            CannotBuild: There is one, and nothing to run the images.
        """
        builder = chosen_builder()
        if isinstance(builder, Recorder):
            raise CannotBuild("AIRFLOW_FARGATE_IMAGE_BUILDER=record:... builds nothing")
        if isinstance(builder, Docker):
            return cls("docker", "docker", os.environ)
        if not shutil.which("podman"):
            raise CannotBuild("buildah builds images here, and nothing runs them: install podman")
        storage = f'[storage]\ndriver = "overlay"\ngraphroot = "{folder}/images"\n'
        (folder / "storage.conf").write_text(f'{storage}runroot = "{folder}/run"\n')
        own = {"CONTAINERS_STORAGE_CONF": str(folder / "storage.conf")}
        return cls(builder.name, "podman", os.environ | own)

    # --- Images

    def build(self, source: Source, repository: str) -> str:
        """Build an image with the very arguments of `terraform apply`; its name."""
        image = Image.of(f"{HOST}/{repository}:{source.tag}")
        self.build_with(build_arguments(image, source))
        return image.uri

    def build_with(self, arguments: Sequence[str]) -> None:
        """Build an image; it stays on this machine."""
        command = ["buildx", "build", "--load"] if self.builder == "docker" else ["build"]
        # With what it prints: it takes minutes, and who waits may look.
        subprocess.run([self.builder, *command, *arguments], env=self.environment, check=True)

    def pull(self, name: str) -> str | None:
        """Fetch an image from its registry; why it cannot be had, or None."""
        fetched = self._ask("pull", "--quiet", full_name(name))
        return fetched.stderr.strip().splitlines()[-1] if fetched.returncode else None

    def settings(self, image: str) -> dict[str, Any]:
        """What an image says of itself: `User`, `Env`, `Entrypoint`, `Volumes`, ..."""
        return json.loads(self._ask("image", "inspect", image).stdout)[0]["Config"]

    def remove_everything(self, folder: Path) -> None:
        """Remove the folder of its own, in which images belong to other users; docker's stay."""
        if self.runner != "podman":
            return
        self._ask("rm", "--all", "--force")
        self._ask("rmi", "--all", "--force")
        unshare = [] if os.geteuid() == 0 else ["podman", "unshare"]
        # While it is in use, podman and buildah mount it onto itself.
        for command in (["umount", folder / "images/overlay"], ["rm", "-rf", folder]):
            subprocess.run(
                [*unshare, *command], env=self.environment, check=False, capture_output=True
            )

    # --- Containers

    def run(
        self,
        image: str,
        *command: str,
        environment: Mapping[str, str] | None = None,
        mounts: Mapping[Path, str] | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """Run a container to its end, on a read-only root and without any capability.

        Args:
            image: Its name.
            command: In place of the image's.
            environment: Further environment variables.
            mounts: Where folders of this machine appear in the container, writable.
        """
        options = [f"--env={name}={value}" for name, value in (environment or {}).items()]
        options += [f"--volume={folder}:{place}" for folder, place in (mounts or {}).items()]
        return self._ask("run", "--rm", *self._as_fargate(), *options, image, *command)

    def start(
        self, image: str, *command: str, environment: Mapping[str, str], files: Mapping[Path, str]
    ) -> str:
        """Start such a container in this machine's network; its id."""
        options = [f"--env={name}={value}" for name, value in environment.items()]
        options += [f"--volume={file}:{place}:ro" for file, place in files.items()]
        started = self._ask(
            "run", "--detach", "--network=host", *self._as_fargate(), *options, image, *command
        )
        assert started.returncode == 0, started.stderr
        return started.stdout.strip()

    def ask_inside(self, container: str, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a program inside a container, as ECS runs health checks."""
        return self._ask("exec", container, *command)

    def log(self, container: str) -> str:
        """What a container has printed."""
        logs = self._ask("logs", container)
        return logs.stdout + logs.stderr

    def exit_code(self, container: str) -> int | None:
        """How it has ended; None while it runs."""
        state = json.loads(self._ask("inspect", container).stdout)[0]["State"]
        return None if state["Running"] else state["ExitCode"]

    def stop(self, container: str, seconds: int = 120) -> int | None:
        """Send SIGTERM, after the time SIGKILL; the exit code."""
        self._ask("stop", f"--time={seconds}", container)
        return self.exit_code(container)

    def remove(self, container: str) -> None:
        """Remove a container, with its volumes."""
        self._ask("rm", "--force", "--volumes", container)

    def _as_fargate(self) -> list[str]:
        options = ["--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges"]
        if self.runner == "podman":
            # Else podman makes more folders writable than Fargate does; and its own limits may be
            # higher than those of who runs it.
            options += ["--read-only-tmpfs=false", *_limits()]
        return options

    def _ask(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.runner, *words], env=self.environment, check=False, capture_output=True, text=True
        )


def _limits() -> list[str]:
    found = []
    for name, (kind, wanted) in _LIMITS.items():
        hard = resource.getrlimit(kind)[1]
        most = wanted if hard == resource.RLIM_INFINITY else min(hard, wanted)
        found.append(f"--ulimit={name}={most}:{most}")
    return found
