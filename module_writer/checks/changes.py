"""What whoever upgrades the modules feels: `python -m module_writer.checks.changes`."""

import argparse
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console

from module_writer.checks.compare import Change, changes
from module_writer.checks.manifest import FILE
from module_writer.moved import NOTES, Note

PROJECT = Path(__file__).parent.parent.parent


def main() -> int:
    """Compare `modules/` with a version of it; 1 if something breaks and nothing is said of it."""
    parser = argparse.ArgumentParser(prog="python -m module_writer.checks.changes")
    parser.add_argument(
        "--since", metavar="TAG", help="the version to compare with; by default the latest tag v*"
    )
    return check(PROJECT, parser.parse_args().since, NOTES)


def check(project: Path, since: str | None, notes: Mapping[str, Sequence[Note]]) -> int:
    """Print the changes of all modules of a Git repository since a tag; what `main` returns."""
    say = Console(highlight=False, soft_wrap=True, markup=False).print
    since = since or _latest(project)
    if since is None:
        say("No version is published yet: there is no tag v* to compare with.")
        return 0
    missing = 0
    for name, old in _published(project, since).items():
        file = project / "modules" / name / FILE
        found = (
            changes(old, json.loads(file.read_text()))
            if file.is_file()
            else [Change("module", "is gone: roots that call it are refused")]
        )
        for each in found:
            note = _note(notes.get(name, ()), each, since)
            told = f" Note: {note.words}" if note else ""
            breaks = each.breaking and not note
            missing += breaks
            say(
                f"{'BREAKS' if breaks else 'changed'} modules/{name} {each.of}: {each.words}.{told}"
            )
    if missing:
        say(
            f"{missing} of the changes since {since} break what roots rely on, and nothing is said "
            "of them. Undo them, or add to module_writer/moved.py: MOVED for addresses, NOTES for "
            "what needs words."
        )
        return 1
    say(f"Since {since}, nothing breaks that is not told.")
    return 0


def _note(notes: Sequence[Note], change: Change, since: str) -> Note | None:
    """A note of the change, but no older one: that is of a change which `since` already has."""
    told = (note for note in notes if note.of == change.of)
    return next((note for note in told if _number(note.since) > _number(since)), None)


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.removeprefix("v").split("-")[0].split("."))


def _latest(project: Path) -> str | None:
    tags = _git(project, "tag", "--list", "v*", "--merged", "HEAD", "--sort=-version:refname")
    return next(iter(tags.split()), None)


def _published(project: Path, since: str) -> dict[str, Any]:
    """The interfaces in a version, by the modules' names."""
    files = _git(project, "ls-tree", "-r", "--name-only", since, "--", "modules").splitlines()
    return {
        Path(file).parent.name: json.loads(_git(project, "show", f"{since}:{file}"))
        for file in files
        if Path(file).name == FILE
    }


def _git(project: Path, *arguments: str) -> str:
    command = ["git", "-C", str(project), *arguments]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if answer.returncode:
        raise SystemExit(f"git {' '.join(arguments)}: {answer.stderr.strip()}")
    return answer.stdout


if __name__ == "__main__":
    sys.exit(main())
