"""Images that docker or podman have built of what the image builder wrote down."""

from __future__ import annotations

import dataclasses
import json
import os
import platform
import shutil
import sys
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from airflow_fargate.image_builder import builders, emulation, registry, tag
from airflow_fargate.image_builder.failures import Failure

from airflow_fargate_rehearsal.database.certificates import CertificateAuthority
from airflow_fargate_rehearsal.fargate import dockerfile
from airflow_fargate_rehearsal.fargate.engine import LABEL, Engine
from airflow_fargate_rehearsal.fargate.engine_inside import Inside, look
from airflow_fargate_rehearsal.fargate.errors import CannotPullContainer
from airflow_fargate_rehearsal.fargate.image import Source
from airflow_fargate_rehearsal.fargate.images import find_image
from airflow_fargate_rehearsal.fargate.process import ContainerProcess

_REPOSITORY = f"localhost/{LABEL}"
"""Begin of the names of all images, so that they are nobody else's."""
_LINES_SHOWN = 20
"""Lines of a build that failed, in the log of the embedded AWS."""
_ARM = ("aarch64", "arm64")


@dataclass(frozen=True, kw_only=True)
class BuiltImage:
    """An image of the engine, with the parts of its configuration that matter here."""

    id: str
    user: str
    variables: frozenset[str]
    volumes: tuple[str, ...]


class EngineImages:
    """The images of one embedded AWS; safe in threads. `folder` is that AWS's."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self.engine = engine
        self._folder = folder
        self._lock = threading.Lock()
        self._known: dict[str, BuiltImage] = {}
        self._looks: dict[tuple[str, str], Inside] = {}

    def get(self, uri: str) -> BuiltImage:
        """An image, built when it is asked for first; raises CannotPullContainer.

        What earlier rehearsals have built makes it quick. Whoever comes meanwhile waits.
        """
        source = find_image(uri, self._folder)
        with self._lock:
            found = self._known.get(uri)
            # Another rehearsal may have removed it, as that of an earlier state.
            if found is None or self.engine.ask("image", "inspect", found.id).returncode:
                found = self._known[uri] = self._built(uri, source)
            return found

    def inside(self, image: BuiltImage, user: str | None) -> Inside:
        """What is inside an image, for a user of a definition; raises CannotPullContainer."""
        wanted = user or image.user
        with self._lock:
            if (found := self._looks.get((image.id, wanted))) is None:
                out = self._folder / "engine/volumes" / str(len(self._looks))
                shutil.rmtree(out, ignore_errors=True)  # of a look that failed
                out.mkdir(parents=True)
                found = look(self.engine, image.id, image.volumes, wanted, out)
                self._looks[image.id, wanted] = found
            return found

    def _built(self, uri: str, source: Source) -> BuiltImage:
        try:
            image = registry.Image.of(uri)
        except Failure as failure:
            raise CannotPullContainer(str(failure)) from failure
        repository = f"{_REPOSITORY}/{image.repository}"
        name = f"{repository}:{image.tag}"
        before = self._id(name)
        given = tag.Source(
            architecture=_architecture(source.platform),
            folder=source.folder,
            contexts={**self._certificates(source), **source.contexts},
            build_arguments=source.build_arguments,
        )
        # The very arguments of `terraform apply`, for another name: nobody shall push it.
        arguments = builders.build_arguments(dataclasses.replace(image, uri=name), given)
        command = ("build",) if self.engine.is_podman else ("buildx", "build", "--load")
        print(f"local Fargate: building {name}", file=sys.stderr, flush=True)
        # Without any option of our own, such as a label: podman would use no layer of before.
        self._build([*command, *arguments], source)
        built = self._inspected(name)
        self._remove_others(repository, name, {before} - {built.id, ""})
        return built

    def _build(self, words: Sequence[str], source: Source) -> None:
        # As a container's, its processes end with this program, those of a RUN too.
        process = ContainerProcess(
            [self.engine.program, *words], environment=os.environ, working_directory=self._folder
        )
        said = b"".join(process.output()).decode(errors="replace").strip().splitlines()
        if process.wait():
            print(*said[-_LINES_SHOWN:], sep="\n", file=sys.stderr, flush=True)
            last = said[-1] if said else "it said nothing"
            raise CannotPullContainer(f"{self.engine.program} cannot build {source.folder}: {last}")

    def _id(self, name: str) -> str:
        return self.engine.ask("image", "inspect", "--format={{.Id}}", name).stdout.strip()

    def _inspected(self, name: str) -> BuiltImage:
        found = json.loads(self.engine.ask("image", "inspect", name).stdout)[0]
        configuration = found["Config"]
        return BuiltImage(
            id=found["Id"],
            user=configuration.get("User") or "",
            variables=frozenset(each.partition("=")[0] for each in configuration.get("Env") or ()),
            volumes=tuple(configuration.get("Volumes") or ()),
        )

    def _remove_others(self, repository: str, name: str, without_name: Iterable[str]) -> None:
        """Remove images of earlier states; those that containers run from stay."""
        format_ = "--format={{.Repository}}:{{.Tag}}"
        listed = self.engine.ask(
            "image", "ls", f"--filter=reference={repository}", format_
        ).stdout.split()
        for each in listed:
            # podman lists all names of what is found: one without a layer of its own is its base.
            is_ours = each.rpartition(":")[0] == repository
            if is_ours and each != name and not each.endswith(":<none>"):
                self.engine.ask("image", "rm", each)
        for each in without_name:
            self.engine.ask("image", "rm", each)

    def _certificates(self, source: Source) -> Mapping[str, Path]:
        """Contexts in the place of stages that would fetch Amazon RDS's certificates."""
        contexts = {}
        *stages, _ = dockerfile.read(source.folder, source.build_arguments).stages
        for stage in stages:
            for each in stage.instructions:
                words = each.value.split()
                if each.name == "RUN" and any(word.endswith("rds_ca.py") for word in words):
                    root = self._folder / "engine/certificates" / stage.name
                    place = root / words[-1].lstrip("/")
                    place.parent.mkdir(parents=True, exist_ok=True)
                    authority = CertificateAuthority.in_folder(source.rds_authority)
                    shutil.copy(authority.file, place)
                    contexts[stage.name] = root
        return contexts


def _architecture(name: str | None) -> str:
    architectures = {value: key for key, value in emulation.PLATFORMS.items()}
    own = "ARM64" if platform.machine().lower() in _ARM else "X86_64"
    return architectures[name] if name else own
