"""`AccessPoint`: a folder of a shared file system, and the user whom it belongs to."""

from collections.abc import Mapping
from typing import Annotated

from cdktf_cdktf_provider_aws.efs_access_point import (
    EfsAccessPoint,
    EfsAccessPointPosixUser,
    EfsAccessPointRootDirectory,
    EfsAccessPointRootDirectoryCreationInfo,
)
from constructs import Construct

from .props import props
from .rules import Between, Matches
from .values import merged

_LARGEST_ID = 4_294_967_295


@props
class AccessPointProps:
    """What an `AccessPoint` can be told."""

    path: Annotated[
        str,
        Matches(
            r"(?=.{2,100}\Z)(/[A-Za-z0-9_.-]*[A-Za-z0-9_-]){1,4}",
            'a folder such as "/data", at most 4 levels and 100 characters: letters, digits, '
            '"_", "." and "-"',
        ),
    ]
    """Folder of the file system that is the root for whoever mounts the access point. EFS makes it
    at the first mount."""
    uid: Annotated[int, Between(1, _LARGEST_ID, "0 is root")] = 50000
    """User that owns the folder, and that everybody is who mounts it, whatever the container runs
    as. By default the user of Airflow's image."""
    gid: Annotated[int, Between(0, _LARGEST_ID)] = 50000
    """The group, likewise."""
    permissions: Annotated[str, Matches(r"[0-7]{3,4}", 'octal digits such as "0755"')] = "0755"
    """Mode of the folder when EFS makes it."""


class AccessPoint(Construct):
    """A folder of a shared file system, mounted as one POSIX user.

    Args:
        name: Its name in AWS.
        file_system_id: The file system.
        tags: Tags of the access point.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        props: AccessPointProps,
        *,
        name: str,
        file_system_id: str,
        tags: Mapping[str, str] | None,
    ) -> None:
        super().__init__(scope, id_)
        access_point = EfsAccessPoint(
            self,
            "efs_access_point",
            file_system_id=file_system_id,
            posix_user=EfsAccessPointPosixUser(uid=props.uid, gid=props.gid),
            root_directory=EfsAccessPointRootDirectory(
                path=props.path,
                creation_info=EfsAccessPointRootDirectoryCreationInfo(
                    owner_uid=props.uid, owner_gid=props.gid, permissions=props.permissions
                ),
            ),
            tags=merged(tags, {"Name": name}),
        )
        self.id: str = access_point.id
        """The access point, for a task definition's volume."""
        self.arn: str = access_point.arn
        """The access point's ARN."""
