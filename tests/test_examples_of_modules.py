"""Every example of the modules, applied as it stands: the second plan is empty, nothing is left.

What stands alone, or builds on another example, is a journey on an embedded AWS of its own. Four go
side by side, as most of the time is the provider's waiting.
"""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from plans.examples import JOURNEYS
from plans.journeys import ROOT, Outcome, travel


@pytest.fixture(scope="module")
def outcomes(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Future[Outcome]]]:
    """The journeys that tests of this run ask for, all under way."""
    asked = {
        item.callspec.params["journey"]
        for item in request.session.items
        if item.path == request.path
        and isinstance(item, pytest.Function)
        and hasattr(item, "callspec")
    }
    # The longest, which are the last in the table, begin.
    names = [name for name in reversed(JOURNEYS) if name in asked]
    with ThreadPoolExecutor(max_workers=4) as pool:
        yield {
            name: pool.submit(travel, JOURNEYS[name], tmp_path_factory.mktemp("journey"))
            for name in names
        }


def test_every_example_is_on_a_journey() -> None:
    found = {
        path.parent.relative_to(ROOT).as_posix()
        for place in ("modules/*/examples", "examples")
        for path in ROOT.glob(f"{place}/**/main.tf")
    }
    assert {each.folder for journey in JOURNEYS.values() for each in journey} == found


@pytest.mark.slow
@pytest.mark.real
@pytest.mark.parametrize("journey", JOURNEYS)
def test_an_example_is_applied_and_planned_again_and_leaves_nothing(
    journey: str, outcomes: dict[str, Future[Outcome]]
) -> None:
    outcome = outcomes[journey].result()
    assert outcome.second_plans == {each.folder: {} for each in JOURNEYS[journey]}
    assert outcome.left_out == []
    assert outcome.left_behind == {}
