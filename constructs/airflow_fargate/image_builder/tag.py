"""The tag of an image: a digest of all that it is built from, by one rule (docs/images.md).

Rule 1. The first 16 hexadecimal digits of the SHA-256 of a text in UTF-8, of these lines, each
ended by a line feed; texts in quotes are JSON strings in ASCII:

    airflow-fargate image, rule 1
    architecture <ARM64 or X86_64>
    argument "<name>" "<value>"            for each build argument, by name
    context "<name>"                       the folder itself, whose name is "", then each other
                                           context by name; after it, by their paths, its
    file <x or -> <SHA-256> "<path>"       files: whether the owner may execute it, the content
    link "<target>" "<path>"               symbolic links

Paths are relative to the context and use slashes. What is sorted is sorted by code points. Folders
by themselves, times, owners and other permissions do not count, nor does what tools leave behind
(`LEFT_OUT`, `LEFT_OUT_ENDINGS`).
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

RULE = "airflow-fargate image, rule 1"
DIGITS = 16
LEFT_OUT = ("__pycache__", ".pytest_cache", ".ruff_cache", ".mypy_cache", ".DS_Store")
"""Files and folders that tools leave behind, wherever they are."""
LEFT_OUT_ENDINGS = (".pyc", ".egg-info")
"""How the names of others end."""
_CHUNK = 1 << 20


class UnusableFile(ValueError):
    """A folder holds what cannot be part of an image, or is no folder."""

    def __init__(self, path: Path, rule: str, got: str) -> None:
        super().__init__(f"{path} must be {rule}; got {got}.")
        self.path = path
        self.rule = rule
        self.got = got


@dataclass(frozen=True)
class Source:
    """What an image is built from.

    `architecture` is ARM64 or X86_64. `contexts` are further folders, by the names under which the
    Dockerfile in `folder` copies from them.
    """

    architecture: str
    folder: Path
    contexts: Mapping[str, Path] = field(default_factory=dict)
    build_arguments: Mapping[str, str] = field(default_factory=dict)

    @property
    def tag(self) -> str:
        """The image's tag.

        Raises:
            UnusableFile: A folder is missing, or holds what cannot be part of an image.
        """
        text = "".join(f"{line}\n" for line in self.lines())
        return hashlib.sha256(text.encode()).hexdigest()[:DIGITS]

    def lines(self) -> Iterator[str]:
        """What the tag is the digest of, for who wants to know why it changed."""
        yield RULE
        yield f"architecture {self.architecture}"
        for name, value in sorted(self.build_arguments.items()):
            yield f"argument {json.dumps(name)} {json.dumps(value)}"
        for name, folder in sorted({**self.contexts, "": self.folder}.items()):
            yield f"context {json.dumps(name)}"
            if not folder.is_dir():
                raise UnusableFile(folder, "a folder", "none")
            found = dict(_files(folder.resolve()))
            yield from (f"{found[path]} {json.dumps(path)}" for path in sorted(found))


def _files(root: Path, inside: str = "") -> Iterator[tuple[str, str]]:
    """Every file and link below a folder, with what the rule says of it before the path."""
    # One listing of each folder and one look at each file: this runs for every task folder, at
    # every synthesis.
    with os.scandir(root / inside) as entries:
        for entry in entries:
            if entry.name in LEFT_OUT or entry.name.endswith(LEFT_OUT_ENDINGS):
                continue
            path = f"{inside}/{entry.name}" if inside else entry.name
            if entry.is_symlink():
                yield path, f"link {json.dumps(_target(root, Path(entry.path)))}"
            elif entry.is_dir():
                yield from _files(root, path)
            elif entry.is_file():
                executable = "x" if entry.stat().st_mode & 0o100 else "-"
                yield path, f"file {executable} {_digest(Path(entry.path))}"
            else:
                rule = "a file, a folder or a symbolic link"
                raise UnusableFile(Path(entry.path), rule, "something else")


def _target(root: Path, link: Path) -> str:
    target = os.readlink(link)  # noqa: PTH115  as it is written: a Path would tidy it up
    if Path(target).is_absolute() or root not in (link.resolve(), *link.resolve().parents):
        raise UnusableFile(link, "a link that stays inside the folder", f"one to {target}")
    return target


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as content:
        while chunk := content.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
