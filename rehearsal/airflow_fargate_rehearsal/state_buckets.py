"""Buckets for the state of plain roots, which have theirs from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from airflow_fargate_rehearsal.emulator import EmbeddedAws
from airflow_fargate_rehearsal.fargate.clients import Clients, with_access_key

_BUCKET = "terraform-states"
_KEY = "terraform.tfstate"
_REGION = "us-east-1"


class StateBuckets:
    """Buckets that a rehearsal makes before Terraform starts, and removes when it has ended."""

    def __init__(self, aws: EmbeddedAws) -> None:
        self._clients = Clients(aws.endpoint_url, with_access_key(aws.access_key))
        self._made: dict[str, str] = {}

    def provide(self, backend: Mapping[str, Any]) -> dict[str, str]:
        """Make the bucket of a backend `s3`, unless it is there.

        Gives what ``-backend-config`` has to add: a bucket, a key and a region, where the backend
        has none because its users give them to ``terraform init``.
        """
        usual = {"bucket": _BUCKET, "key": _KEY, "region": _REGION}
        missing = {name: value for name, value in usual.items() if not backend.get(name)}
        said = {**usual, **backend}
        self._make(said["bucket"], said["region"])
        return missing

    def remove(self) -> None:
        """Remove what was made, with all versions of all states."""
        for bucket, region in self._made.items():
            s3 = self._clients("s3", region)
            for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
                for each in (*page.get("Versions", ()), *page.get("DeleteMarkers", ())):
                    s3.delete_object(Bucket=bucket, Key=each["Key"], VersionId=each["VersionId"])
            s3.delete_bucket(Bucket=bucket)
        self._made.clear()

    def _make(self, bucket: str, region: str) -> None:
        s3 = self._clients("s3", region)
        try:
            s3.head_bucket(Bucket=bucket)
        except ClientError as error:
            if error.response["Error"]["Code"] != "404":
                raise
        else:
            return
        # S3 refuses to be told its oldest region.
        place = {} if region == _REGION else {"LocationConstraint": region}
        s3.create_bucket(Bucket=bucket, **({"CreateBucketConfiguration": place} if place else {}))
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
        self._made[bucket] = region
