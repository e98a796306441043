"""A container's files: where its paths lie on this machine."""

from __future__ import annotations

import posixpath
import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

# Programs and libraries are the machine's own. What an image copies there lies in its root, but a
# folder that the machine has, too, stays the machine's; and so do the ones that all use.
_OF_THE_MACHINE = tuple(f"/{name}/" for name in ("bin", "etc", "lib", "lib64", "sbin", "usr"))
_USED_BY_ALL = ("/", "/home", "/opt", "/root", "/run", "/srv", "/tmp", "/usr", "/var", "/var/lib")


@dataclass(kw_only=True)
class FileSystem:
    """Paths of a container that are not the machine's own; `root` is the folder for them."""

    root: Path
    _places: dict[str, Path] = field(default_factory=dict)

    def own(self, path: str) -> Path:
        """Make a container path the container's own, as an image's folders are; gives its place.

        `/tmp` and the like become so only by :meth:`mount`: others on the machine use them.
        """
        place = self.in_root(path)
        of_the_machine = path.startswith(_OF_THE_MACHINE) and Path(path).exists()
        if path not in _USED_BY_ALL and not of_the_machine:
            self._places.setdefault(path, place)
        return place

    def own_file(self, path: str) -> None:
        """Make a file that an image brings the container's own, wherever it is."""
        if str(PurePosixPath(path).parent) not in self._places:
            self._places[path] = self.in_root(path)

    def mount(self, path: str, folder: Path) -> None:
        """Put a folder of the machine at a container path, over what the image has there."""
        hidden = [each for each in self._places if each.startswith(f"{path}/")]
        for each in hidden:
            del self._places[each]
        self._places[path] = folder

    def in_root(self, path: str) -> Path:
        """Where a container path would lie in the container's own root."""
        # Above its root a container has nothing: `/..` is `/`.
        return self.root / posixpath.normpath(path).lstrip("/")

    def place(self, path: str) -> Path:
        """Where a container path lies on this machine; in the container's root, if nowhere."""
        translated = self.translated(path)
        return self.in_root(path) if translated == path else Path(translated)

    def translated(self, text: str) -> str:
        """A text with the container's paths in it replaced by where they lie.

        A path is replaced where it begins a word, or follows `=`, `:`, a quote and the like, so
        that `--to=/shared/x` is, and `s3://bucket/shared/x` is not.
        """
        if not self._places:
            return text
        longest_first = sorted(self._places, key=len, reverse=True)
        paths = "|".join(re.escape(path) for path in longest_first)
        return re.sub(
            rf"(?<![\w/.~$}}\\-])(?:{paths})(?![\w.-])",
            lambda found: str(self._places[found.group()]),
            text,
        )

    def shown(self, text: str) -> str:
        """A text with the places on this machine replaced by the container's paths.

        So a log says what it says on AWS.
        """
        places = {str(place): path for path, place in self._places.items()}
        for place in sorted(places, key=len, reverse=True):
            text = text.replace(place, places[place])
        return text.replace(f"{self.root}/", "/").replace(str(self.root), "/")


def copy(source: Path, target: Path) -> None:
    """Copy a file, or what is in a folder, making folders on the way."""
    if source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True, symlinks=True)
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, target)
