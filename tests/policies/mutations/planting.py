"""Planting faults, and what the gate says of them."""

import json
import shutil
from collections.abc import Collection, Sequence
from pathlib import Path

from tests.policies.conftest import stored_plan, synthesized
from tests.policies.mutations.editing import Fault, plant

from airflow_fargate_policies.exceptions import NEEDLESS
from airflow_fargate_policies.gate import target_of
from airflow_fargate_policies.judging import NOT_EVALUATED, judge
from airflow_fargate_policies.reading import read_plan, read_synthesized
from airflow_fargate_policies.resource import without_keys
from airflow_fargate_policies.targets import Source

Seen = set[tuple[str, str]]
"""Rules and addresses, the latter without keys of instances."""


def seen(stack: str, form: str, faults: Collection[Fault], folder: Path) -> Seen:
    """What fails when faults are planted into one form of a stack; what is not evaluated is none.

    Nothing may be that but where a fault is: of `NotAction`, checkov's rules say nothing.

    The other form is as it was: a plan's exceptions, and what it does not know, are read from what
    was synthesized.
    """
    copy = folder / stack
    shutil.copytree(synthesized(stack), copy)
    file = copy / "cdk.tf.json" if form == "synthesized" else copy / "plan.json"
    if form == "plan":
        shutil.copy(stored_plan(stack), file)
    content = json.loads(file.read_text())
    for fault in faults:
        plant(fault, content, form)
    file.write_text(json.dumps(content))
    configuration = read_synthesized(copy / "cdk.tf.json", stack)
    if form == "plan":
        configuration = read_plan(file, configuration, stack)
    problems = judge([target_of(configuration, Source(name=stack, form=form, path=file))])
    # Whether exceptions are needless is judged by both forms together.
    told = [each for each in problems if each.rule != NEEDLESS]
    blind = [each for each in told if each.what.startswith(NOT_EVALUATED)]
    faulty = {name for each in faults for name in (each.address, each.where)}
    elsewhere = [each for each in blind if without_keys(each.address) not in faulty]
    assert not elsewhere, elsewhere
    return {(each.rule, without_keys(each.address)) for each in told if each not in blind}


def batches(faults: Sequence[Fault]) -> list[list[Fault]]:
    """Faults that can be planted together: none touches, or is seen at, what another does."""
    found: list[tuple[set[str], list[Fault]]] = []
    for fault in faults:
        touched = {fault.address, fault.where, *fault.beside}
        for taken, batch in found:
            if not taken & touched:
                taken.update(touched)
                batch.append(fault)
                break
        else:
            found.append((touched, [fault]))
    return [batch for _, batch in found]
