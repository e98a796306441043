"""Base images where no registry answers: made of Debian's packages and a Python of this machine."""

import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

from pip._internal.models.index import PyPI
from tests.images.engine import CannotBuild, Engine, full_name

DOCKERFILES = Path(__file__).parent / "stand_ins"
PACKAGES = ("adduser", "ca-certificates", "dumb-init", "git", "openssh-client", "tzdata")
"""Debian's packages in them, beside those that Python's own modules need."""
_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")


class StandIns:
    """Makes base images.

    Args:
        engine: What builds them.
        folder: Folder for what they are made of.
    """

    def __init__(self, engine: Engine, folder: Path) -> None:
        self._engine = engine
        self._folder = folder

    def make(self, name: str) -> None:
        """Make a base image of a name such as `apache/airflow:slim-3.3.2-python3.12`.

        Raises:
            CannotBuild: This machine has not what it is made of; says what.
        """
        if self._engine.builder == "docker":
            raise CannotBuild("a stand-in would take the real one's name among docker's images")
        repository, _, tag = name.partition(":")
        if repository == "python":
            kind, version = "python", tag.removesuffix("-slim")
        elif found := re.fullmatch(r"slim-([\d.]+)-python([\d.]+)", tag):
            kind, version = "airflow", found[2]
        else:
            raise CannotBuild(f"there is no stand-in for {name}")
        context = self._context(version)
        arguments = ["--format=docker", f"--file={DOCKERFILES / f'Dockerfile.{kind}'}"]
        arguments += [f"--build-arg=PIP_INDEX_URL={_index()}", f"--tag={full_name(name)}"]
        if kind == "airflow":
            arguments.append(f"--build-arg=AIRFLOW_VERSION={tag.split('-')[1]}")
        self._engine.build_with([*arguments, str(context)])

    def _context(self, version: str) -> Path:
        """What a stand-in is made of, with a Python of a version such as 3.12."""
        home = _python_home(version)
        context = self._folder / f"python-{version}"
        context.mkdir()
        with tarfile.open(context / "python.tar", "w") as tar:
            for part in ("bin", "include", "lib"):
                tar.add(home / part, f"usr/local/{part}", filter=_without_leftovers)
        debian = self._folder / "debian.tar"
        if not debian.exists():
            _bootstrap(debian, [*PACKAGES, *_packages_of_modules(home)])
        (context / "debian.tar").hardlink_to(debian)
        shutil.copy(_CERTIFICATES, context)
        return context


def _python_home(version: str) -> Path:
    """A Python with everything of its own in one folder, as pyenv installs it."""
    versions = Path.home() / ".pyenv/versions"
    homes = [path for path in versions.glob(f"{version}.*") if (path / "bin/python3").exists()]
    if not homes:
        raise CannotBuild(f"it would be made of pyenv's Python {version} (pyenv install {version})")
    return max(homes, key=lambda path: [int(part) for part in re.findall(r"\d+", path.name)])


def _without_leftovers(entry: tarfile.TarInfo) -> tarfile.TarInfo | None:
    """Leave out packages, tests and bytecode, which official images do not have either."""
    name = entry.name + "/"
    left_out = r"/(site-packages/.+|test|tests|__pycache__|config-.*)/|/pip[\d.]*/$|\.a/$"
    if re.search(left_out, name):
        return None
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = "root"
    return entry


def _packages_of_modules(home: Path) -> Iterator[str]:
    """Debian's packages with the libraries that Python's modules were linked with here."""
    modules = [
        path for path in home.glob("lib/python*/lib-dynload/*.so") if "tkinter" not in path.name
    ]
    linked = subprocess.run(["ldd", *modules], check=False, capture_output=True, text=True)
    # The path that dpkg knows may be the one before /lib became /usr/lib.
    names = {Path(path).name for path in re.findall(r"=> (/\S+)", linked.stdout)}
    owners = subprocess.run(
        ["dpkg", "--search", *(f"*/{name}" for name in sorted(names))],
        check=False,
        capture_output=True,
        text=True,
    )
    yield from sorted({line.split(":")[0] for line in owners.stdout.splitlines()})


def _bootstrap(debian: Path, packages: list[str]) -> None:
    """Write a Debian of this machine's release, whose libraries fit its Python."""
    if not shutil.which("mmdebstrap"):
        raise CannotBuild("it would be made with mmdebstrap (apt-get install mmdebstrap)")
    release = re.search(r"VERSION_CODENAME=(\S+)", Path("/etc/os-release").read_text())
    assert release
    options = ["--quiet", "--variant=minbase", f"--include={','.join(packages)}"]
    subprocess.run(["mmdebstrap", *options, release[1], debian], check=True)


def _index() -> str:
    """The package index that pip uses on this machine."""
    configured = subprocess.run(
        [sys.executable, "-m", "pip", "config", "get", "global.index-url"],
        check=False,
        capture_output=True,
        text=True,
    )
    return configured.stdout.strip() or PyPI.simple_url
