"""Join the even and the odd numbers that two tasks left on the shared storage, and print them.

    python join_numbers.py --run manual__2026-11-22 --folder /shared

reads even.json and odd.json in /shared/manual__2026-11-22. The last line of what it prints is the
numbers as JSON, which is what Airflow keeps of a task.

Exit codes: 0 done, 2 wrong arguments, 3 a result is missing or cannot be read, 4 the two results
are not of the same integers.
"""

import argparse
import json
import re
import sys
from pathlib import Path
from typing import Any

CANNOT_READ = 3
DO_NOT_FIT = 4
KINDS = ("even", "odd")


def main() -> int:
    """Do what the command line says, and tell what was done."""
    arguments = _parser().parse_args()
    folder = arguments.folder / arguments.run
    results: dict[str, Any] = {}
    for kind in KINDS:
        try:
            results[kind] = _read(folder / f"{kind}.json")
        except (OSError, ValueError) as error:
            print(f"Cannot read {folder / kind}.json: {error}", file=sys.stderr)
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


def _read(file: Path) -> dict[str, Any]:
    result = json.loads(file.read_text(encoding="utf-8"))
    if not isinstance(result, dict) or {"count", "numbers"} - result.keys():
        raise ValueError("it is no result of even_odd")
    return result


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Join the even and the odd numbers of a run.")
    parser.add_argument("--run", required=True, type=_run_id, help="the DAG run, names its folder")
    parser.add_argument("--folder", required=True, type=Path, help="the shared storage")
    return parser


def _run_id(text: str) -> str:
    # A run id may hold colons and plus signs, yet nothing that leads out of the folder.
    if not re.fullmatch(r"[\w+~][\w.:+@~-]{0,249}", text):
        raise argparse.ArgumentTypeError(f"{text!r} cannot be the name of a folder")
    return text


if __name__ == "__main__":
    sys.exit(main())
