"""What a rehearsal says: rich on a terminal, plain lines elsewhere."""

from __future__ import annotations

import contextlib
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

import rich.console
import rich.live
import rich.text
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as ProgressBar
from rich.table import Table

from airflow_fargate_rehearsal.terraform.driver import Output
from airflow_fargate_rehearsal.terraform.events import Progress
from airflow_fargate_rehearsal.terraform.services import service_of

_SECONDS_BETWEEN_LINES = 10.0

Report = Callable[[Progress], None]


class Console:
    """Writes to stdout; ``is_terminal`` decides between a bar and plain lines."""

    def __init__(self, console: rich.console.Console | None = None) -> None:
        # Values of resources are data: no markup, no highlighting, no emoji in them.
        self._console = console or rich.console.Console(markup=False, highlight=False, emoji=False)

    def step(self, text: str) -> None:
        """Say what is being done now."""
        self._console.print(f"==> {text}", style="bold", soft_wrap=True)

    def line(self, text: str = "", style: str = "") -> None:
        """Say something that belongs to the step; a terminal shows it in rich's ``style``."""
        self._console.print(f"    {text}" if text else "", soft_wrap=True, style=style or None)

    def labelled(self, label: str, text: str, style: str = "") -> None:
        """Say something with who says it in front; only that has a terminal's ``style``."""
        said = rich.text.Text.assemble("    ", (label, style), f"  {text}")
        self._console.print(said, soft_wrap=True)

    @contextlib.contextmanager
    def table(self) -> Iterator[Callable[[Table], None] | None]:
        """Show a table that changes in place: gives the function for it, None off a terminal."""
        if not self._console.is_terminal:
            yield None
            return
        with rich.live.Live(console=self._console, auto_refresh=False) as live:
            yield lambda table: live.update(table, refresh=True)

    @contextlib.contextmanager
    def progress(self, verb: str) -> Iterator[Report]:
        """Show how far an apply or destroy is; gives the function to report progress to."""
        if self._console.is_terminal:
            with self._bar(verb) as report:
                yield report
        else:
            yield self._lines(verb)

    def outputs(self, outputs: Mapping[str, Output]) -> None:
        """Print a stack's outputs, without the values of sensitive ones."""
        for name, output in sorted(outputs.items()):
            self.line(f"{name} = {'(sensitive)' if output.sensitive else output.value}")

    def created(self, resource_types: Sequence[str]) -> None:
        """Print a table of what was created, by AWS service."""
        by_service: dict[str, Counter[str]] = {}
        for each in resource_types:
            by_service.setdefault(service_of(each), Counter())[each] += 1
        table = Table("AWS service", "resources", "of which", box=None, pad_edge=False)
        for service, counts in sorted(by_service.items()):
            kinds = ", ".join(
                f"{kind.removeprefix('aws_')} {count}" if count > 1 else kind.removeprefix("aws_")
                for kind, count in sorted(counts.items())
            )
            table.add_row(service, str(counts.total()), kinds)
        table.add_row("together", str(len(resource_types)), "")
        self._console.print(table)

    def listing(self, by_service: Mapping[str, Sequence[str]]) -> None:
        """Print readable ids by service."""
        for service, names in sorted(by_service.items()):
            for name in names:
                self.line(f"{service}: {name}")

    @contextlib.contextmanager
    def _bar(self, verb: str) -> Iterator[Report]:
        columns = (
            TextColumn(f"    {verb}"),
            BarColumn(bar_width=30),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.description}"),
        )
        with ProgressBar(*columns, console=self._console) as bar:
            task = bar.add_task("planning", total=None)

            def report(progress: Progress) -> None:
                description = _waiting_for(progress)
                bar.update(
                    task,
                    completed=progress.done,
                    total=progress.total or None,
                    description=description,
                )

            yield report

    def _lines(self, verb: str) -> Report:
        last = time.monotonic()

        def report(progress: Progress) -> None:
            nonlocal last
            now = time.monotonic()
            is_last = progress.total > 0 and progress.done == progress.total
            if is_last or now - last >= _SECONDS_BETWEEN_LINES:
                last = now
                self.line(f"{verb} {progress.done}/{progress.total} {_waiting_for(progress)}")

        return report


def _waiting_for(progress: Progress) -> str:
    waiting = progress.longest_waiting()
    if waiting is None:
        return ""
    address, seconds = waiting
    return f"waiting for {address} ({seconds:.0f} s)"
