"""Volumes of a DAG task: where its image may write, and the shared storage."""

from collections.abc import Sequence
from typing import Any

from cdktf_cdktf_provider_aws.ecs_task_definition import (
    EcsTaskDefinition,
    EcsTaskDefinitionVolume,
    EcsTaskDefinitionVolumeEfsVolumeConfiguration,
    EcsTaskDefinitionVolumeEfsVolumeConfigurationAuthorizationConfig,
)
from constructs import Construct

from .nulls import is_null
from .rules import InvalidValue
from .task_host import TaskHost
from .values import expression, is_token, list_of, negate, source

SHARED = "shared-storage"


class TaskVolumes:
    """The volumes of a task definition, and where its container mounts them.

    Python knows how many there are, or Terraform makes them out of variables.

    Args:
        scope: The task.
        task: Its name, for messages.
        host: Where the shared storage is.
        writable_paths: VOLUMEs of the image.
        shared_storage_path: Where the shared storage is mounted, if it is.
        read_only: Whether the shared storage can only be read.

    Raises:
        InvalidValue: There is no shared storage to mount, or a VOLUME is at the same path.
    """

    def __init__(
        self,
        scope: Construct,
        *,
        task: str,
        host: TaskHost,
        writable_paths: Sequence[str],
        shared_storage_path: str | None,
        read_only: Any,
    ) -> None:
        self._paths = writable_paths
        self._shared_path = shared_storage_path
        self._read_only = read_only
        self._host = host
        self.without_mount = is_null(scope, shared_storage_path)
        """Whether no shared storage is mounted."""
        by_terraform = is_token(writable_paths) or is_token(self.without_mount)
        self._by_terraform = by_terraform
        if not is_token(self.without_mount) and not self.without_mount:
            self._check_shared(task)

    @property
    def blocks(self) -> list[EcsTaskDefinitionVolume] | None:
        """The volumes, as far as Python knows them."""
        if self._by_terraform:
            return None
        volumes = [EcsTaskDefinitionVolume(name=_name(n)) for n in range(len(self._paths))]
        if self._shared_path is not None:
            volumes.append(
                EcsTaskDefinitionVolume(
                    name=SHARED,
                    efs_volume_configuration=EcsTaskDefinitionVolumeEfsVolumeConfiguration(
                        file_system_id=str(self._host.file_system_id),
                        transit_encryption="ENABLED",
                        authorization_config=(
                            EcsTaskDefinitionVolumeEfsVolumeConfigurationAuthorizationConfig(
                                access_point_id=self._host.access_point_id, iam="ENABLED"
                            )
                        ),
                    ),
                )
            )
        return volumes

    @property
    def mount_points(self) -> Any:
        """Where the container mounts them, as ECS writes it."""
        if not self._by_terraform:
            mounts = [(path, _name(n), False) for n, path in enumerate(self._paths)]
            if self._shared_path is not None:
                mounts.append((self._shared_path, SHARED, self._read_only))
            return [
                {"containerPath": path, "readOnly": read_only, "sourceVolume": volume}
                for path, volume, read_only in mounts
            ]
        # zipmap and not braces: cdktf cannot tell where its own tokens end inside braces.
        keys = 'zipmap(["containerPath", "readOnly", "sourceVolume"], '
        writable = (
            f'[for i, p in {self._path_list()} : {keys}[p, false, format("writable-%s", i)])]'
        )
        mount = f"[p, {source(self._read_only)}, {source(SHARED)}]"
        return list_of(f"concat({writable}, [for p in {self._shared_list()} : {keys}{mount})])")

    def add_to(self, task_definition: EcsTaskDefinition) -> None:
        """Have Terraform make the volumes that Python does not know."""
        if not self._by_terraform:
            return
        efs = {
            "file_system_id": self._host.file_system_id,
            "transit_encryption": "ENABLED",
            "authorization_config": {
                "access_point_id": self._host.access_point_id,
                "iam": "ENABLED",
            },
        }
        task_definition.add_override(
            "dynamic.volume",
            [
                {
                    "for_each": expression(self._path_list()),
                    "content": {"name": _name("${volume.key}")},
                },
                {
                    "for_each": expression(self._shared_list()),
                    "content": {"name": SHARED, "efs_volume_configuration": efs},
                },
            ],
        )

    def _path_list(self) -> str:
        return source(self._paths if is_token(self._paths) else list(self._paths))

    def _shared_list(self) -> str:
        given = negate(self.without_mount)
        path = source(self._shared_path)
        return f"({source(given)} ? [{path}] : [])"

    def _check_shared(self, task: str) -> None:
        if self._host.file_system_id is None:
            raise InvalidValue(
                f"shared_storage of task {task}",
                "left out, as the deployment has none",
                self._shared_path,
                "Give TaskHost the file system and its access point, or take it out.",
            )
        if not is_token(self._paths) and self._shared_path in self._paths:
            raise InvalidValue(
                f"The mount path of the shared storage of task {task}",
                "another than those of the image's VOLUMEs",
                self._shared_path,
                "Take that VOLUME out: the shared storage belongs to the access point's user.",
            )


def _name(number: int | str) -> str:
    return f"writable-{number}"
