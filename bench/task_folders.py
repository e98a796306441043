"""How much of a synth each further task folder takes: the stack `airflow-dev` with more of them."""

import itertools
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.measure import Way, least, measure

# Fewer runs for the longest: what disturbs a run weighs less in it.
RUNS = {10: 9, 100: 9, 500: 5}
SYNTH_DEV = "import main, cdktf; app = cdktf.App(); main.dev(app); app.synth()"

_FOLDERS = "task_images"
_DOCKERFILE = """\
FROM python:3.13-slim
COPY . /task
USER 1000:1000
ENTRYPOINT ["python", "/task/main.py"]
"""
_TASK = """\
cpu = 512
memory_mib = 1024

[environment]
LOG_LEVEL = "info"
"""


def main(root: Path, cache: Path) -> None:
    """Synthesize with each number of folders in turn; print CPU times, and what a folder adds."""
    print("The stack airflow-dev with more task folders (the first run of each is thrown away):")
    with _programs(root, cache / "tasks") as programs:
        ways = {count: Way(str(count), SYNTH_DEV, folder) for count, folder in programs.items()}
        runs = {way: RUNS[count] for count, way in ways.items()}
        taken = measure(root, cache, runs, discard=1)
    cpu = {count: least(taken[way]).cpu for count, way in ways.items()}
    added = {
        more: (cpu[more] - cpu[fewer]) / (more - fewer) for fewer, more in itertools.pairwise(RUNS)
    }
    print(f"\n{'task folders':>12}{'CPU, s':>9}{'each more, ms':>15}")
    for count, seconds in cpu.items():
        each = f"{added[count] * 1000:15.1f}" if count in added else ""
        print(f"{count:12}{seconds:9.2f}{each}")
    few, many = added
    print(f"Up to {many}, one adds {added[many] / added[few]:.2f} times what one adds up to {few}.")


@contextmanager
def _programs(root: Path, place: Path) -> Iterator[dict[int, Path]]:
    """A folder for each count that looks like the project's, with that many more task folders."""
    programs = {count: place / str(count) for count in RUNS}
    for count, folder in programs.items():
        folder.mkdir(parents=True)
        for entry in root.iterdir():
            if entry.name not in (_FOLDERS, "cdktf.out"):
                (folder / entry.name).symlink_to(entry)
        shutil.copytree(root / _FOLDERS, folder / _FOLDERS)
        for number in range(count):
            _write_task_folder(folder / _FOLDERS / f"extra_{number}", number)
    try:
        yield programs
    finally:
        shutil.rmtree(place)


def _write_task_folder(folder: Path, number: int) -> None:
    folder.mkdir()
    (folder / "Dockerfile").write_text(_DOCKERFILE)
    (folder / "task.toml").write_text(_TASK)
    (folder / "main.py").write_text(f"print({number})\n")
