"""What a plain Terraform root says of its rehearsals: `rehearsal.toml` beside its files."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from airflow_fargate_rehearsal.errors import PreflightError

SETTINGS_FILE = "rehearsal.toml"
_IMAGE_KEYS = ("folder", "contexts", "build_arguments")


@dataclass(frozen=True, kw_only=True)
class ImageFolder:
    """What an image is built from: a folder with a Dockerfile, further folders, arguments.

    ``name`` is the image's URI without registry and tag, or a longer part of it.
    """

    name: str
    folder: Path
    contexts: Mapping[str, Path] = field(default_factory=dict)
    build_arguments: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class RootSettings:
    """Values of variables in a rehearsal, and where the images are built from.

    ``variable_files`` are what users give by ``-var-file``; ``variables`` come after them, and
    ``variables_to_destroy`` after these, when all is about to be destroyed.
    """

    variable_files: tuple[Path, ...] = ()
    variables: Mapping[str, Any] = field(default_factory=dict)
    variables_to_destroy: Mapping[str, Any] = field(default_factory=dict)
    images: tuple[ImageFolder, ...] = ()


def read_settings(root: Path) -> RootSettings:
    """Read ``rehearsal.toml`` of a root, where there is one; raises PreflightError.

    Folders and files in it are named from where it is.
    """
    file = root / SETTINGS_FILE
    if not file.is_file():
        return RootSettings()
    try:
        said = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise PreflightError(f"{file} cannot be read as TOML: {error}.") from error
    reader = _Reader(file, said)
    reader.refuse_others(
        said, ("variable_files", "variables", "variables_to_destroy", "images"), ""
    )
    return RootSettings(
        variable_files=tuple(
            reader.path(f"variable_files[{number}]", each, Path.is_file, "a file")
            for number, each in enumerate(reader.a(list, "variable_files"))
        ),
        variables=reader.a(dict, "variables"),
        variables_to_destroy=reader.a(dict, "variables_to_destroy"),
        images=tuple(reader.image(*each) for each in reader.a(dict, "images").items()),
    )


@dataclass(frozen=True)
class _Reader:
    file: Path
    said: Mapping[str, Any]

    def a(self, type_: type, key: str) -> Any:
        return self.typed(type_, key, self.said.get(key, type_()))

    def typed(self, type_: type, where: str, value: Any) -> Any:
        if not isinstance(value, type_):
            kind = {list: "a list", dict: "a table", str: "a text"}[type_]
            raise self.wrong(f"{where} must be {kind}; got {value!r}.")
        return value

    def image(self, name: str, said: Any) -> ImageFolder:
        where = f'images."{name}"'
        told = {"folder": said} if isinstance(said, str) else self.typed(dict, where, said)
        self.refuse_others(told, _IMAGE_KEYS, f"{where}.")
        if "folder" not in told:
            raise self.wrong(f"{where} must have a folder, the one with the image's Dockerfile.")
        contexts = self.typed(dict, f"{where}.contexts", told.get("contexts", {}))
        arguments = self.typed(dict, f"{where}.build_arguments", told.get("build_arguments", {}))
        return ImageFolder(
            name=name,
            folder=self.path(
                f"{where}.folder",
                told["folder"],
                lambda path: (path / "Dockerfile").is_file(),
                "a folder with a Dockerfile",
            ),
            contexts={
                key: self.path(f"{where}.contexts.{key}", each, Path.is_dir, "a folder")
                for key, each in contexts.items()
            },
            build_arguments={
                key: self.typed(str, f"{where}.build_arguments.{key}", each)
                for key, each in arguments.items()
            },
        )

    def path(self, where: str, said: Any, is_one: Callable[[Path], bool], what: str) -> Path:
        path = (self.file.parent / self.typed(str, where, said)).resolve()
        if not is_one(path):
            raise self.wrong(f"{where} must be {what}; got {said!r}, which is {path}.")
        return path

    def refuse_others(self, said: Mapping[str, Any], known: tuple[str, ...], where: str) -> None:
        for key in said:
            if key not in known:
                raise self.wrong(f"{where}{key} is not known. Known are {', '.join(known)}.")

    def wrong(self, what: str) -> PreflightError:
        return PreflightError(f"{self.file}: {what}")
