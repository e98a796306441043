"""The images that there are: what the image builder wrote down instead of building it."""

from __future__ import annotations

import json
import os
from pathlib import Path

from airflow_fargate_rehearsal.database.certificates import AUTHORITY_FOLDER
from airflow_fargate_rehearsal.fargate.errors import CannotPullContainer
from airflow_fargate_rehearsal.fargate.image import Source
from airflow_fargate_rehearsal.terraform.environment import IMAGES_FILE

NOWHERE = Path(os.devnull)
"""In place of a folder, where the embedded AWS runs without one."""


def find_image(uri: str, folder: Path) -> Source:
    """What an image is made from, by the file of images in `folder`, which is read each time.

    Of several lines with the same `uri` the last one counts. Raises CannotPullContainer when
    there is none.
    """
    file = folder / IMAGES_FILE
    lines = file.read_text().splitlines() if file.exists() else []
    for line in reversed(lines):
        image = json.loads(line)
        if image["uri"] == uri:
            return Source(
                folder=Path(image["folder"]),
                contexts={name: Path(path) for name, path in image.get("contexts", {}).items()},
                build_arguments=image.get("build_arguments", {}),
                platform=image.get("platform"),
                rds_authority=folder / AUTHORITY_FOLDER,
            )
    reason = f"it is not one of the {len(lines)} images in {file}"
    if folder == NOWHERE:
        reason = "the embedded AWS has no images: start it with --fargate FOLDER"
    raise CannotPullContainer(
        "pull image manifest has been retried 1 time(s): failed to resolve ref "
        f"{uri}: {uri}: not found ({reason})"
    )
