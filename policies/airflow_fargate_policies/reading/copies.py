"""What the provider repeats in a bucket of what resources of their own say.

After an apply a bucket has `versioning`, `logging` and others as computed attributes, and rules
that still look there take them for the word of the configuration.
"""

import dataclasses
from collections.abc import Iterator, Sequence

from airflow_fargate_policies.resource import Resource, without_keys

_COPIES = {
    "aws_s3_bucket_acl": ("acl", "grant"),
    "aws_s3_bucket_lifecycle_configuration": ("lifecycle_rule",),
    "aws_s3_bucket_logging": ("logging",),
    "aws_s3_bucket_policy": ("policy",),
    "aws_s3_bucket_replication_configuration": ("replication_configuration",),
    "aws_s3_bucket_server_side_encryption_configuration": ("server_side_encryption_configuration",),
    "aws_s3_bucket_versioning": ("versioning",),
}


def without_copies(resources: Sequence[Resource]) -> list[Resource]:
    """The resources, their buckets without what another resource says of them."""
    copied: dict[str, set[str]] = {}
    for each in resources:
        for bucket in each.references.get("bucket", ()) if each.type in _COPIES else ():
            copied.setdefault(without_keys(bucket), set()).update(_COPIES[each.type])
    return list(_without(resources, copied))


def _without(resources: Sequence[Resource], copied: dict[str, set[str]]) -> Iterator[Resource]:
    for each in resources:
        names = copied.get(without_keys(each.address))
        if each.type != "aws_s3_bucket" or not names:
            yield each
            continue
        values = {name: value for name, value in each.values.items() if name not in names}
        yield dataclasses.replace(each, values=values)
