"""Stacks of the project, applied side by side by the real Terraform, and taken down again.

`airflow-dev` and `airflow-prod` are two deployments with different names in one account and region.
It is slow; what `make test` looks at is the rehearsal (tests/test_main_job.py).
"""

import json
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest

from airflow_fargate_rehearsal.emulator import EmbeddedAws, embedded_aws
from airflow_fargate_rehearsal.errors import TerraformError
from airflow_fargate_rehearsal.secret_search import in_all_forms

pytestmark = [pytest.mark.real, pytest.mark.slow]
ROOT = Path(__file__).parent.parent
ALL = ("state", "airflow-dev", "airflow-prod")


@dataclass
class Applied:
    """The stacks after their first apply; each plan was saved before it."""

    aws: EmbeddedAws
    configs: dict[str, Any]
    terraform: dict[str, Any]
    plans: dict[str, Any]

    @property
    def deployments(self) -> int:
        return len(self.terraform.keys() - {"state"})


def for_each(stacks: Iterable[str], function: Callable[[str], Any]) -> dict[str, Any]:
    # Most of the time is the provider's waiting, so the stacks go side by side.
    names = tuple(stacks)
    with ThreadPoolExecutor() as pool:
        return dict(zip(names, pool.map(function, names), strict=True))


@pytest.fixture(scope="module")
def applied(
    tmp_path_factory: pytest.TempPathFactory,
    synthesize_main: Any,
    terraform_for: Any,
) -> Iterator[Applied]:
    folder = tmp_path_factory.mktemp("apply")
    configs = synthesize_main()
    with embedded_aws(folder / "log") as aws:
        start = terraform_for(aws.endpoint_url)
        terraform = for_each(ALL, lambda name: start(configs[name]))

        def plan_and_apply(name: str) -> Any:
            saved = terraform[name].folder / "saved.plan"
            terraform[name].plan(out=saved)
            plan = terraform[name].show(saved)
            terraform[name].apply()
            return plan

        plans = for_each(ALL, plan_and_apply)
        yield Applied(aws=aws, configs=configs, terraform=terraform, plans=plans)


def test_a_second_plan_changes_nothing(applied: Applied) -> None:
    changes = for_each(applied.terraform, lambda name: applied.terraform[name].plan())
    assert not any(changes.values()), changes


def client_of(aws: EmbeddedAws, service: str) -> Any:
    return boto3.client(
        service,
        endpoint_url=aws.endpoint_url,
        region_name="eu-west-1",
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
    )


def task_definitions(aws: EmbeddedAws) -> dict[str, Any]:
    """The active task definitions of all deployments, by their families."""
    ecs = client_of(aws, "ecs")
    arns = ecs.list_task_definitions(status="ACTIVE")["taskDefinitionArns"]
    described = [ecs.describe_task_definition(taskDefinition=arn) for arn in arns]
    return {each["taskDefinition"]["family"]: each["taskDefinition"] for each in described}


def secret_values(aws: EmbeddedAws) -> dict[str, str]:
    """Every secret value that the embedded AWS holds, in all its forms, by what it is."""
    client = client_of(aws, "secretsmanager")
    values: dict[str, str] = {}
    for secret in client.list_secrets(MaxResults=100)["SecretList"]:
        value = client.get_secret_value(SecretId=secret["ARN"])["SecretString"]
        values[secret["Name"]] = json.loads(value)["password"] if value[:1] == "{" else value
    return values


def test_no_secret_is_in_state_plan_or_synthesized_json(applied: Applied) -> None:
    values = secret_values(applied.aws)
    # Four credentials and the database's password, for each deployment.
    assert len(values) == 5 * applied.deployments
    for name in applied.terraform:
        state = (applied.terraform[name].folder / "terraform.tfstate").read_text()
        places = {
            "state": state,
            "plan": json.dumps(applied.plans[name]),
            "synthesized JSON": json.dumps(applied.configs[name]),
        }
        for secret, value in values.items():
            assert len(value) >= 16
            for place, text in places.items():
                found = [form for form in in_all_forms(value) if form in text]
                assert not found, f"{secret} is in the {place} of {name}"


def test_no_secret_is_in_a_task_definition_or_a_parameter(applied: Applied) -> None:
    definitions = task_definitions(applied.aws)
    # Five services and the folders of tasks, for each deployment.
    folders = len(list((ROOT / "task_images").glob("*/Dockerfile")))
    assert folders >= 2
    assert len(definitions) == applied.deployments * (5 + folders)
    ssm = client_of(applied.aws, "ssm")
    parameters = ssm.get_parameters_by_path(Path="/airflow-fargate", Recursive=True)["Parameters"]
    assert len(parameters) == applied.deployments * folders
    texts = {family: json.dumps(each, default=str) for family, each in definitions.items()}
    texts |= {each["Name"]: each["Value"] for each in parameters}
    for secret, value in secret_values(applied.aws).items():
        for place, text in texts.items():
            found = [form for form in in_all_forms(value) if form in text]
            assert not found, f"{secret} is in {place}"


def test_every_secret_of_a_task_definition_is_there_and_of_its_own_deployment(
    applied: Applied,
) -> None:
    secrets = client_of(applied.aws, "secretsmanager")
    names = {each["ARN"]: each["Name"] for each in secrets.list_secrets()["SecretList"]}
    told = set()
    for family, definition in task_definitions(applied.aws).items():
        deployment = family.split("_")[0]
        for container in definition["containerDefinitions"]:
            for each in container.get("secrets", ()):
                assert names[each["valueFrom"]].startswith(f"{deployment}/credentials/"), family
                told.add((family.split("_")[1], container["name"], each["name"]))
    assert ("scheduler", "migrate", "AIRFLOW_FARGATE_ADMIN_PASSWORD") in told
    assert {container for _, container, name in told if "ADMIN" in name} == {"migrate"}


def test_what_is_protected_is_not_destroyed_and_then_is_in_two_steps(
    applied: Applied, synthesize_main: Any
) -> None:
    for name in ("state", "airflow-prod"):
        with pytest.raises(TerraformError, match="prevent_destroy"):
            applied.terraform[name].destroy()
    before = applied.aws.created()
    assert before["rds"]

    unprotected = synthesize_main(AIRFLOW_FARGATE_UNPROTECT="1")

    def take_down(name: str) -> None:
        applied.terraform[name].write(unprotected[name])
        applied.terraform[name].apply()
        applied.terraform[name].destroy()

    for_each(ALL, take_down)
    assert applied.aws.created() == {}
