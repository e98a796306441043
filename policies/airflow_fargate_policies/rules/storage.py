"""Rules about S3 buckets, the state's among them, and log groups."""

from collections.abc import Iterator

from airflow_fargate_policies.resource import Configuration, Resource
from airflow_fargate_policies.rules.policies import denies_without_tls
from airflow_fargate_policies.rules.rule import Rule, is_given, known, names_of, objects, referring

_FOUR = (
    "block_public_acls",
    "block_public_policy",
    "ignore_public_acls",
    "restrict_public_buckets",
)


def _public(resource: Resource, configuration: Configuration) -> Iterator[str]:
    found = referring(configuration, "aws_s3_bucket_public_access_block", "bucket", resource)
    if not found:
        yield "it has no aws_s3_bucket_public_access_block"
    for each in found:
        if off := [name for name in _FOUR if known(each.values.get(name, False)) is not True]:
            yield f"off: {', '.join(off)}"


def _tls(resource: Resource, configuration: Configuration) -> Iterator[str]:
    found = referring(configuration, "aws_s3_bucket_policy", "bucket", resource)
    names = names_of(resource)
    if not any(denies_without_tls(each.values.get("policy"), "s3", names) for each in found):
        yield "no policy of it denies s3:* without aws:SecureTransport"


def _encryption(resource: Resource, configuration: Configuration) -> Iterator[str]:
    found = referring(
        configuration, "aws_s3_bucket_server_side_encryption_configuration", "bucket", resource
    )
    if not found:
        yield "it has no aws_s3_bucket_server_side_encryption_configuration"


def _public_acl(resource: Resource, _: Configuration) -> Iterator[str]:
    acl = known(resource.values.get("acl", ""))
    if acl.startswith("public-") or acl == "authenticated-read":
        yield f"the acl {acl} lets in everybody"
    for each in objects(resource.values.get("access_control_policy")):
        for grant in objects(each.get("grant")):
            for grantee in objects(grant.get("grantee")):
                uri = known(grantee.get("uri", ""))
                if uri.endswith(("/AllUsers", "/AuthenticatedUsers")):
                    yield f"a grant lets in {uri.rpartition('/')[2]}"


def _log_group(resource: Resource, _: Configuration) -> Iterator[str]:
    days = resource.values.get("retention_in_days")
    if not is_given(days) or str(days) == "0":
        yield "its lines are kept for ever: retention_in_days is not set"
    if not is_given(resource.values.get("kms_key_id")):
        yield "it has no kms_key_id"


BUCKET_PUBLIC_ACCESS = Rule(
    id="AF_BUCKET_PUBLIC_ACCESS",
    title="Every bucket, the state's too, blocks public access, all four ways.",
    types=("aws_s3_bucket",),
    check=_public,
)
BUCKET_TLS = Rule(
    id="AF_BUCKET_TLS",
    title="Every bucket, the state's too, is used over TLS only.",
    types=("aws_s3_bucket",),
    check=_tls,
)
BUCKET_ENCRYPTION = Rule(
    id="AF_BUCKET_ENCRYPTION",
    title="Every bucket, the state's too, says how it is encrypted.",
    types=("aws_s3_bucket",),
    check=_encryption,
)
PUBLIC_ACL = Rule(
    id="AF_PUBLIC_ACL",
    title="No access control list of a bucket lets in everybody.",
    types=("aws_s3_bucket_acl",),
    check=_public_acl,
)
LOG_GROUP = Rule(
    id="AF_LOG_GROUP",
    title="Every log group has a retention and a key.",
    types=("aws_cloudwatch_log_group",),
    check=_log_group,
)
