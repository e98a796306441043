"""checkov's built-in rules, held against a configuration."""

import json
import logging
import os
import tempfile
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from airflow_fargate_policies.builtin.flattened import Flattened
from airflow_fargate_policies.builtin.taken import ALL, Taken
from airflow_fargate_policies.finding import Finding, Outcome
from airflow_fargate_policies.resource import Configuration, UnreadableError

Verdicts = dict[tuple[str, str], tuple[Outcome, str]]
"""Of each address (as flattened) and rule: the outcome, and the rule's title."""

# They look at the block `lifecycle`, which a plan does not have; checkov leaves out the Python ones
# of that kind by itself.
_NOT_OF_A_PLAN = frozenset({"CKV_AWS_217", "CKV_AWS_233", "CKV_AWS_237"})


def scan(configuration: Configuration) -> Iterator[Finding]:
    """What every built-in rule says of every resource that it is about.

    Raises:
        UnreadableError: checkov could not read what it was given.
    """
    flattened = Flattened(configuration)
    variants = _variants(flattened)
    all_verdicts = [_verdicts(flattened, taken) for taken in variants]
    pairs = sorted({pair for verdicts in all_verdicts for pair in verdicts})
    for address, rule in pairs:
        resource = flattened.resources[address]
        said = [
            verdicts.get((address, rule))
            for taken, verdicts in zip(variants, all_verdicts, strict=True)
            if taken.optional or not resource.optional
        ]
        first = next(each for each in said if each)
        outcomes = {each[0] if each else None for each in said}
        if len(outcomes) == 1:
            outcome, message = first
        else:
            outcome = Outcome.NOT_EVALUATED
            message = f"{first[1]}: it depends on what is not known yet"
            if flattened.unknown[address]:
                message += f" ({', '.join(flattened.unknown[address])})"
        yield Finding(
            target=configuration.name,
            rule=rule,
            address=resource.address,
            outcome=outcome,
            title=first[1],
            message=message,
            where=resource.where,
        )


def _variants(flattened: Flattened) -> Sequence[Taken]:
    """What is to be tried: no more than what is unknown makes necessary."""
    unknown = any(flattened.unknown.values())
    optional = any(each.optional for each in flattened.resources.values())
    return [
        each
        for each in ALL
        if each == ALL[0]
        or (optional and not each.optional)
        or (unknown and each != Taken(optional=False))
    ]


def _verdicts(flattened: Flattened, taken: Taken) -> Verdicts:
    with tempfile.TemporaryDirectory() as folder:
        # checkov keeps the policies that it has read by the file's name and the resource's, as long
        # as the process lives: one of the same name in another run would be taken for this one.
        file = Path(folder, f"{uuid.uuid4()}.json")
        file.write_text(json.dumps(flattened.plan(taken)), encoding="utf-8")
        report = _report(file)
    if report.parsing_errors:
        raise UnreadableError(
            f"{flattened.configuration.name}: checkov cannot read {flattened.configuration.path}."
        )
    found: Verdicts = {}
    for outcome, records in (
        (Outcome.PASSED, report.passed_checks),
        (Outcome.FAILED, report.failed_checks),
    ):
        for record in records:
            if record.check_id not in _NOT_OF_A_PLAN:
                found[record.resource, record.check_id] = (outcome, record.check_name)
    return found


def _report(file: Path) -> Any:
    checkov = _checkov()
    with quiet():
        report = checkov["Runner"]().run(
            files=[str(file)], runner_filter=checkov["RunnerFilter"](show_progress_bar=False)
        )
    return report[0] if isinstance(report, list) else report


@cache
def _checkov() -> Mapping[str, Any]:
    """What is used of checkov; its import takes seconds."""
    offline()
    from checkov.runner_filter import RunnerFilter  # noqa: PLC0415
    from checkov.terraform.plan_runner import Runner  # noqa: PLC0415

    return {"Runner": Runner, "RunnerFilter": RunnerFilter}


def offline() -> None:
    """Keep checkov from asking its maker's server for texts; to be called before its import."""
    os.environ["BC_SKIP_MAPPING"] = "TRUE"


@contextmanager
def quiet() -> Iterator[None]:
    """Keep checkov's log to itself: a rule of its that breaks gives no verdict, which is seen."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)


def shown(file: Path, root: Path) -> str:
    """A file as people name it: from a folder, where it is below that."""
    try:
        return file.resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        return file.as_posix()
