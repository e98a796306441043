"""EFS: the backup policy of a file system, and taking its resource policy away."""

from __future__ import annotations

import json
from typing import Any

from moto.efs.models import EFSBackend
from moto.efs.responses import EFSResponse

from airflow_fargate_rehearsal.aws.patching import around, missing

# moto: PutBackupPolicy is missing, and a policy can only be on from the creation or absent. AWS
# keeps what was put, "DISABLED" too.


@missing(EFSResponse)
def put_backup_policy(self: Any) -> tuple[str, dict[str, Any]]:
    """Keep whether AWS Backup backs a file system up."""
    _, found = self.efs_backend.describe_file_systems(
        file_system_id=self._get_param("FileSystemId")
    )
    policy = self._get_param("BackupPolicy")
    found[0]._put_backup_policy = policy
    return json.dumps({"BackupPolicy": policy}), {"Content-Type": "application/json"}


@around(EFSBackend, "describe_backup_policy")
def _describe(original: Any, self: EFSBackend, file_system_id: str) -> dict[str, str]:
    file_system = self.file_systems_by_id.get(file_system_id)
    put = getattr(file_system, "_put_backup_policy", None)
    return put or original(self, file_system_id)


# moto: DeleteFileSystemPolicy is missing. AWS goes back to the default policy, which is none.
@missing(EFSResponse)
def delete_file_system_policy(self: Any) -> tuple[str, dict[str, Any]]:
    """Take the resource policy from a file system."""
    _, found = self.efs_backend.describe_file_systems(
        file_system_id=self._get_param("FileSystemId")
    )
    found[0].file_system_policy = None
    return "{}", {"Content-Type": "application/json"}
