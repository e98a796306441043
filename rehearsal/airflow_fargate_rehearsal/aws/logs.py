"""CloudWatch Logs: another key for a log group that is there."""

from __future__ import annotations

from typing import Any

from moto.logs.responses import LogsResponse

from airflow_fargate_rehearsal.aws.patching import missing

# moto: AssociateKmsKey and DisassociateKmsKey are missing. The Terraform provider calls them when a
# log group gets another key, or none any more.


@missing(LogsResponse)
def associate_kms_key(self: Any) -> str:
    """Encrypt what a log group gets from now on with a key."""
    _group(self).kms_key_id = self._get_param("kmsKeyId")
    return ""


@missing(LogsResponse)
def disassociate_kms_key(self: Any) -> str:
    """Encrypt what a log group gets from now on with CloudWatch's own key."""
    _group(self).kms_key_id = None
    return ""


def _group(response: Any) -> Any:
    return response.logs_backend.groups[response._get_param("logGroupName")]
