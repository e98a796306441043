"""`make modules`: writes `modules/` anew, or says with --check what in it is stale."""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console

from airflow_fargate_rehearsal.terraform.binary import find_terraform
from module_writer.provider_schemas import provider_schemas
from module_writer.publish import DEFINITIONS, files_of

PROJECT = Path(__file__).parent.parent
MODULES = PROJECT / "modules"


def main() -> int:
    """Write or check; 0 when all is as it should be, 1 when --check found something stale."""
    parser = argparse.ArgumentParser(prog="python -m module_writer", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if stale")
    asked = parser.parse_args()
    say = Console(highlight=False, soft_wrap=True).print
    terraform = find_terraform(PROJECT, say)
    schemas = provider_schemas(PROJECT)
    stale = []
    for name in DEFINITIONS:
        files = files_of(name, schemas, terraform)
        stale += [f"modules/{name}/{each}" for each in _stale(MODULES / name, files)]
        if not asked.check:
            _write(MODULES / name, files)
        say(f"modules/{name}: {len(files)} files")
    if not stale:
        say("All modules are up to date.")
    elif asked.check:
        say(f"Stale: {', '.join(stale)}. Run `make modules` and commit.")
        return 1
    else:
        say(f"Changed: {', '.join(stale)}")
    return 0


def _stale(folder: Path, files: dict[str, str]) -> Iterator[str]:
    for path, text in files.items():
        if not (folder / path).is_file() or (folder / path).read_text() != text:
            yield path
    yield from (path for path in _present(folder) if path not in files)


def _write(folder: Path, files: dict[str, str]) -> None:
    for path in _present(folder):
        if path not in files:
            (folder / path).unlink()
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.is_file() or target.read_text() != text:
            target.write_text(text)


def _present(folder: Path) -> list[str]:
    """What is published of a module, without what Terraform leaves behind when it is tried."""
    return [
        path.relative_to(folder).as_posix()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not _left_by_terraform(path.relative_to(folder))
    ]


def _left_by_terraform(path: Path) -> bool:
    return ".terraform" in path.parts or path.name.startswith(
        (".terraform.lock", "terraform.tfstate", ".terraform")
    )


if __name__ == "__main__":
    sys.exit(main())
