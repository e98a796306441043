"""Join the even and the odd numbers that two tasks left on the shared storage, and print them.

    python join_numbers.py

reads even.json and odd.json in the folder of the DAG run: $SHARED_FOLDER/<DAG>/<run>, unless
--folder names another. The last line of what it prints is the numbers as JSON, which is what
Airflow keeps of a task.

Exit codes: 0 done, 2 wrong arguments, 3 a result is missing or cannot be read, 4 the two results
are not of the same integers.
"""

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote

CANNOT_READ = 3
DO_NOT_FIT = 4
KINDS = ("even", "odd")


def main() -> int:
    """Do what the command line says, and tell what was done."""
    parser = argparse.ArgumentParser(description="Join the even and the odd numbers of a run.")
    parser.add_argument("--folder", type=Path, help="where they are (default: the DAG run's)")
    folder = parser.parse_args().folder or _folder_of_the_run()
    if folder is None:
        parser.error("outside of Airflow, say where they are: --folder")

    results: dict[str, Any] = {}
    for kind in KINDS:
        file = folder / f"{kind}.json"
        try:
            results[kind] = _read(file)
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else error
            print(f"Cannot read {file}: {reason}.", file=sys.stderr)
            return CANNOT_READ
        print(f"{kind:>4}: {', '.join(map(str, results[kind]['numbers']))}")
    count = results["even"]["count"]
    joined = sorted(number for kind in KINDS for number in results[kind]["numbers"])
    if joined != list(range(1, count + 1)):
        print(f"The two are not the integers from 1 to {count}.", file=sys.stderr)
        return DO_NOT_FIT
    print(f"Together they are the integers from 1 to {count}.")
    print(json.dumps(joined))
    return 0


def _folder_of_the_run() -> Path | None:
    """Folder of the DAG run on the shared storage; Airflow tells each container its run."""
    names = ("SHARED_FOLDER", "AIRFLOW_CTX_DAG_ID", "AIRFLOW_CTX_DAG_RUN_ID")
    shared, dag, run = (os.environ.get(name) for name in names)
    if not (shared and dag and run):
        return None
    # A run id may be any text, ".." and "a/b" too.
    return Path(shared, dag, quote(run, safe=":+@").replace("..", "%2E%2E"))


def _read(file: Path) -> dict[str, Any]:
    result = json.loads(file.read_text(encoding="utf-8"))
    match result:
        case {"count": int(), "numbers": [*numbers]} if all(isinstance(n, int) for n in numbers):
            return result
    raise ValueError("it is no result of even_odd")


if __name__ == "__main__":
    sys.exit(main())
