"""What people see: the problems, the counts, and whether the gate is open."""

import shutil
import sys
import textwrap
from collections.abc import Iterator, Sequence

from tabulate import tabulate
from termcolor import colored

from airflow_fargate_policies.gate import Result
from airflow_fargate_policies.judging import unsaid
from airflow_fargate_policies.output.together import Together, together
from airflow_fargate_policies.verdict import Target, Verdict

_WIDTH_ELSEWHERE = 160


def text_of(result: Result, *, on_terminal: bool | None = None) -> str:
    """The whole of it.

    Args:
        result: What the gate has seen.
        on_terminal: Whether it is coloured and as wide as the terminal; by default as stdout is.
    """
    terminal = sys.stdout.isatty() if on_terminal is None else on_terminal
    width = shutil.get_terminal_size().columns if terminal else _WIDTH_ELSEWHERE
    problems = together(result.problems)
    parts = [_table(problems, width)] if problems else []
    parts.append(_counts(result.targets))
    if result.is_open and (left := len(list(unsaid(result.targets)))):
        parts.append(f"Left to plans, and said by no plan of this run: {left}.")
    parts.extend(_alone(result.targets) if problems else ())
    parts.append(_last_line(len(problems), coloured=terminal))
    return "\n\n".join(parts) + "\n"


def _table(problems: Sequence[Together], width: int) -> str:
    columns = (0.18, 0.28, 0.34, 0.2)
    widths = [max(12, int((width - 9) * share)) for share in columns]
    rows = [
        [
            _wrapped(each.rule, widths[0]),
            _wrapped(each.address, widths[1]),
            _wrapped(f"{each.what} [{', '.join(each.targets)}]", widths[2]),
            _wrapped(each.where, widths[3]),
        ]
        for each in problems
    ]
    return tabulate(rows, ["rule", "address", "failure", "where to change it"], "presto")


def _alone(targets: Sequence[Target]) -> Iterator[str]:
    """A hint for each plan that nobody has said the source of."""
    sources = {each.unit for each in targets if each.form != "plan"}
    for each in targets:
        if each.form == "plan" and each.unit not in sources:
            yield (
                f"{each.path} was looked at by itself. Exceptions stand in what it is a plan of: "
                f"name that too, and the plan as --plan NAME={each.path}."
            )


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


def _last_line(problems: int, *, coloured: bool) -> str:
    if problems:
        said = f"The gate is shut: {problems} problem{'s' if problems > 1 else ''}."
        colour = "red"
    else:
        said, colour = "The gate is open.", "green"
    return colored(said, colour, attrs=["bold"]) if coloured else said
