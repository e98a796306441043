"""Takes the package index out of Pipfile.lock, and checks the lock for every supported Python."""

import json
import sys
import tomllib
from pathlib import Path
from typing import Any

from packaging.markers import Marker

PYTHONS = ("3.11", "3.12", "3.13")
CATEGORIES = {"default": "packages", "develop": "dev-packages"}
"""The lock's names for two of the Pipfile's categories; the others are called the same in both."""


def main() -> int:
    """Rewrite the lock; return 1, and say what to change, when a package is not for all."""
    lock = Path("Pipfile.lock")
    content: dict[str, dict[str, Any]] = json.loads(lock.read_text())
    pipfile = tomllib.loads(Path("Pipfile").read_text())

    # The machine's own index serves; the hashes guard what it gives.
    content["_meta"]["sources"] = []
    categories = {name: packages for name, packages in content.items() if name != "_meta"}
    problems: list[str] = []
    for category, packages in categories.items():
        asked_for: dict[str, Any] = pipfile.get(CATEGORIES.get(category, category), {})
        for name, package in packages.items():
            package.pop("index", None)
            wish = asked_for.get(name)
            limited = isinstance(wish, dict) and "markers" in wish
            problems += [
                f"{category}: {problem}" for problem in check(name, package, limited=limited)
            ]

    lock.write_text(json.dumps(content, indent=4) + "\n")
    sys.stderr.writelines(f"{problem}\n" for problem in problems)
    return 1 if problems else 0


def check(name: str, package: dict[str, str], *, limited: bool) -> list[str]:
    """Return what is wrong with a locked package; `limited`: the Pipfile gives its markers."""
    if "path" in package:
        return []
    if "version" not in package:
        return [f"{name} is not locked; lock on Python {PYTHONS[-1]}: make lock PYTHON=..."]
    marker = Marker(package.get("markers", "python_version > '0'"))
    missing = [
        version
        for version in PYTHONS
        if not marker.evaluate({"python_version": version, "python_full_version": f"{version}.9"})
    ]
    if missing and not limited:
        version = package["version"]
        return [f"{name} {version} is not for Python {', '.join(missing)}; bound it in Pipfile"]
    return []


if __name__ == "__main__":
    sys.exit(main())
