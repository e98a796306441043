"""A file system is mounted through the mount target of the task's zone, if the groups allow it."""

import time
from collections.abc import Mapping
from typing import Any

import pytest

from .vpc import Vpc, findings

NFS = 2049
MOUNTED = {"mountPoints": [{"sourceVolume": "shared", "containerPath": "/shared"}]}


@pytest.fixture(scope="module")
def vpc(fargate: Any) -> Vpc:
    """A VPC for the tests of this file."""
    return Vpc(fargate, "10.50")


def file_system(fargate: Any, *targets: tuple[str, str]) -> str:
    """A file system with mount targets, each a subnet and a group; gives its id."""
    efs = fargate.client("efs")
    made = efs.create_file_system(CreationToken=str(time.time_ns()))["FileSystemId"]
    for subnet, group in targets:
        efs.create_mount_target(FileSystemId=made, SubnetId=subnet, SecurityGroups=[group])
    return made


def mounted_by(fargate: Any, file_system_id: str, where: Mapping[str, Any]) -> dict[str, Any]:
    """A task that writes on a file system, when it has ended."""
    image = fargate.image("FROM python:3.13-slim\n")
    container = fargate.container(image, command=["sh", "-c", "echo x > /shared/x"], **MOUNTED)
    volumes = [
        {"name": "shared", "efsVolumeConfiguration": {"fileSystemId": file_system_id}},
    ]
    return fargate.ends(fargate.define(container, family="writer", volumes=volumes), **where)


def test_rules_for_port_2049_let_a_task_mount(fargate: Any, vpc: Vpc) -> None:
    tasks, storage = vpc.group("a-tasks"), vpc.group("a-storage")
    vpc.allow(tasks, storage, port=NFS)
    made = file_system(fargate, (vpc.subnet, storage))
    task = mounted_by(fargate, made, vpc.within(tasks))
    assert task["containers"][0]["exitCode"] == 0, task
    assert (fargate.folder / "efs" / made / "x").read_text() == "x\n"


def test_a_missing_ingress_rule_is_why_the_task_does_not_start(fargate: Any, vpc: Vpc) -> None:
    tasks, storage = vpc.group("b-tasks"), vpc.group("b-storage")
    vpc.let_out(tasks, UserIdGroupPairs=[{"GroupId": storage}], port=NFS)
    made = file_system(fargate, (vpc.subnet, storage))
    task = mounted_by(fargate, made, vpc.within(tasks))
    missing = (
        f"security group b-storage ({storage}) of file system {made} has no ingress rule for TCP "
        f"port 2049 from security group b-tasks ({tasks}) of task writer"
    )
    assert task["stopCode"] == "TaskFailedToStart"
    assert missing in task["stoppedReason"]
    [found] = findings(fargate, missing)
    assert (found["kind"], found["subject"]) == ("refused", "task writer")


def test_no_mount_target_in_the_zone_of_the_task_is_named(fargate: Any, vpc: Vpc) -> None:
    ec2 = fargate.client("ec2")
    zones = [each["ZoneName"] for each in ec2.describe_availability_zones()["AvailabilityZones"]]
    own = ec2.describe_subnets(SubnetIds=[vpc.subnet])["Subnets"][0]["AvailabilityZone"]
    elsewhere = next(each for each in zones if each != own)
    far = ec2.create_subnet(VpcId=vpc.id, CidrBlock="10.50.9.0/24", AvailabilityZone=elsewhere)
    everything = vpc.group("c")
    vpc.allow(everything, everything, port=NFS)
    made = file_system(fargate, (far["Subnet"]["SubnetId"], everything))
    task = mounted_by(fargate, made, vpc.within(everything))
    assert f'Failed to resolve "{made}.efs.eu-west-1.amazonaws.com"' in task["stoppedReason"]
    assert findings(fargate, f"{made} is not reached: it has no mount target in {own}")
