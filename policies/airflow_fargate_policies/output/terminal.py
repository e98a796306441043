"""What people see: the problems, the counts, and whether the gate is open."""

import shutil
import sys
import textwrap
from collections.abc import Sequence

from tabulate import tabulate
from termcolor import colored

from airflow_fargate_policies.gate import Result
from airflow_fargate_policies.judging import unsaid
from airflow_fargate_policies.verdict import Problem, Target, Verdict

_WIDTH_ELSEWHERE = 160


def text_of(result: Result, *, on_terminal: bool | None = None) -> str:
    """The whole of it.

    Args:
        result: What the gate has seen.
        on_terminal: Whether it is coloured and as wide as the terminal; by default as stdout is.
    """
    terminal = sys.stdout.isatty() if on_terminal is None else on_terminal
    width = shutil.get_terminal_size().columns if terminal else _WIDTH_ELSEWHERE
    parts = [_problems(result.problems, width)] if result.problems else []
    parts.append(_counts(result.targets))
    if result.is_open and (left := len(list(unsaid(result.targets)))):
        parts.append(f"Left to plans, and said by no plan of this run: {left}.")
    parts.append(_last_line(result, coloured=terminal))
    return "\n\n".join(parts) + "\n"


def _problems(problems: Sequence[Problem], width: int) -> str:
    """A table by rule and address; what is the same in several targets stands once."""
    together: dict[tuple[str, str, str, str], list[str]] = {}
    for each in problems:
        key = (each.rule, each.address, each.what, each.where)
        together.setdefault(key, []).append(each.target)
    columns = (0.18, 0.28, 0.34, 0.2)
    widths = [max(12, int((width - 9) * share)) for share in columns]
    rows = [
        [
            _wrapped(rule, widths[0]),
            _wrapped(address, widths[1]),
            _wrapped(f"{what} [{', '.join(targets)}]", widths[2]),
            _wrapped(where, widths[3]),
        ]
        for (rule, address, what, where), targets in together.items()
    ]
    return tabulate(rows, ["rule", "address", "failure", "where to change it"], "presto")


def _wrapped(text: str, width: int) -> str:
    return "\n".join(textwrap.wrap(text, width, break_on_hyphens=False)) or ""


def _counts(targets: Sequence[Target]) -> str:
    verdicts = (Verdict.PASSED, Verdict.EXCEPTED, Verdict.FAILED)
    rows = []
    for target in targets:
        counts = target.counts()
        rows.append(
            [
                target.name,
                sum(counts[each] for each in verdicts),
                *(counts[each] for each in verdicts),
                counts[Verdict.NOT_EVALUATED],
                counts[Verdict.LEFT],
            ]
        )
    if len(rows) > 1:
        rows.append(["together", *(sum(column) for column in list(zip(*rows, strict=True))[1:])])
    heads = ["target", "evaluated", "passed", "excepted", "failed", "not evaluated"]
    return tabulate(rows, [*heads, "left to the plans"], "presto")


def _last_line(result: Result, *, coloured: bool) -> str:
    if result.is_open:
        said, colour = "The gate is open.", "green"
    else:
        count = len(result.problems)
        said, colour = f"The gate is shut: {count} problem{'s' if count > 1 else ''}.", "red"
    return colored(said, colour, attrs=["bold"]) if coloured else said
