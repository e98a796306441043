"""The images that there are: what the image builder wrote down instead of building it."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from airflow_fargate_rehearsal.database.certificates import AUTHORITY_FOLDER
from airflow_fargate_rehearsal.fargate.errors import CannotPullContainer
from airflow_fargate_rehearsal.fargate.image import Source
from airflow_fargate_rehearsal.terraform.environment import IMAGES_FILE

_TAG_OR_DIGEST = re.compile(r"(:[^:@/]+)?(@[^@]+)?$")

NOWHERE = Path(os.devnull)
"""In place of a folder, where the embedded AWS runs without one."""


def find_image(uri: str, folder: Path) -> Source:
    """What an image is made from, by the file of images in `folder`, which is read each time.

    A line is of an image by its `uri`, or by a `name`: its repository, or the last parts of it.
    The `uri` is preferred, then the longest `name`; of several such lines the last one counts.
    Raises CannotPullContainer when there is none.
    """
    file = folder / IMAGES_FILE
    lines = file.read_text().splitlines() if file.exists() else []
    fitting = [(fits, json.loads(line)) for line in lines if (fits := _fits(uri, json.loads(line)))]
    if fitting:
        best = max(fits for fits, _ in fitting)
        image = [each for fits, each in fitting if fits == best][-1]
        return Source(
            folder=Path(image["folder"]),
            contexts={name: Path(path) for name, path in image.get("contexts", {}).items()},
            build_arguments=image.get("build_arguments", {}),
            platform=image.get("platform"),
            rds_authority=folder / AUTHORITY_FOLDER,
        )
    reason = (
        f"it is not one of the {len(lines)} images in {file}; for plain Terraform, [images] in "
        "rehearsal.toml says what an image is built from"
    )
    if folder == NOWHERE:
        reason = "the embedded AWS has no images: start it with --fargate FOLDER"
    raise CannotPullContainer(
        "pull image manifest has been retried 1 time(s): failed to resolve ref "
        f"{uri}: {uri}: not found ({reason})"
    )


def _fits(uri: str, image: Mapping[str, Any]) -> int:
    """How well a line's image is the one that is asked for; 0 if it is another."""
    if "uri" in image:
        return len(uri) + 1 if image["uri"] == uri else 0
    repository = _TAG_OR_DIGEST.sub("", uri)
    name = image["name"]
    return len(name) if f"/{repository}".endswith(f"/{name}") else 0
