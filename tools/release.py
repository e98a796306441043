"""What a release needs of the repository, and what it says.

    python tools/release.py check v1.2.3    is all of that version?
    python tools/release.py notes v1.2.3    its section of CHANGELOG.md

Needs nothing but Python, as a release does both before anything is installed. Exit codes: 1 when
something is not of that version, 2 for wrong use.
"""

import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
DISTRIBUTIONS = ("pyproject.toml", "airflow_image/pyproject.toml")
_TAG = re.compile(r"v(\d+\.\d+\.\d+)")
_REFERENCE = re.compile(r"\?ref=v(\d+\.\d+\.\d+)")


def wrong(version: str, root: Path = ROOT) -> Iterator[str]:
    """What is not of a version, each with what to do."""
    for name in DISTRIBUTIONS:
        found = tomllib.loads((root / name).read_text(encoding="utf-8"))["project"]["version"]
        if found != version:
            yield f'{name} has version "{found}"; write "{version}" there.'
    changes = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    if not notes(version, changes):
        yield f'CHANGELOG.md has no section "## {version}" with something in it; name it so.'
    if notes("Unreleased", changes):
        yield f'CHANGELOG.md has changes under "## Unreleased"; move them to "## {version}".'
    documents = [
        root / "README.md",
        *(root / "docs").rglob("*.md"),
        *(root / "modules").rglob("*.md"),
    ]
    for document in sorted(documents):
        others = {*_REFERENCE.findall(document.read_text(encoding="utf-8"))} - {version}
        for other in sorted(others):
            name = document.relative_to(root)
            yield f"{name} calls modules by ?ref=v{other}; write ?ref=v{version} there."


def notes(version: str, changes: str) -> str:
    """The section of a version in a changelog; empty where there is none.

    Args:
        version: Such as `1.2.3`, or `Unreleased`.
        changes: The changelog.
    """
    heading = rf"^## \[?{re.escape(version)}\]?(?: .*)?$"
    parts = re.split(heading, changes, maxsplit=1, flags=re.MULTILINE)
    if len(parts) == 1:
        return ""
    return re.split(r"^## ", parts[1], maxsplit=1, flags=re.MULTILINE)[0].strip()


def main(arguments: list[str]) -> int:
    """Do what the command line says; returns the exit code."""
    tag = _TAG.fullmatch(arguments[1]) if len(arguments) == 2 else None  # noqa: PLR2004 -- both
    if tag is None or arguments[0] not in ("check", "notes"):
        print("usage: release.py check|notes vMAJOR.MINOR.PATCH", file=sys.stderr)
        return 2
    version = tag[1]
    if arguments[0] == "notes":
        print(notes(version, (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")))
        return 0
    found = list(wrong(version))
    for each in found:
        print(each, file=sys.stderr)
    if not found:
        print(f"Everything is of version {version}.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
