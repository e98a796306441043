"""Who may mount an EFS volume: the task's role and the file system's policy decide."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from tests.rehearsal.fargate.conftest import PYTHON
from tests.rehearsal.fargate.test_fargate_roles import START, Roles, allow, roles_of

MOUNT = "elasticfilesystem:ClientMount"
WRITE = "elasticfilesystem:ClientWrite"
Run = Callable[..., dict[str, Any]]


@pytest.fixture
def roles(fargate: Any, request: pytest.FixtureRequest) -> Roles:
    """Roles of a test's own."""
    return roles_of(fargate, request)


@pytest.fixture
def file_system(roles: Roles) -> str:
    """A file system that denies mounts without TLS."""
    fargate = roles.fargate
    efs = fargate.client("efs")
    system = efs.create_file_system(CreationToken=roles.name)
    (subnet,) = fargate.network["awsvpcConfiguration"]["subnets"]
    ec2 = fargate.client("ec2")
    vpc = ec2.describe_subnets(SubnetIds=[subnet])["Subnets"][0]["VpcId"]
    group = ec2.create_security_group(GroupName=roles.name, Description="NFS", VpcId=vpc)["GroupId"]
    nfs = {"IpProtocol": "tcp", "FromPort": 2049, "ToPort": 2049}
    anyone = {**nfs, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[anyone])
    file_system = system["FileSystemId"]
    efs.create_mount_target(FileSystemId=file_system, SubnetId=subnet, SecurityGroups=[group])
    without_tls = {
        "Effect": "Deny",
        "Principal": {"AWS": "*"},
        "Action": "elasticfilesystem:Client*",
        "Resource": system["FileSystemArn"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [without_tls]})
    efs.put_file_system_policy(FileSystemId=file_system, Policy=policy)
    return file_system


@pytest.fixture
def run(roles: Roles, file_system: str) -> Run:
    """Run a task that mounts the file system, to its end."""
    fargate = roles.fargate
    efs = fargate.client("efs")
    system = efs.describe_file_systems(FileSystemId=file_system)["FileSystems"][0]

    def run_with(*actions: str, read_only: bool = False, **volume: Any) -> dict[str, Any]:
        rights = [allow(list(actions), system["FileSystemArn"])] if actions else []
        asked = {"transitEncryption": "ENABLED", "authorizationConfig": {"iam": "ENABLED"}}
        point = {"sourceVolume": "shared", "containerPath": "/shared", "readOnly": read_only}
        container = fargate.container(
            fargate.image(PYTHON), command=["python", "-c", ""], mountPoints=[point]
        )
        configuration = {"fileSystemId": file_system, **asked, **volume}
        definition = fargate.define(
            container,
            family=roles.name,
            volumes=[{"name": "shared", "efsVolumeConfiguration": configuration}],
            taskRoleArn=roles.role("task", *rights),
            executionRoleArn=roles.role("execution", *START.values()),
        )
        return fargate.ends(definition)

    return run_with


def test_a_task_mounts_what_its_role_lets_it_mount(run: Run, roles: Roles) -> None:
    assert run(MOUNT, WRITE)["stopCode"] == "EssentialContainerExited"
    assert roles.findings() == []


def test_a_volume_that_is_only_read_needs_no_right_to_write(run: Run, roles: Roles) -> None:
    assert run(MOUNT, read_only=True)["stopCode"] == "EssentialContainerExited"
    assert roles.findings() == []


def test_without_the_right_to_mount_a_task_does_not_start(run: Run) -> None:
    task = run()
    assert task["stopCode"] == "TaskFailedToStart"
    assert f"not authorized to perform: {MOUNT}" in task["stoppedReason"]


def test_without_the_right_to_write_a_volume_for_writing_is_found(run: Run, roles: Roles) -> None:
    run(MOUNT)
    (message,) = roles.findings()
    assert f"may not do {WRITE}" in message


@pytest.mark.parametrize("iam", ["ENABLED", "DISABLED"])
def test_a_file_system_without_a_policy_lets_everyone_mount(
    run: Run, roles: Roles, file_system: str, iam: str
) -> None:
    roles.fargate.client("efs").delete_file_system_policy(FileSystemId=file_system)
    assert run(authorizationConfig={"iam": iam})["stopCode"] == "EssentialContainerExited"
    assert roles.findings() == []


@pytest.mark.parametrize("iam", ["ENABLED", "DISABLED"])
def test_the_file_systems_policy_denies_a_mount_without_tls(run: Run, iam: str) -> None:
    volume = {"transitEncryption": "DISABLED", "authorizationConfig": {"iam": iam}}
    task = run(MOUNT, WRITE, **volume)
    assert "explicit deny in a resource-based policy" in task["stoppedReason"]
