"""main.py, run as the program that cdktf.json runs."""

import json
import re
import tempfile
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
Stacks = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def stacks(synthesize_main: Any) -> Stacks:
    return synthesize_main()


def test_nothing_synthesized_names_this_machine_or_an_account(synthesize_main: Any) -> None:
    # Inside the project, as it is by default: folders of images are named from the stack's.
    with tempfile.TemporaryDirectory(dir=ROOT, prefix=".synthesized-") as folder:
        text = json.dumps(synthesize_main(CDKTF_OUTDIR=f"{folder}/cdktf.out"))
    assert str(ROOT) not in text
    # Not twelve digits inside a digest.
    assert not re.search(r"(?<![0-9a-f])\d{12}(?![0-9a-f])", text)


def test_state_is_local_until_there_is_a_bucket(stacks: Stacks, synthesize_main: Any) -> None:
    assert stacks["state"]["terraform"]["backend"] == {
        "local": {"path": "../../../terraform.state.tfstate"}
    }
    with_bucket = synthesize_main(AIRFLOW_FARGATE_STATE_BUCKET="states")
    for name in stacks:
        backend = with_bucket[name]["terraform"]["backend"]["s3"]
        assert (backend["bucket"], backend["key"]) == ("states", f"{name}/terraform.tfstate")
        assert backend["use_lockfile"] is True


def test_protection_is_on_where_data_must_stay_and_one_variable_takes_it_off(
    stacks: Stacks, synthesize_main: Any
) -> None:
    def protected(found: Stacks, stack: str) -> list[str]:
        return sorted(
            f"{type_}.{name}"
            for type_, resources in found[stack]["resource"].items()
            for name, resource in resources.items()
            if resource.get("lifecycle", {}).get("prevent_destroy")
            or resource.get("deletion_protection")
            or resource.get("enable_deletion_protection")
        )

    assert protected(stacks, "state") == ["aws_s3_bucket.state"]
    assert protected(stacks, "airflow-dev") == []
    assert protected(stacks, "airflow-prod") == [
        "aws_db_instance.database",
        "aws_ecr_repository.airflow",
        "aws_efs_file_system.shared_storage",
        "aws_lb.load_balancer",
        "aws_s3_bucket.sales",
        "aws_s3_bucket.task_logs",
    ]
    without = synthesize_main(AIRFLOW_FARGATE_UNPROTECT="1")
    assert [protected(without, name) for name in stacks] == [[], [], []]


def test_prod_has_what_dev_saves(stacks: Stacks) -> None:
    dev, prod = (stacks[name]["resource"] for name in ("airflow-dev", "airflow-prod"))
    assert dev["aws_nat_gateway"]["network"]["count"] == 1
    assert prod["aws_nat_gateway"]["network"]["count"] == 3
    assert dev["aws_db_instance"]["database"]["multi_az"] is False
    assert prod["aws_db_instance"]["database"]["multi_az"] is True
    counts = {name: each["desired_count"] for name, each in dev["aws_ecs_service"].items()}
    assert set(counts.values()) == {1}
    assert all(each["desired_count"] >= 2 for each in prod["aws_ecs_service"].values())
    strategies = [
        resources["aws_ecs_service"]["worker_default"]["capacity_provider_strategy"]
        for resources in (dev, prod)
    ]
    assert [strategy[0]["capacity_provider"] for strategy in strategies] == [
        "FARGATE_SPOT",
        "FARGATE",
    ]


def test_the_samples_are_deployed_whole(stacks: Stacks) -> None:
    used = {
        name
        for dag in (ROOT / "dags").glob("*.py")
        for name in re.findall(r'\btask="(\w+)"', dag.read_text())
    }
    assert len(used) >= 4
    for stack in ("airflow-dev", "airflow-prod"):
        resources = stacks[stack]["resource"]
        defined = {name.removeprefix("task_") for name in resources["aws_ssm_parameter"]}
        assert used == defined == {folder.name for folder in (ROOT / "task_images").iterdir()}
        [build] = resources["terraform_data"]["airflow_build"]["provisioner"]
        contexts = json.loads(build["local-exec"]["command"])["contexts"]
        assert Path(contexts["dags"]).name == "dags"


def test_only_the_report_reaches_the_bucket_of_sales_and_finds_a_file_there(
    stacks: Stacks,
) -> None:
    for stack in ("airflow-dev", "airflow-prod"):
        resources = stacks[stack]["resource"]
        policies = resources["aws_iam_role_policy"]
        reach = [name for name in policies if "aws_s3_bucket.sales" in policies[name]["policy"]]
        assert reach == ["task_sales_report_task"]
        definition = resources["aws_ecs_task_definition"]["task_sales_report"]
        [container] = json.loads(definition["container_definitions"])
        [variable] = container["environment"]
        assert variable["name"] == "BUCKET"
        bucket = variable["value"].removeprefix("${").removesuffix(".bucket}")
        assert bucket == "aws_s3_bucket_server_side_encryption_configuration.sales"
        key = resources[bucket.split(".")[0]]["sales"]["rule"][0]
        default = key["apply_server_side_encryption_by_default"]
        assert default["kms_master_key_id"] == "${aws_kms_key.key.arn}"
        file = resources["aws_s3_object"]["sales_example"]["key"]
        assert f'"{file}"' in (ROOT / "dags/sales_report.py").read_text()
