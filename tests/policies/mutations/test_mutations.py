"""Every planted fault shuts the gate, by the right rule and at the right address."""

from pathlib import Path

import pytest
from tests.policies.mutations.editing import FORMS, Fault
from tests.policies.mutations.faults import FAULTS
from tests.policies.mutations.planting import Seen, batches, seen

pytestmark = pytest.mark.real
_PLANTED = [(stack, form) for stack in ("state", "airflow-dev") for form in FORMS]


def _of(stack: str, form: str) -> list[Fault]:
    return [each for each in FAULTS if each.stack == stack and form in each.forms]


def _row(fault: Fault, found: Seen, form: str) -> str:
    verdict = "seen" if (fault.rule, fault.where) in found else "NOT SEEN"
    return f"{verdict:8} {form:11} {fault.rule:26} {fault.where:60} {fault.name}"


def test_there_are_at_least_forty_faults() -> None:
    assert len({(each.name, each.address) for each in FAULTS}) == len(FAULTS) >= 40


@pytest.mark.parametrize(("stack", "form"), _PLANTED)
def test_every_fault_is_seen_by_its_rule_at_its_address(
    stack: str, form: str, tmp_path: Path
) -> None:
    assert seen(stack, form, [], tmp_path / "none") == set(), "the gate is shut without a fault"
    rows, wrong = [], []
    for number, batch in enumerate(batches(_of(stack, form))):
        found = seen(stack, form, batch, tmp_path / str(number))
        rows += [_row(each, found, form) for each in batch]
        wrong += [each.name for each in batch if (each.rule, each.where) not in found]
        allowed = {name for each in batch for name in (each.address, each.where, *each.beside)}
        elsewhere = {each for each in found if each[1] not in allowed}
        assert not elsewhere, "seen where nothing was planted"
    print("\n" + "\n".join(rows))  # noqa: T201 -- the table, with `pytest -s`
    assert not wrong, "\n".join(rows)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fault", "form"),
    [(each, form) for each in FAULTS for form in each.forms],
    ids=lambda it: it.name if isinstance(it, Fault) else it,
)
def test_each_fault_by_itself_shuts_the_gate(fault: Fault, form: str, tmp_path: Path) -> None:
    found = seen(fault.stack, form, [fault], tmp_path)
    assert (fault.rule, fault.where) in found
    assert {address for _, address in found} <= {fault.address, fault.where, *fault.beside}
