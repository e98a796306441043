"""Apply `airflow-dev` to the embedded AWS and write docs/access.md from what is there then."""

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tables.access import access_tables
from tables.applied import AppliedStack
from tables.apply import applied_stack

from airflow_fargate_rehearsal.errors import RehearsalError

ROOT = Path(__file__).parent.parent
DOCUMENT = ROOT / "docs/access.md"


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the document, or with `--check` fail if it is not what would be written."""
    parser = argparse.ArgumentParser(prog="make tables", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, compare")
    check = parser.parse_args(arguments).check
    with tempfile.TemporaryDirectory() as folder:
        try:
            shown = applied_stack(ROOT, "airflow-dev", Path(folder), os.environ)
        except RehearsalError as error:
            sys.exit(str(error))
    text = access_tables(AppliedStack(shown))
    if not check:
        DOCUMENT.write_text(text)
    elif DOCUMENT.read_text() != text:
        sys.exit(f"{DOCUMENT.relative_to(ROOT)} is not what was applied: run `make tables`.")


if __name__ == "__main__":
    main()
