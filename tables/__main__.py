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
from tables.reasons import ReasonsError

from airflow_fargate_rehearsal.errors import RehearsalError

ROOT = Path(__file__).parent.parent
DOCUMENT = ROOT / "docs/access.md"
SETTINGS = "AIRFLOW_FARGATE_"


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the document, or with `--check` fail if it is not what would be written."""
    parser = argparse.ArgumentParser(prog="make tables", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, compare")
    check = parser.parse_args(arguments).check
    with tempfile.TemporaryDirectory() as folder:
        try:
            # Without the settings of main.py: the document is about the stack as it comes.
            environment = {k: v for k, v in os.environ.items() if not k.startswith(SETTINGS)}
            shown = applied_stack(ROOT, "airflow-dev", Path(folder), environment)
            text = access_tables(AppliedStack(shown))
        except (RehearsalError, ReasonsError) as error:
            sys.exit(str(error))
    if not check:
        DOCUMENT.write_text(text, encoding="utf-8")
    elif not DOCUMENT.exists() or DOCUMENT.read_text(encoding="utf-8") != text:
        sys.exit(f"{DOCUMENT.relative_to(ROOT)} is not what was applied: run `make tables`.")


if __name__ == "__main__":
    main()
