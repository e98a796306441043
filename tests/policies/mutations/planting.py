"""Planting faults, and what the gate says of them."""

import json
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

from tests.policies.conftest import stored_plan, synthesized
from tests.policies.mutations.editing import Fault, plant

from airflow_fargate_policies.gate import look
from airflow_fargate_policies.resource import without_keys
from airflow_fargate_policies.targets import Source

Seen = set[tuple[str, str]]
"""Rules and addresses, the latter without keys of instances."""


def seen(stack: str, form: str, faults: Iterable[Fault], folder: Path) -> Seen:
    """What fails when faults are planted into one form of a stack; what is not evaluated is none.

    The other form is as it was: what a plan does not know is read from what was synthesized.
    """
    copy = folder / "cdktf.out/stacks" / stack
    shutil.copytree(synthesized(stack), copy, dirs_exist_ok=True)
    plan = folder / f"{stack}.json"
    shutil.copy(stored_plan(stack), plan)
    edited = copy / "cdk.tf.json" if form == "synthesized" else plan
    content = json.loads(edited.read_text())
    for fault in faults:
        plant(fault, content, form)
    edited.write_text(json.dumps(content))
    sources = [Source(name=stack, form="synthesized", path=copy)]
    if form == "plan":
        sources.append(Source(name=stack, form="plan", path=plan))
    # What was synthesized is read for its exceptions; only the form in question may shut the gate.
    result = look(sources)
    told = [each for each in result.problems if form in each.target or each.target == stack]
    blind = [each for each in told if each.what.startswith("not evaluated")]
    assert not blind, blind
    return {(each.rule, without_keys(each.address)) for each in told}


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
