"""Whether a task may mount its EFS volumes: its role's rights and the file system's policy.

https://docs.aws.amazon.com/efs/latest/ug/iam-access-control-nfs-efs.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from airflow_fargate_rehearsal.access.calls import Need
from airflow_fargate_rehearsal.access.context import Context, Value
from airflow_fargate_rehearsal.access.decision import NamedPolicies, Policies, decide
from airflow_fargate_rehearsal.access.principal import Principal
from airflow_fargate_rehearsal.access.statement import Request
from airflow_fargate_rehearsal.fargate.errors import CannotInitialize
from airflow_fargate_rehearsal.fargate.order import Order, Place

_MOUNT = "elasticfilesystem:ClientMount"
_WRITE = "elasticfilesystem:ClientWrite"
_NOBODY = Principal(account="", session_arn="an anonymous client")


def check(order: Order, place: Place) -> None:
    """Raise CannotInitialize for a volume that the task may not mount.

    Mounted for writing without the right to write, a volume is read-only on Fargate. Folders here
    cannot be that, so that it is a finding.
    """
    if place.roles is None:
        return
    for volume in order.volumes:
        efs = volume.get("efsVolumeConfiguration")
        if not efs:
            continue
        asked = _Mount(order, place, efs)
        if refused := asked.refused(_MOUNT):
            raise CannotInitialize(
                "failed to invoke EFS utils commands to set up EFS volumes: stderr: "
                f"mount.nfs4: access denied by server while mounting 127.0.0.1:/ ({refused})"
            )
        if _written(order, volume["name"]):
            asked.refused(_WRITE)


def _written(order: Order, volume: str) -> bool:
    points = [point for each in order.containers for point in each.get("mountPoints") or ()]
    return any(not each.get("readOnly") for each in points if each["sourceVolume"] == volume)


_OPEN = [
    (
        "EFS's own policy, which holds while a file system has none",
        json.dumps(
            {
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": {"AWS": "*"},
                        "Action": "elasticfilesystem:Client*",
                        "Resource": "*",
                    }
                ]
            }
        ),
    )
]


class _Mount:
    """A mount of a file system, as IAM sees it."""

    def __init__(self, order: Order, place: Place, efs: Mapping[str, Any]) -> None:
        self._order = order
        self._place = place
        self._client = place.clients("efs", order.region)
        self._id: str = efs["fileSystemId"]
        authorization = efs.get("authorizationConfig") or {}
        self._with_role = authorization.get("iam") == "ENABLED"
        self._values: dict[str, Value] = {
            "aws:ResourceTag/": None,
            "aws:SecureTransport": str(efs.get("transitEncryption") == "ENABLED").lower(),
            "elasticfilesystem:AccessedViaMountTarget": "true",
            "elasticfilesystem:AccessPointArn": None,
        }
        system = self._client.describe_file_systems(FileSystemId=self._id)["FileSystems"][0]
        self._arn: str = system["FileSystemArn"]
        if point := authorization.get("accessPointId"):
            arn = f"{self._arn.rpartition(':')[0]}:access-point/{point}"
            self._values["elasticfilesystem:AccessPointArn"] = arn

    def refused(self, action: str) -> str | None:
        """Why an action is refused, which is a finding then; None when it is allowed."""
        order, roles = self._order, self._place.roles
        if roles is None:
            return None
        if self._with_role and order.task_role_arn is not None:
            policies = self._policy() or _OPEN
            need = Need(action=action, resource=self._arn, values=self._values, policies=policies)
            return roles.refused(
                order.task_role_arn,
                session_name=order.task_id,
                subject=order.subject,
                region=order.region,
                needs=[need],
            )
        return self._refused_to_all(action)

    def _refused_to_all(self, action: str) -> str | None:
        policies = self._policy()
        if not policies:
            return None  # as EFS has it: without a policy, who reaches the mount target may mount
        request = Request(action=action, resource=self._arn, context=Context(self._values))
        decision = decide(request, _NOBODY, Policies(resource=policies, decides_alone=True))
        if decision.allowed:
            return None
        said = (
            f"A task without iam=ENABLED in its volume may not do {action} on {self._arn}, "
            f"{decision.because}. {decision.hint}"
        )
        self._place.findings.add("refused", self._order.subject, said)
        return said

    def _policy(self) -> NamedPolicies:
        try:
            found = self._client.describe_file_system_policy(FileSystemId=self._id)
        except ClientError:
            return ()
        return [("the file system's policy", found["Policy"])]
