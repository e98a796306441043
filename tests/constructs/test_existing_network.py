"""An existing network, looked up by the real Terraform in the embedded AWS."""

from collections.abc import Callable
from typing import Any

from airflow_fargate import ExistingNetwork, Network, NetworkProps

import boto3
import pytest
from cdktf import TerraformOutput

from airflow_fargate_rehearsal.errors import TerraformError


def make_vpc(
    ec2: Any, prefix: str, *, dns_host_names: bool = True, zones: str = "ab"
) -> tuple[str, list[str]]:
    vpc_id = ec2.create_vpc(CidrBlock=f"{prefix}.0.0/16")["Vpc"]["VpcId"]
    if dns_host_names:
        ec2.modify_vpc_attribute(VpcId=vpc_id, EnableDnsHostnames={"Value": True})
    subnets = [
        ec2.create_subnet(
            VpcId=vpc_id, CidrBlock=f"{prefix}.{number}.0/24", AvailabilityZone=f"eu-west-1{zone}"
        )
        for number, zone in enumerate(zones)
    ]
    return vpc_id, [subnet["Subnet"]["SubnetId"] for subnet in subnets]


@pytest.fixture
def ec2(embedded_aws: str) -> Any:
    return boto3.client(
        "ec2",
        endpoint_url=embedded_aws,
        region_name="eu-west-1",
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
    )


@pytest.fixture
def plan(synth: Any, terraform: Any) -> Callable[[ExistingNetwork], None]:
    def run(existing: ExistingNetwork) -> None:
        def build(stack: Any) -> None:
            network = Network(stack, "network", NetworkProps(name="demo", existing=existing))
            TerraformOutput(stack, "subnets", value=network.private_subnet_ids)

        terraform(synth(build)).plan()

    return run


@pytest.mark.real
def test_subnets_of_the_vpc_are_accepted(ec2: Any, plan: Any) -> None:
    vpc_id, subnet_ids = make_vpc(ec2, "10.1")
    plan(ExistingNetwork(vpc_id=vpc_id, private_subnet_ids=subnet_ids))


@pytest.mark.real
def test_subnets_of_another_vpc_are_refused_when_planning(ec2: Any, plan: Any) -> None:
    vpc_id, _ = make_vpc(ec2, "10.2")
    _, foreign = make_vpc(ec2, "10.3")
    with pytest.raises(TerraformError, match=f"is in VPC vpc-.*, and vpc_id is {vpc_id}"):
        plan(ExistingNetwork(vpc_id=vpc_id, private_subnet_ids=foreign))


@pytest.mark.real
def test_a_vpc_without_dns_host_names_is_refused_when_planning(ec2: Any, plan: Any) -> None:
    vpc_id, subnet_ids = make_vpc(ec2, "10.4", dns_host_names=False)
    with pytest.raises(TerraformError, match="must have DNS host names and DNS support enabled"):
        plan(ExistingNetwork(vpc_id=vpc_id, private_subnet_ids=subnet_ids))


@pytest.mark.real
def test_subnets_of_one_zone_are_refused_when_planning(ec2: Any, plan: Any) -> None:
    vpc_id, subnet_ids = make_vpc(ec2, "10.5", zones="aa")
    message = "must be in different availability zones.*They are in eu-west-1a, eu-west-1a"
    with pytest.raises(TerraformError, match=message):
        plan(ExistingNetwork(vpc_id=vpc_id, private_subnet_ids=subnet_ids))
