"""Find the even or the odd ones among the first integers, and leave them on the shared storage.

    python even_odd.py odd --count 10

writes odd.json into the folder of the DAG run: $SHARED_FOLDER/<DAG>/<run>, unless --folder names
another. Run twice, it writes the same again.

Exit codes: 0 done, 2 wrong arguments, 3 the result cannot be written.
"""

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path
from urllib.parse import quote

CANNOT_WRITE = 3
MOST = 1_000_000


def main() -> int:
    """Do what the command line says, and tell what was done."""
    parser = argparse.ArgumentParser(description="Find the even or the odd among the integers.")
    parser.add_argument("kind", choices=["even", "odd"], help="which to look for")
    parser.add_argument("--count", default=10, type=_count, help="how many integers (default 10)")
    parser.add_argument("--folder", type=Path, help="where to write (default: the DAG run's)")
    arguments = parser.parse_args()
    folder = arguments.folder or _folder_of_the_run()
    if folder is None:
        parser.error("outside of Airflow, say where to write: --folder")

    wanted = 0 if arguments.kind == "even" else 1
    found = [number for number in range(1, arguments.count + 1) if number % 2 == wanted]
    file = folder / f"{arguments.kind}.json"
    try:
        _write(file, json.dumps({"count": arguments.count, "numbers": found}))
    except OSError as error:
        print(f"Cannot write {file}: {error.strerror}.", file=sys.stderr)
        return CANNOT_WRITE
    print(f"{len(found)} of the integers from 1 to {arguments.count} are {arguments.kind}: {file}")
    return 0


def _folder_of_the_run() -> Path | None:
    """Folder of the DAG run on the shared storage; Airflow tells each container its run."""
    names = ("SHARED_FOLDER", "AIRFLOW_CTX_DAG_ID", "AIRFLOW_CTX_DAG_RUN_ID")
    shared, dag, run = (os.environ.get(name) for name in names)
    if not (shared and dag and run):
        return None
    # A run id may be any text, ".." and "a/b" too.
    return Path(shared, dag, quote(run, safe=":+@").replace("..", "%2E%2E"))


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


def _count(text: str) -> int:
    if not (text.isdecimal() and 1 <= int(text[:9]) <= MOST):
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 to {MOST}")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
