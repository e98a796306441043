"""Every example of the modules, applied as it stands: a second plan is empty, a destroy leaves nothing.

What stands alone, and what builds on another example, is a journey on an embedded AWS of its own;
four go side by side, as most of the time is the provider's waiting.
"""

import contextlib
import dataclasses
import os
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from airflow_fargate_rehearsal.emulator import EmbeddedAws, embedded_aws
from airflow_fargate_rehearsal.fargate.clients import Clients, with_access_key
from airflow_fargate_rehearsal.plain_root import Root, open_roots
from airflow_fargate_rehearsal.root_copy import keeps_state_in_s3, place_root, write_values
from airflow_fargate_rehearsal.state_buckets import StateBuckets
from airflow_fargate_rehearsal.terraform.binary import find_terraform, terraform_platform
from airflow_fargate_rehearsal.terraform.driver import Terraform
from airflow_fargate_rehearsal.terraform.environment import rehearsal_environment
from airflow_fargate_rehearsal.terraform.providers import find_mirror, write_cli_config

ROOT = Path(__file__).parent.parent
REGION = "eu-west-1"
STATES = "acme-states"
DOMAIN = "example.com"
_REGISTRY = f"123456789012.dkr.ecr.{REGION}.amazonaws.com"
_AIRFLOW = {"image_uri": f"{_REGISTRY}/analytics/airflow:1.0"}
_TEMPORARY = {"temporary": True}


@dataclass(frozen=True)
class Example:
    """A folder, values of its variables, and those with which it lets itself be destroyed."""

    folder: str
    variables: Mapping[str, Any] = field(default_factory=dict)
    to_destroy: Mapping[str, Any] = field(default_factory=dict)


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


@dataclass(frozen=True)
class Outcome:
    """What was seen on a journey."""

    second_plans: dict[str, dict[str, str]]
    left_out: list[str]
    left_behind: dict[str, list[str]]


def travel(journey: list[Example], folder: Path) -> Outcome:
    """Apply the examples, plan them again, and destroy them, the last first."""
    with embedded_aws(folder / "aws.log") as aws:
        buckets = StateBuckets(aws)
        with what_a_company_has(aws, buckets):
            placed = [applied(each, aws, buckets, folder / str(i)) for i, each in enumerate(journey)]
            plans = {each.folder: its.plan() for each, (its, *_) in zip(journey, placed, strict=True)}
            for terraform, root, _ in reversed(placed):
                values = root.settings.variables_to_destroy
                if values:
                    write_values(with_variables(root, values), terraform.variable_files[-1])
                    terraform.apply()
                terraform.destroy()
        left_out = [said for *_, all_said in placed for said in all_said]
        return Outcome(second_plans=plans, left_out=left_out, left_behind=aws.created())


def applied(
    example: Example, aws: EmbeddedAws, buckets: StateBuckets, folder: Path
) -> tuple[Terraform, Root, list[str]]:
    folder.mkdir()
    (source,) = open_roots([ROOT / example.folder]).stacks.values()
    settings = source.settings
    if example.to_destroy:
        settings = dataclasses.replace(settings, variables_to_destroy=example.to_destroy)
    root = with_variables(
        dataclasses.replace(source, settings=settings, variables=settings.variables),
        example.variables,
    )
    place, left_out = place_root(root, folder / "roots")
    mirror = find_mirror(terraform_platform())
    terraform = Terraform(
        binary=find_terraform(ROOT, print),
        folder=place,
        environment=rehearsal_environment(
            os.environ,
            endpoint_url=aws.endpoint_url,
            work_folder=folder,
            cli_config=write_cli_config(mirror, folder / "cli.tfrc") if mirror else None,
        ),
        variable_files=write_values(root, folder / "values.tfvars.json"),
    )
    in_s3 = keeps_state_in_s3(root)
    backend = root.configuration["terraform"]["backend"]["s3"] if in_s3 else None
    terraform.init(buckets.provide(backend) if backend else None)
    terraform.validate()
    terraform.apply()
    if backend is None:
        # Where configurations that build on this one look for its outputs.
        state = (place / "terraform.tfstate").read_bytes()
        clients = Clients(aws.endpoint_url, with_access_key(aws.access_key))
        clients("s3", REGION).put_object(
            Bucket=STATES, Key="airflow/terraform.tfstate", Body=state
        )
    return terraform, root, left_out


def with_variables(root: Root, values: Mapping[str, Any]) -> Root:
    return dataclasses.replace(root, variables={**root.variables, **values})


@contextlib.contextmanager
def what_a_company_has(aws: EmbeddedAws, buckets: StateBuckets) -> Iterator[None]:
    """A bucket for states and a domain, for the time of the block."""
    buckets.provide({"bucket": STATES, "region": REGION})
    route53 = Clients(aws.endpoint_url, with_access_key(aws.access_key))("route53", REGION)
    zone = route53.create_hosted_zone(Name=DOMAIN, CallerReference="company")["HostedZone"]["Id"]
    yield
    route53.delete_hosted_zone(Id=zone)
    buckets.remove()


@pytest.fixture(scope="module")
def outcomes(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Future[Outcome]]]:
    """The journeys that tests of this run ask for, all under way."""
    asked = {
        item.callspec.params["journey"]
        for item in request.session.items
        if item.path == request.path and isinstance(item, pytest.Function)
        and hasattr(item, "callspec") and "journey" in item.callspec.params
    }
    # The longest are the last in the table.
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
