"""More than one deployment: in one program, in one stack, in one VPC."""

import re
from typing import Any

import airflow_fargate as af

import pytest
from cdktf import App

IN_ONE_VPC = af.NetworkProps(
    existing=af.ExistingNetwork(
        vpc_id="vpc-00000001", private_subnet_ids=["subnet-00000001", "subnet-00000002"]
    )
)
# What is named inside of a cluster, a namespace or a role, which bears the deployment's name.
INSIDE = {"aws_ecs_service", "aws_service_discovery_service", "aws_iam_role_policy"}


def names(deployed: Any) -> set[tuple[str, str]]:
    """Every name that AWS keeps unique, with its type."""
    found = set()
    for type_, resources in deployed.resources.items():
        family = {"family"} if type_ == "aws_ecs_task_definition" else set()
        for resource in resources.values():
            for argument in {"name", "identifier", "bucket"} | family:
                name = resource.get(argument, "")
                if type_ not in INSIDE and not name.startswith("${"):
                    found |= {(type_, name)} if name else set()
    return found


def test_two_in_two_stacks_of_one_program_differ_in_the_name_only(tmp_path: Any) -> None:
    app = App(outdir=str(tmp_path))
    for name in ("red", "blue"):
        stack = af.Stack(app, name, region="eu-west-1", local_state=True)
        af.AirflowFargate(stack, "_airflow", af.AirflowFargateProps(name=name))
    app.synth()
    red, blue = (
        (tmp_path / "stacks" / name / "cdk.tf.json").read_text() for name in ("red", "blue")
    )
    assert re.sub("(?<![a-z])red(?![a-z])", "blue", red) == blue


def test_two_in_one_stack_stand_side_by_side(deploy: Any) -> None:
    def second(airflow: af.AirflowFargate) -> None:
        stack: Any = airflow.node.scope
        af.AirflowFargate(stack, "blue", af.AirflowFargateProps(name="blue"))

    found = deploy(second)
    assert {"scheduler", "blue_scheduler"} <= set(found.of("aws_ecs_service"))
    assert {"url", "blue_url"} <= set(found.config["output"])
    short = {address for address in found.addresses() if ".blue_" not in address}
    long = {address.replace(".blue_", ".") for address in found.addresses() - short}
    # The look for a program that builds images is one for the stack.
    assert short - long == {"terraform_data.image_builder"}
    assert long < short
    for name, rule in found.of("aws_vpc_security_group_ingress_rule").items():
        assert name.startswith("blue_") is ("aws_security_group.blue_" in str(rule)), name


def test_two_in_one_stack_need_addresses_of_their_own(deploy: Any) -> None:
    def second(airflow: af.AirflowFargate) -> None:
        stack: Any = airflow.node.scope
        af.AirflowFargate(stack, "_blue", af.AirflowFargateProps(name="blue"))

    with pytest.raises(RuntimeError, match=r"would both be .* Give one of the two another id"):
        deploy(second)


@pytest.mark.parametrize("other", ["demo-two", "demo2", "two-demo"])
def test_no_name_in_aws_is_that_of_another_deployment(
    deploy: Any, tmp_path: Any, task_folder: Any, other: str
) -> None:
    task_folder("two_report")
    task_folder("report")
    settings = {"tasks_folder": tmp_path / "tasks", "network": IN_ONE_VPC}
    pools = [af.WorkerPoolProps(), af.WorkerPoolProps(pool="two-big")]
    first = names(deploy(worker_pools=pools, **settings))
    second = names(deploy(name=other, worker_pools=pools, **settings))
    assert len(first) > 40
    assert first & second == set()


@pytest.mark.parametrize("other", ["demo-two", "demo2", "two-demo"])
def test_no_deployment_may_start_the_tasks_of_another(
    deploy: Any, tmp_path: Any, task_folder: Any, other: str
) -> None:
    task_folder("report")
    found = deploy(name=other, tasks_folder=tmp_path / "tasks")
    roles = found.of("aws_iam_role")
    families = [each["family"] for each in found.of("aws_ecs_task_definition").values()]
    assert not [family for family in families if family.startswith("demo_task_")]
    reachable = "/airflow-fargate/${data.aws_region.current.id}/demo/"
    assert not [name for name, role in roles.items() if role["path"].startswith(reachable)]
