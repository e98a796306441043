"""Where the DAGs come from: a folder that goes into the image, or what Airflow fetches."""

import re
from pathlib import Path
from typing import TypeAlias

from .dag_bundle import FetchedDags
from .git_dags import without_credentials
from .image_build import existing_folder
from .rules import InvalidValue
from .values import literal

Dags: TypeAlias = str | Path | FetchedDags | None
"""DAGs, from a folder that goes into the image, or fetched."""

_ADDRESS = re.compile(r"(https?|ssh|git|file)://|s3a?://|[\w.-]+@[\w.-]+:", re.IGNORECASE)


def check_dags(
    field: str, dags: Dags, *, image_uri: str | None, image_folder: str | Path | None
) -> None:
    """Refuse DAGs that Airflow would not get.

    Args:
        field: Where they are given, for messages.
        dags: Where they come from.
        image_uri: The image, if it is not built here.
        image_folder: A folder that the image is told of by itself.

    Raises:
        InvalidValue: As said.
        TokenNotAllowed: It is text that comes from Terraform.
    """
    if dags is None or isinstance(dags, FetchedDags):
        return
    if isinstance(literal(field, dags), str) and _ADDRESS.match(str(dags)):
        kind = "S3Dags(bucket_name=...)" if str(dags).startswith("s3") else "GitDags(repo_url=...)"
        raise InvalidValue(
            field,
            "a folder on this machine, GitDags or S3Dags",
            without_credentials(str(dags)),
            f"Is it {kind}?",
        )
    if image_uri is not None:
        raise InvalidValue(
            field,
            "GitDags, S3Dags or left out when the image's `uri` is given",
            str(dags),
            "Nothing is built then; put the DAGs into the image where that one is built.",
        )
    if image_folder is not None:
        raise InvalidValue(
            field,
            "left out when the image has a `dags_folder`: there is one place for both",
            str(dags),
        )


def folder_of(field: str, dags: Dags) -> Path | None:
    """The folder that goes into the image, if it is one.

    Args:
        field: Where it is given, for messages.
        dags: Where the DAGs come from.

    Raises:
        InvalidValue: It is not there.
    """
    if dags is None or isinstance(dags, FetchedDags):
        return None
    return existing_folder(field, dags)
