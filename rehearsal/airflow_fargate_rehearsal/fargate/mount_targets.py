"""EFS's mount targets: whether a task reaches a file system over its network."""

from __future__ import annotations

from typing import Any

from airflow_fargate_rehearsal.fargate.clients import Clients
from airflow_fargate_rehearsal.fargate.errors import CannotInitialize
from airflow_fargate_rehearsal.fargate.interface import Interface
from airflow_fargate_rehearsal.fargate.order import Place

NFS_PORT = 2049
_EFS_UTILS = "failed to invoke EFS utils commands to set up EFS volumes: stderr: "


def reach(file_system_id: str, interface: Interface | None, place: Place) -> None:
    """Go through the mount target in a task's availability zone, as EFS's mount helper does.

    Raises CannotInitialize, with a finding, when there is none or security groups forbid it.
    """
    if interface is None:
        return
    clients, findings = place.clients, place.findings
    target = _target_near(file_system_id, interface, clients)
    if target is None:
        zone = _zone(interface.subnet_id, interface.region, clients)
        problem = f"it has no mount target in {zone}, where {interface.name} runs"
        findings.add(
            "refused", interface.name, f"file system {file_system_id} is not reached: {problem}"
        )
        host = f"{file_system_id}.efs.{interface.region}.amazonaws.com"
        raise CannotInitialize(
            f'{_EFS_UTILS}Failed to resolve "{host}" - check that your file system ID is correct, '
            f"and ensure that the VPC has an EFS mount target for this file system ID ({problem})"
        )
    if reason := place.network.why_refused(interface, target, NFS_PORT):
        findings.add(
            "refused", interface.name, f"{interface.name} cannot mount {target.name}: {reason}"
        )
        raise CannotInitialize(
            f"{_EFS_UTILS}mount.nfs4: Connection reset by peer : unsuccessful EFS utils command "
            f"execution; code: 32 ({reason})"
        )


def _target_near(file_system_id: str, interface: Interface, clients: Clients) -> Interface | None:
    efs: Any = clients("efs", interface.region)
    zone = _zone(interface.subnet_id, interface.region, clients)
    for each in efs.describe_mount_targets(FileSystemId=file_system_id)["MountTargets"]:
        if _zone(each["SubnetId"], interface.region, clients) != zone:
            continue
        groups = efs.describe_mount_target_security_groups(MountTargetId=each["MountTargetId"])
        return Interface(
            name=f"file system {file_system_id}",
            region=interface.region,
            subnet_id=each["SubnetId"],
            private_ip=each["IpAddress"],
            security_group_ids=groups.get("SecurityGroups")
            or default_group(each["VpcId"], interface.region, clients),
        )
    return None


def default_group(vpc_id: str, region: str, clients: Clients) -> list[str]:
    """The id of a VPC's default security group: what has no other has that."""
    filters = [
        {"Name": "vpc-id", "Values": [vpc_id]},
        {"Name": "group-name", "Values": ["default"]},
    ]
    found = clients("ec2", region).describe_security_groups(Filters=filters)["SecurityGroups"]
    return [each["GroupId"] for each in found]


def _zone(subnet_id: str, region: str, clients: Clients) -> str:
    filters = [{"Name": "subnet-id", "Values": [subnet_id]}]
    found = clients("ec2", region).describe_subnets(Filters=filters)["Subnets"]
    return found[0]["AvailabilityZone"] if found else f"the zone of {subnet_id}"
