"""Make the plans of every stack and example, after it was applied to the embedded AWS.

In such a plan nothing is unknown: policies and container definitions can be read. What has not
changed since it was planned last is not planned again.
"""

import argparse
import hashlib
import os
import sys
import time
import traceback
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from pathlib import Path

from plans.jobs import Job, jobs
from plans.journeys import ROOT

from airflow_fargate_rehearsal.errors import RehearsalError

FOLDER = ROOT / ".tools/plans"
# The provider waits most of the time; the emulator does not.
_INTERRUPTED = 130  # as shells say it
_AT_ONCE = 1 + (os.cpu_count() or 1)


def main(arguments: Sequence[str] | None = None) -> int:
    """Make what is missing or old; gives 1 where something could not be made, or `--check` fails.

    Raises:
        SystemExit: The command line is wrong, or an app cannot be synthesized.
    """
    parser = argparse.ArgumentParser(prog="make plans", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="plans to make; by default all")
    parser.add_argument("--check", action="store_true", help="make nothing, say what is old")
    asked = parser.parse_args(arguments)
    try:
        known = jobs()
    except RehearsalError as error:
        sys.exit(str(error))
    chosen = [each for each in known if not asked.names or set(asked.names) & set(each.plans)]
    unknown = set(asked.names) - {name for each in known for name in each.plans}
    if unknown:
        names = ", ".join(sorted(name for each in known for name in each.plans))
        sys.exit(f"There is no plan {', '.join(sorted(unknown))}. There are: {names}.")
    old = [each for each in chosen if not is_fresh(each, FOLDER)]
    fresh = sum(len(each.plans) for each in chosen) - sum(len(each.plans) for each in old)
    _say(f"{fresh} plans are as they should be; {sum(len(each.plans) for each in old)} are old.")
    if asked.check:
        for each in old:
            _say(f"old: {', '.join(each.plans)}")
        return 1 if old else 0
    remove_others(known, FOLDER)
    return 1 if _make(old) else 0


def _make(old: Sequence[Job]) -> list[str]:
    failed: list[str] = []
    began = time.monotonic()
    with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool, _ending_at_once():
        running: dict[Future[None], Job] = {pool.submit(make, each, FOLDER): each for each in old}
        for done, future in enumerate(as_completed(running), 1):
            job = running[future]
            said = f"[{done}/{len(old)}, {time.monotonic() - began:.0f} s] {job.name}"
            error = future.exception()
            if error:
                # The others go on; what nobody has thought of is told as it is.
                failed.append(job.name)
                told = error if isinstance(error, RehearsalError) else _traceback(error)
                _say(f"{said}: failed\n{told}")
            else:
                _say(f"{said}: {', '.join(job.plans)}")
    if failed:
        _say(f"Not made: {', '.join(failed)}")
    return failed


@contextmanager
def _ending_at_once() -> Iterator[None]:
    """Whoever presses Ctrl-C does not wait for what runs: it ends when this program does."""
    try:
        yield
    except KeyboardInterrupt:
        _say("Stopped.")
        os._exit(_INTERRUPTED)


def _traceback(error: BaseException) -> str:
    return "".join(traceback.format_exception(error))


def make(job: Job, folder: Path) -> None:
    """Make the plans of a job, and write down what they depend on."""
    marker = _marker(job, folder)
    marker.unlink(missing_ok=True)
    job.make(folder)
    marker.parent.mkdir(parents=True, exist_ok=True)
    marker.write_text(_number(job))


def is_fresh(job: Job, folder: Path) -> bool:
    """Whether the plans of a job are there, and are those of what is there now."""
    marker = _marker(job, folder)
    files = [folder / f"{each}.json" for each in job.plans]
    return (
        marker.is_file()
        and marker.read_text() == _number(job)
        and all(each.is_file() for each in files)
    )


def remove_others(known: Sequence[Job], folder: Path) -> None:
    """Remove plans of what is there no more."""
    names = {f"{name}.json" for each in known for name in each.plans}
    for file in folder.rglob("*.json"):
        if file.relative_to(folder).as_posix() not in names:
            file.unlink()


def _marker(job: Job, folder: Path) -> Path:
    return folder / f"{job.plans[-1]}.sha256"


def _number(job: Job) -> str:
    return hashlib.sha256(job.number.encode()).hexdigest()


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
