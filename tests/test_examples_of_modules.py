"""Every example of the modules, applied as it stands: the second plan is empty, nothing is left.

What stands alone, or builds on another example, is a journey on an embedded AWS of its own. Four go
side by side, as most of the time is the provider's waiting.
"""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from tests.journeys import DOMAIN, REGION, ROOT, STATES, Example, Outcome, travel

_REGISTRY = f"123456789012.dkr.ecr.{REGION}.amazonaws.com"
_AIRFLOW = {"image_uri": f"{_REGISTRY}/analytics/airflow:1.0"}
_TEMPORARY = {"temporary": True}


JOURNEYS: dict[str, list[Example]] = {
    "network": [Example("modules/network/examples/basic")],
    "network in three zones": [Example("modules/network/examples/complete")],
    "network without NAT": [Example("modules/network/examples/without-nat")],
    "state bucket": [
        Example("modules/state-backend/examples/basic", to_destroy={"deletion_protection": False})
    ],
    "airflow": [Example("modules/airflow/examples/basic", _AIRFLOW, _TEMPORARY)],
    "airflow of a company": [
        Example("modules/airflow/examples/complete", _AIRFLOW | {"domain": DOMAIN}, _TEMPORARY)
    ],
    "tasks": [
        Example(
            "modules/task/examples/basic",
            _AIRFLOW | {"report_image_uri": f"{_REGISTRY}/analytics/report:1.0"},
            _TEMPORARY,
        ),
        Example(
            "modules/task/examples/other-state",
            {"state_bucket": STATES, "registry": _REGISTRY, "image_tag": "1.0"},
        ),
    ],
    "worker pools": [
        Example("modules/worker-pool/examples/basic", _AIRFLOW, _TEMPORARY),
        Example("modules/worker-pool/examples/other-state", {"state_bucket": STATES}),
    ],
    "plain root": [Example("examples/plain-terraform")],
    "existing network": [
        Example("examples/existing-network/company"),
        Example("examples/existing-network"),
    ],
    "two regions": [Example("examples/two-regions")],
}
"""Examples by what they are about; each is applied when those before it in its list are."""


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
