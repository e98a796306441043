"""S3: objects and buckets, and the keys that encrypt them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from airflow_fargate_rehearsal.access.calls import Call, Found, Need, key_uses, on
from airflow_fargate_rehearsal.access.context import Value

_ON_OBJECTS = {
    "AbortMultipartUpload": "AbortMultipartUpload",
    "CompleteMultipartUpload": "PutObject",
    "CopyObject": "PutObject",
    "CreateMultipartUpload": "PutObject",
    "DeleteObject": "DeleteObject",
    "DeleteObjectTagging": "DeleteObjectTagging",
    "GetObject": "GetObject",
    "GetObjectAcl": "GetObjectAcl",
    "GetObjectAttributes": "GetObject",
    "GetObjectTagging": "GetObjectTagging",
    "HeadObject": "GetObject",
    "ListParts": "ListMultipartUploadParts",
    "PutObject": "PutObject",
    "PutObjectAcl": "PutObjectAcl",
    "PutObjectTagging": "PutObjectTagging",
    "UploadPart": "PutObject",
    "UploadPartCopy": "PutObject",
}
_ON_BUCKETS = {
    "CreateBucket": "CreateBucket",
    "DeleteBucket": "DeleteBucket",
    "GetBucketLocation": "GetBucketLocation",
    "GetBucketVersioning": "GetBucketVersioning",
    "HeadBucket": "ListBucket",
    "ListMultipartUploads": "ListBucketMultipartUploads",
    "ListObjects": "ListBucket",
    "ListObjectsV2": "ListBucket",
    "ListObjectVersions": "ListBucketVersions",
}
_READS = ("GetObject", "HeadObject", "GetObjectAttributes")
_WITH_VERSIONS = ("DeleteObject", "GetObject", "GetObjectAcl", "GetObjectTagging")
_KEY_ACTIONS = {
    "GetObject": ("Decrypt",),
    "PutObject": ("GenerateDataKey",),
    "CopyObject": ("GenerateDataKey",),
    # A part is encrypted with the upload's key, which is decrypted for it.
    "CreateMultipartUpload": ("GenerateDataKey", "Decrypt"),
}


def needs(call: Call) -> Sequence[Need] | None:
    """What a call needs."""
    if call.operation == "ListBuckets":
        return [Need(action="s3:ListAllMyBuckets")]
    bucket = call.facts.find("bucket", call.get("Bucket"))
    bucket_arn = f"arn:{call.partition}:s3:::{call.get('Bucket')}"
    if action := _ON_BUCKETS.get(call.operation):
        return [_of_a_bucket(call, bucket, bucket_arn, action)]
    if call.operation == "DeleteObjects":
        listed = call.get("Delete", {}).get("Objects", [])
        return [
            _of_an_object(bucket, f"{bucket_arn}/{each['Key']}", "DeleteObject") for each in listed
        ]
    if call.operation not in _ON_OBJECTS:
        return None
    return [*_source(call), *_object(call, bucket, bucket_arn)]


def _object(call: Call, bucket: Found | None, bucket_arn: str) -> list[Need]:
    key = call.get("Key")
    action = _ON_OBJECTS[call.operation]
    if call.get("VersionId") and action in _WITH_VERSIONS:
        action = action.replace("Object", "ObjectVersion")
    arn = f"{bucket_arn}/{key}"
    found = [_of_an_object(bucket, arn, action, _asked_encryption(call))]
    if call.get("Tagging") and action == "PutObject":
        found.append(_of_an_object(bucket, arn, "PutObjectTagging"))
    if call.get("ACL") and action == "PutObject":
        found.append(_of_an_object(bucket, arn, "PutObjectAcl"))
    if bucket is None:
        return found
    existing = call.facts.find("object", f"{call.get('Bucket')}/{key}")
    if call.operation in _READS and existing is None:
        # Who may not list does not learn that there is no such object.
        return [*found, _of_a_bucket(call, bucket, bucket_arn, "ListBucket")]
    holder = existing if call.operation in _READS else bucket
    key_arn = call.get("SSEKMSKeyId") or (holder.kms_key_arn if holder else None)
    if call.get("ServerSideEncryption") == "AES256":
        key_arn = None
    context = {"aws:s3:arn": bucket.arn if bucket.more.get("bucket_key") else arn}
    actions = _KEY_ACTIONS.get(call.operation, ())
    return [*found, *key_uses(call, key_arn, actions, service="s3", encryption_context=context)]


def _source(call: Call) -> list[Need]:
    source = call.get("CopySource")
    if not source:
        return []
    name, _, key = source.lstrip("/").partition("?")[0].partition("/")
    bucket = call.facts.find("bucket", name)
    arn = f"arn:{call.partition}:s3:::{name}"
    found = call.facts.find("object", f"{name}/{key}")
    context = {"aws:s3:arn": arn if bucket and bucket.more.get("bucket_key") else f"{arn}/{key}"}
    key_arn = found.kms_key_arn if found else None
    return [
        _of_an_object(bucket, f"{arn}/{key}", "GetObject"),
        *key_uses(call, key_arn, ["Decrypt"], service="s3", encryption_context=context),
    ]


def _of_an_object(
    bucket: Found | None, arn: str, action: str, values: Mapping[str, Value] | None = None
) -> Need:
    policies = bucket.policies if bucket else ()
    return Need(
        action=f"s3:{action}",
        resource=arn,
        values={"aws:ResourceTag/": None, "s3:ExistingObjectTag/": None, **(values or {})},
        policies=policies,
    )


def _of_a_bucket(call: Call, bucket: Found | None, arn: str, action: str) -> Need:
    listing = {
        "s3:prefix": call.get("Prefix", None),
        "s3:delimiter": call.get("Delimiter", None),
        "s3:max-keys": str(call.get("MaxKeys", 1000)),
    }
    return on(bucket, f"s3:{action}", otherwise=arn, **listing)


def _asked_encryption(call: Call) -> dict[str, Value]:
    return {
        "s3:x-amz-server-side-encryption": call.get("ServerSideEncryption", None),
        "s3:x-amz-server-side-encryption-aws-kms-key-id": call.get("SSEKMSKeyId", None),
        "s3:x-amz-acl": call.get("ACL", None),
        "s3:x-amz-storage-class": call.get("StorageClass", None),
    }
