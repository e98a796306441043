"""`S3Dags`: DAGs that Airflow copies from an S3 bucket."""

from typing import Annotated

from constructs import Construct

from .git_dags import RefreshSeconds
from .iam import Statement
from .key_use import key_statements
from .props import KmsKeyArn, props
from .rules import Matches
from .surroundings import partition, region
from .values import expression, is_token, source

_BUCKET = Matches(
    r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]",
    "the name of a bucket alone: 3 to 63 lower-case letters, digits, dots and hyphens",
)
# Airflow's S3DagBundle finds a folder only by a letter, digit or _ at the end of its name.
_PREFIX = Matches(
    r"([A-Za-z0-9_.=-]+/)*[A-Za-z0-9_.=-]*[A-Za-z0-9_]|",
    'a folder in the bucket, such as "airflow/dags": letters, digits, _, ., = and -, with a '
    "letter, a digit or _ at the end, and no slash at its ends",
)


@props
class S3Dags:
    """DAGs that Airflow copies from an S3 bucket, which is made elsewhere.

    A changed file is in Airflow after `refresh_interval_seconds`, and each task runs with the files
    that are there when it starts. Who may write to the bucket decides what runs.
    """

    bucket_name: Annotated[str, _BUCKET]
    """The bucket. One of its own, as its readers see the names of all that is in it."""
    prefix: Annotated[str, _PREFIX] = ""
    """Folder of the DAGs in the bucket, without a slash at its ends; all of the bucket if left out.
    What DAGs import must be in it too."""
    kms_key_arn: KmsKeyArn = None
    """The bucket's key, if it has one of its own."""
    refresh_interval_seconds: RefreshSeconds = 60
    """Seconds from one look for changed files to the next."""


def read_statements(scope: Construct, dags: S3Dags) -> list[Statement]:
    """Permission to copy the DAGs, for who runs their code.

    Args:
        scope: The construct that asks.
        dags: Where they are.
    """
    bucket = f"arn:{partition(scope)}:s3:::{dags.bucket_name}"
    objects = _objects(bucket, dags.prefix)
    return [
        # No condition on a prefix: S3DagBundle first asks for the bucket itself, where there is
        # none to compare.
        Statement(sid="ListDags", actions=["s3:ListBucket"], resources=[bucket]),
        Statement(sid="ReadDags", actions=["s3:GetObject"], resources=[objects]),
        *key_statements(
            scope,
            sid="DecryptDags",
            actions=["kms:Decrypt"],
            kms_key_arn=dags.kms_key_arn,
            via_service=f"s3.{region(scope)}.amazonaws.com",
            # The bucket where it has a bucket key, else the object.
            encryption_context={"aws:s3:arn": [bucket, objects]},
        ),
    ]


def _objects(bucket: str, prefix: str) -> str:
    if is_token(prefix):
        # Without the prefix where the variable is empty.
        return expression(f'join("/", compact([{source(bucket)}, {source(prefix)}, "*"]))')
    return "/".join(part for part in (bucket, prefix, "*") if part)
