"""Volumes of a task: folders of EFS file systems, and empty ones that its containers share."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from airflow_fargate_rehearsal.fargate.clients import Clients
from airflow_fargate_rehearsal.fargate.errors import CannotInitialize
from airflow_fargate_rehearsal.fargate.file_system import copy
from airflow_fargate_rehearsal.fargate.image import Image

_NOT_MOUNTED = (
    "failed to invoke EFS utils commands to set up EFS volumes: stderr: "
    "mount.nfs4: mounting {} failed, reason given by server: {}"
)


class Volumes:
    """The volumes of one task.

    `own` is the task's folder for empty ones; `file_systems` holds a folder for each EFS file
    system; `reach` goes to one over the task's network. Raises CannotInitialize when a file system
    or an access point is not there, or not to be reached.
    """

    def __init__(
        self,
        definitions: Iterable[Mapping[str, Any]],
        *,
        own: Path,
        file_systems: Path,
        clients: Clients,
        region: str,
        reach: Callable[[str], None],
    ) -> None:
        self._own = own
        self._file_systems = file_systems
        self._clients = clients
        self._region = region
        self._reach = reach
        self._folders: dict[str, Path] = {}
        self._empty_ones: set[str] = set()
        for each in definitions:
            self._folders[each["name"]] = self._folder(each)
            if not each.get("efsVolumeConfiguration"):
                self._empty_ones.add(each["name"])

    def mount(self, points: Iterable[Mapping[str, Any]], image: Image) -> None:
        """Mount volumes into a container, and give it a folder for each VOLUME of its image.

        As on Fargate, an empty volume begins with what the image has at that path, where the image
        declares it as a VOLUME.
        """
        declared = {path.rstrip("/") for path in image.volumes}
        mounted = set()
        # Outer ones first: a mount hides what is below it.
        for point in sorted(points, key=lambda each: each["containerPath"]):
            path = point["containerPath"].rstrip("/")
            folder = self._folders[point["sourceVolume"]]
            at_path = image.files.in_root(path)
            if path in declared and at_path.is_dir() and not any(folder.iterdir()):
                copy(at_path, folder)
            image.files.mount(path, folder)
            mounted.add(path)
        for path in declared - mounted:
            at_path = image.files.in_root(path)
            at_path.mkdir(parents=True, exist_ok=True)
            image.files.mount(path, at_path)

    def folder(self, name: str) -> Path:
        """The folder of a volume."""
        return self._folders[name]

    def is_empty_one(self, name: str) -> bool:
        """Whether a volume is on no file system, and begins anew with each task."""
        return name in self._empty_ones

    def _folder(self, definition: Mapping[str, Any]) -> Path:
        if efs := definition.get("efsVolumeConfiguration"):
            return self._folder_in_efs(efs)
        folder = self._own / definition["name"]
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def _folder_in_efs(self, efs: Mapping[str, Any]) -> Path:
        file_system_id = efs["fileSystemId"]
        client = self._clients("efs", self._region)
        path = efs.get("rootDirectory", "/")
        creates: Mapping[str, Any] | None = None
        try:
            client.describe_file_systems(FileSystemId=file_system_id)
            if access_point_id := efs.get("authorizationConfig", {}).get("accessPointId"):
                root = _root_of(client, file_system_id, access_point_id)
                path, creates = root["Path"], root.get("CreationInfo")
        except ClientError as error:
            raise CannotInitialize(_NOT_MOUNTED.format(f"{file_system_id}:/", error)) from error
        self._reach(file_system_id)
        top = self._file_systems / file_system_id
        top.mkdir(parents=True, exist_ok=True)
        folder = top / path.lstrip("/")
        if creates and not folder.exists():
            folder.mkdir(parents=True, exist_ok=True)  # another task may be as far
            _let_in(folder, creates)
        if not folder.is_dir():
            raise CannotInitialize(
                _NOT_MOUNTED.format(f"{file_system_id}:{path}", "No such file or directory")
            )
        return folder


def _let_in(folder: Path, creation: Mapping[str, Any]) -> None:
    """Give the folder of an access point to its owner, where we may; else it is ours."""
    with contextlib.suppress(PermissionError):
        os.chown(folder, creation["OwnerUid"], creation["OwnerGid"])
        folder.chmod(int(creation["Permissions"], 8))


def _root_of(client: Any, file_system_id: str, access_point_id: str) -> Mapping[str, Any]:
    points = client.describe_access_points(AccessPointId=access_point_id)["AccessPoints"]
    if not points or points[0]["FileSystemId"] != file_system_id:
        raise CannotInitialize(
            _NOT_MOUNTED.format(
                f"{file_system_id}:/", f"access denied: it has no access point {access_point_id}"
            )
        )
    return points[0]["RootDirectory"]
