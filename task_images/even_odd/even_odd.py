"""Find the even or the odd ones among the first integers, and leave them on the shared storage.

    python even_odd.py odd --run manual__2026-11-22 --folder /shared

writes /shared/manual__2026-11-22/odd.json. Run twice, it writes the same again.

Exit codes: 0 done, 2 wrong arguments, 3 the result cannot be written.
"""

import argparse
import json
import os
import re
import sys
import tempfile
from pathlib import Path

CANNOT_WRITE = 3
MOST = 1_000_000


def main() -> int:
    """Do what the command line says, and tell what was done."""
    arguments = _parser().parse_args()
    wanted = 0 if arguments.kind == "even" else 1
    found = [number for number in range(1, arguments.count + 1) if number % 2 == wanted]
    file = arguments.folder / arguments.run / f"{arguments.kind}.json"
    try:
        _write(file, json.dumps({"count": arguments.count, "numbers": found}))
    except OSError as error:
        print(f"Cannot write {file}: {error.strerror}.", file=sys.stderr)
        return CANNOT_WRITE
    print(f"{len(found)} of the integers from 1 to {arguments.count} are {arguments.kind}: {file}")
    return 0


def _write(file: Path, text: str) -> None:
    """Write a file whole or not at all, whoever reads it meanwhile and however often it is done."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=file.parent, prefix=".", delete=False) as unfinished:
        try:
            unfinished.write(text)
            unfinished.flush()
            os.fsync(unfinished.fileno())
            Path(unfinished.name).chmod(0o644)
            Path(unfinished.name).replace(file)
        except BaseException:
            Path(unfinished.name).unlink(missing_ok=True)
            raise


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Find the even or the odd among the integers.")
    parser.add_argument("kind", choices=["even", "odd"], help="which to look for")
    parser.add_argument("--run", required=True, type=_run_id, help="the DAG run, names its folder")
    parser.add_argument("--folder", required=True, type=Path, help="the shared storage")
    parser.add_argument("--count", default=10, type=_count, help="how many integers (default 10)")
    return parser


def _run_id(text: str) -> str:
    # A run id may hold colons and plus signs, yet nothing that leads out of the folder.
    if not re.fullmatch(r"[\w+~][\w.:+@~-]{0,249}", text):
        raise argparse.ArgumentTypeError(f"{text!r} cannot be the name of a folder")
    return text


def _count(text: str) -> int:
    if not re.fullmatch(r"\d{1,7}", text) or not 1 <= int(text) <= MOST:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 to {MOST}")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
