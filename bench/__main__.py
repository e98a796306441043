"""How long the stack `airflow-dev` takes to synthesize.

First with the bindings as shipped, and with ours. Each way is measured twice: with Python's
bytecode cached, as on a machine where one works, and without any for the installed packages, as in
a fresh container or on a CI runner. Wall time and CPU time (user and system, of Python and of the
Node processes that it starts), in seconds, medians.

Then with 10, 100 and 500 more task folders, and what each of them adds: the least CPU time of
several runs.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench import task_folders
from bench.measure import Way, measure, median, without_package_bytecode

OURS = Way("ours", task_folders.SYNTH_DEV)
# Who imports the bindings first, gets them as shipped; so this is the very same program.
STOCK = Way("stock", f"import cdktf_cdktf_provider_aws; {OURS.program}")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run what is asked for, and print the medians."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--stock", type=int, default=3, help="runs with the bindings as shipped")
    parser.add_argument("--ours", type=int, default=7, help="runs with ours")
    parser.add_argument("--tasks", action="store_true", help="only with more task folders")
    options = parser.parse_args(arguments)
    if options.stock < 2 or options.ours < 2:  # noqa: PLR2004
        parser.error("at least 2 runs of each: the first fills the caches and does not count")
    root = Path(__file__).parent.parent
    if not (root / "main.py").is_file():
        sys.exit(f"There is no main.py in {root} to measure.")
    with tempfile.TemporaryDirectory() as folder:
        cache = Path(folder).resolve()
        if not options.tasks:
            _compare(root, cache, stock=options.stock, ours=options.ours)
            print()
        task_folders.main(root, cache)


def _compare(root: Path, cache: Path, *, stock: int, ours: int) -> None:
    """Run both ways, interleaved."""
    print("With cached bytecode (the first run of each fills the caches and is thrown away):")
    warm = measure(root, cache, {STOCK: stock, OURS: ours}, discard=1)
    print("\nWithout bytecode of installed packages:")
    with without_package_bytecode(cache):
        cold = measure(root, cache, {STOCK: stock - 1, OURS: ours // 2})

    print(f"\n{'median seconds':24}{'stock':>9}{'ours':>9}{'ratio':>9}")
    for title, runs in (("bytecode cached", warm), ("no bytecode", cold)):
        slow, fast = median(runs[STOCK]), median(runs[OURS])
        print(f"{title + ', CPU':24}{slow.cpu:9.2f}{fast.cpu:9.2f}{slow.cpu / fast.cpu:8.1f}x")
        print(f"{title + ', wall':24}{slow.wall:9.2f}{fast.wall:9.2f}", end="")
        print(f"{slow.wall / fast.wall:8.1f}x")


if __name__ == "__main__":
    main()
