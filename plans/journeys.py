"""A journey of Terraform roots: applied one after the other, planned again, and destroyed."""

import contextlib
import dataclasses
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from airflow_fargate_rehearsal.emulator import EmbeddedAws, embedded_aws
from airflow_fargate_rehearsal.fargate.clients import Clients, with_access_key
from airflow_fargate_rehearsal.plain_root import Root, open_roots
from airflow_fargate_rehearsal.root_copy import place_root, write_values
from airflow_fargate_rehearsal.state_buckets import StateBuckets
from airflow_fargate_rehearsal.terraform.binary import find_terraform, terraform_platform
from airflow_fargate_rehearsal.terraform.driver import Terraform
from airflow_fargate_rehearsal.terraform.environment import rehearsal_environment
from airflow_fargate_rehearsal.terraform.providers import find_mirror, write_cli_config

ROOT = Path(__file__).parent.parent
REGION = "eu-west-1"
STATES = "acme-states"
DOMAIN = "example.com"


@dataclass(frozen=True)
class Example:
    """A folder, values of its variables, and those with which it lets itself be destroyed.

    What stands in its ``rehearsal.toml`` comes before.
    """

    folder: str
    variables: Mapping[str, Any] = field(default_factory=dict)
    to_destroy: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """What was seen on a journey."""

    second_plans: dict[str, dict[str, str]]
    left_out: list[str]
    left_behind: dict[str, list[str]]


@dataclass(frozen=True)
class _Applied:
    example: Example
    root: Root
    terraform: Terraform
    left_out: list[str]

    def destroy(self) -> None:
        values = {**self.root.settings.variables_to_destroy, **self.example.to_destroy}
        if values:
            write_values(_given(self.root, values), self.terraform.variable_files[-1])
            self.terraform.apply()
        self.terraform.destroy()


def travel(journey: Sequence[Example], folder: Path, plans: Path | None = None) -> Outcome:
    """Apply the examples, plan them again, and destroy them, the last first.

    The state of the first is where the others look for its outputs. With ``plans``, a folder, the
    second plans are written there as JSON, and nothing is destroyed: the AWS goes with all in it.
    """
    with embedded_aws(folder / "aws.log") as aws:
        buckets = StateBuckets(aws)
        with _what_a_company_has(aws, buckets, destroyed=plans is None):
            applied: list[_Applied] = []
            for number, each in enumerate(journey):
                applied.append(_applied(each, aws, buckets, folder / str(number)))
                if number == 0 and len(journey) > 1:
                    _publish_state(aws, applied[0].terraform.folder / "terraform.tfstate")
            second = {each.example.folder: _planned(each, plans) for each in applied}
            left_out = [said for each in applied for said in each.left_out]
            if plans:
                return Outcome(second_plans=second, left_out=left_out, left_behind={})
            for each in reversed(applied):
                each.destroy()
        return Outcome(second_plans=second, left_out=left_out, left_behind=aws.created())


def _planned(applied: _Applied, plans: Path | None) -> dict[str, str]:
    if plans is None:
        return applied.terraform.plan()
    saved = applied.terraform.folder / "second.tfplan"
    changes = applied.terraform.plan(saved)
    file = plans / f"{applied.example.folder}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(applied.terraform.show(saved)), encoding="utf-8")
    return changes


def _applied(example: Example, aws: EmbeddedAws, buckets: StateBuckets, folder: Path) -> _Applied:
    folder.mkdir()
    (source,) = open_roots([ROOT / example.folder]).stacks.values()
    root = _given(source, {**source.settings.variables, **example.variables})
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
    backend = root.configuration["terraform"].get("backend", {}).get("s3")
    terraform.init(None if backend is None else buckets.provide(backend))
    terraform.validate()
    terraform.apply()
    return _Applied(example, root, terraform, left_out)


def _publish_state(aws: EmbeddedAws, state: Path) -> None:
    body = state.read_bytes()
    _client(aws, "s3").put_object(Bucket=STATES, Key="airflow/terraform.tfstate", Body=body)


def _given(root: Root, values: Mapping[str, Any]) -> Root:
    return dataclasses.replace(root, variables={**root.variables, **values})


@contextlib.contextmanager
def _what_a_company_has(
    aws: EmbeddedAws, buckets: StateBuckets, *, destroyed: bool
) -> Iterator[None]:
    """A bucket for states and a domain, for the time of the block."""
    buckets.provide({"bucket": STATES, "region": REGION})
    route53 = _client(aws, "route53")
    zone = route53.create_hosted_zone(Name=DOMAIN, CallerReference="company")["HostedZone"]["Id"]
    yield
    if not destroyed:
        return
    # Not empty, it refuses: records that Terraform forgot would be seen here.
    route53.delete_hosted_zone(Id=zone)
    buckets.remove()


def _client(aws: EmbeddedAws, service: str) -> Any:
    return Clients(aws.endpoint_url, with_access_key(aws.access_key))(service, REGION)
