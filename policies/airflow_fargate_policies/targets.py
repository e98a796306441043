"""What the command line names: stacks, plans, modules, Dockerfiles, files that may hold secrets."""

import json
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from airflow_fargate_policies.reading.module import read_module
from airflow_fargate_policies.reading.plan import read_plan
from airflow_fargate_policies.reading.synthesized import SUFFIX, read_synthesized
from airflow_fargate_policies.resource import Configuration

_OUTPUT = "cdktf.out"
_STACKS = "stacks"


class UsageError(Exception):
    """The command line asks for something that cannot be done; it says what to do instead."""


@dataclass(frozen=True, kw_only=True)
class Source:
    """Something that is there to be looked at.

    Attributes:
        name: What reports call it.
        form: "synthesized", "plan", "module", "Dockerfiles" or "secrets".
        path: Of its file or folder.
        files: The files, where they are what is looked at.
    """

    name: str
    form: str
    path: Path
    files: tuple[Path, ...] = ()


def sources_of(
    paths: Sequence[Path],
    plans: Mapping[str, Path],
    secrets: Sequence[Path] = (),
) -> list[Source]:
    """What there is to look at.

    Args:
        paths: Stacks, CDKTF's output folders, folders of `.tf` files, plans, Dockerfiles.
        plans: Plans by the names of what they are plans of.
        secrets: Files and folders to be searched for secrets.

    Raises:
        UsageError: There is no such path, or nothing in it that can be looked at.
    """
    found = list(dict.fromkeys(each for path in paths for each in _at(path)))
    for name, file in sorted(plans.items()):
        if not file.is_file():
            raise UsageError(f"{file}: there is no such file; it should be the plan of {name}.")
        unit = _unit(name, found)
        if not unit:
            known = ", ".join(sorted({f'"{each.name}"' for each in found})) or "nothing"
            raise UsageError(
                f"{file}: it is to be the plan of {name}, and there is neither a stack of that "
                f"name nor such a folder. What is looked at is called: {known}."
            )
        found.append(Source(name=unit, form="plan", path=file))
    dockerfiles = tuple(each.path for each in found if each.form == "Dockerfiles")
    found = [each for each in found if each.form != "Dockerfiles"]
    if dockerfiles:
        found.append(Source(name="Dockerfiles", form="Dockerfiles", path=Path(), files=dockerfiles))
    if secrets:
        files = tuple(sorted({file for path in secrets for file in _files(path)}))
        found.append(Source(name="secrets", form="secrets", path=secrets[0], files=files))
    return found


def _unit(name: str, found: Sequence[Source]) -> str | None:
    """What a plan is a plan of: a stack or folder by its name, or by the last part of its path."""
    if any(each.name == name for each in found) or Path(name).is_dir():
        return name
    last = [each.name for each in found if each.form != "plan" and each.path.resolve().name == name]
    return last[0] if len(last) == 1 else None


def plans_below(folder: Path) -> dict[str, Path]:
    """The plans in a folder, by their names: `airflow-dev`, `modules/airflow/examples/complete`.

    Raises:
        UsageError: There is none.
    """
    found = {
        file.relative_to(folder).with_suffix("").as_posix(): file
        for file in sorted(folder.rglob("*.json"))
    }
    if not found:
        raise UsageError(f"{folder}: there is no plan (*.json) in it.")
    return found


def read(source: Source, configurations: Mapping[str, Configuration]) -> Configuration:
    """The configuration of a source that is one.

    Args:
        source: Of the form "synthesized", "plan" or "module".
        configurations: Those read before, by name: a plan takes exceptions from its source.

    Raises:
        UnreadableError: It cannot be read.
    """
    if source.form == "synthesized":
        return read_synthesized(source.path, source.name)
    if source.form == "module":
        return read_module(source.path, source.name)
    planned = configurations.get(source.name)
    if planned is None and Path(source.name).is_dir():
        planned = read_module(Path(source.name), source.name)
    return read_plan(source.path, planned, source.name)


def _at(path: Path) -> Iterator[Source]:
    if path.is_file():
        yield _file(path)
        return
    if not path.is_dir():
        raise UsageError(f"{path}: there is no such file or folder.")
    if (path / _STACKS).is_dir() or (path / "manifest.json").is_file():
        stacks = sorted(each for each in (path / _STACKS).glob("*") if each.is_dir())
        if not stacks:
            raise UsageError(f"{path}: there is no stack in it; synthesize first.")
        if gone := sorted(_in_manifest(path) - {each.name for each in stacks}):
            raise UsageError(
                f"{path}: its manifest.json names the stacks {', '.join(gone)}, which are not in "
                "it; synthesize anew."
            )
        # As its plan is called: `airflow-dev`, or `examples/cdktf-app/orders` of another app.
        app = path.parent if path.name == _OUTPUT else path
        for each in stacks:
            name = (shown(app) / each.name).as_posix()
            yield Source(name=name, form="synthesized", path=each)
        return
    found = list(_folder(path))
    if not found:
        raise UsageError(
            f"{path}: there is nothing in it that can be looked at: no stacks/, no *.tf.json, no "
            "*.tf, no Dockerfile."
        )
    yield from found


def _in_manifest(output: Path) -> set[str]:
    """The folders of the stacks that CDKTF has written last."""
    file = output / "manifest.json"
    try:
        stacks = json.loads(file.read_text(encoding="utf-8"))["stacks"] if file.is_file() else {}
        return {Path(each["workingDirectory"]).name for each in stacks.values()}
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise UsageError(f"{file}: it is no manifest of CDKTF's; synthesize anew.") from error


def _file(path: Path) -> Source:
    if path.name.startswith("Dockerfile") or path.suffix == ".Dockerfile":
        return Source(name=path.as_posix(), form="Dockerfiles", path=path)
    if path.name.endswith(SUFFIX):
        return Source(name=path.parent.name, form="synthesized", path=path)
    if path.suffix == ".json":
        return Source(name=path.stem, form="plan", path=path)
    raise UsageError(
        f"{path}: it can be a *.tf.json, a plan (*.json) or a Dockerfile, and is none of them."
    )


def _folder(path: Path) -> Iterator[Source]:
    if any(path.glob(f"*{SUFFIX}")):
        # A stack's folder is called as its stack; a folder of a repository by its path.
        name = path.name if path.parent.name == _STACKS else shown(path).as_posix()
        yield Source(name=name, form="synthesized", path=path)
    elif any(path.glob("*.tf")):
        yield Source(name=shown(path).as_posix(), form="module", path=path)
    if (path / "Dockerfile").is_file():
        yield Source(name=path.as_posix(), form="Dockerfiles", path=path / "Dockerfile")


def shown(path: Path) -> Path:
    """A path as people name it: from the folder that they are in, where it is below that."""
    try:
        return path.resolve().relative_to(Path.cwd())
    except ValueError:
        return path


def _files(path: Path) -> Iterable[Path]:
    """The files of a repository that Git knows; all files of another folder."""
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise UsageError(f"{path}: there is no such file or folder.")
    try:
        listed = subprocess.run(
            ["git", "-C", path, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        return [each for each in path.rglob("*") if each.is_file()]
    return [path / each for each in listed.split("\0") if each and (path / each).is_file()]
