"""Rules about queues, buckets and log groups: what passes, fails, cannot be read."""

import json
from typing import Any

import pytest
from tests.policies.rules.resources import findings, resource

from airflow_fargate_policies.finding import Outcome
from airflow_fargate_policies.resource import Resource, Template

PASSED, FAILED, UNREADABLE = Outcome.PASSED, Outcome.FAILED, Outcome.NOT_EVALUATED
TLS = {
    "Effect": "Deny",
    "Principal": "*",
    "Resource": "arn:aws:sqs:x:1:it",
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}


def queue(**values: Any) -> Resource:
    return resource("aws_sqs_queue.it", arn="arn:aws:sqs:x:1:it", **values)


ARN = "arn:aws:sqs:x:1:it"
ITSELF = json.dumps({"deadLetterTargetArn": ARN})
ITS_OWN = resource(
    "aws_sqs_queue.it",
    {"redrive_policy": ("aws_sqs_queue.it",)},
    redrive_policy=Template('{"deadLetterTargetArn":"${aws_sqs_queue.it.arn}"}'),
)
DEAD = resource(
    "aws_sqs_queue.other",
    {"redrive_policy": ("aws_sqs_queue.it",)},
    redrive_policy=Template('{"deadLetterTargetArn":"${aws_sqs_queue.it.arn}"}'),
)
DENIES = json.dumps({"Statement": [TLS | {"Action": "sqs:*"}]})
POLICY = resource(
    "aws_sqs_queue_policy.it", {"queue_url": ("aws_sqs_queue.it",)}, policy=DENIES
)  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "it", "others", "outcome"),
    [
        ("DEAD_LETTERS", queue(redrive_policy='{"deadLetterTargetArn":"x"}'), [], PASSED),
        ("DEAD_LETTERS", queue(), [DEAD], PASSED),
        ("DEAD_LETTERS", queue(), [], FAILED),
        ("DEAD_LETTERS", queue(redrive_policy=ITSELF), [], FAILED),
        ("DEAD_LETTERS", ITS_OWN, [], FAILED),
        ("DEAD_LETTERS", queue(redrive_policy=Template("${var.it}")), [], UNREADABLE),
        ("ENCRYPTION", queue(sqs_managed_sse_enabled=True), [], PASSED),
        ("ENCRYPTION", queue(kms_master_key_id="alias/it"), [], PASSED),
        ("ENCRYPTION", queue(kms_master_key_id=Template("${aws_kms_key.it.arn}")), [], PASSED),
        ("ENCRYPTION", queue(), [], FAILED),
        ("ENCRYPTION", queue(sqs_managed_sse_enabled=False, kms_master_key_id=""), [], FAILED),
        ("ENCRYPTION", queue(kms_master_key_id=Template("${var.key}")), [], UNREADABLE),
        ("TLS", queue(policy=DENIES), [], PASSED),
        ("TLS", queue(), [POLICY], PASSED),
        ("TLS", queue(), [], FAILED),
        ("TLS", queue(policy=DENIES.replace("Deny", "Allow")), [], FAILED),
        ("TLS", queue(policy=DENIES.replace('"false"', '"true"')), [], FAILED),
        ("TLS", queue(policy=DENIES.replace("sqs:*", "sqs:SendMessage")), [], FAILED),
        ("TLS", queue(policy=DENIES.replace("1:it", "1:other")), [], FAILED),
        ("TLS", queue(policy=Template(DENIES.replace(ARN, "${aws_sqs_queue.it.arn}"))), [], PASSED),
        ("TLS", queue(policy=Template(DENIES.replace(ARN, "${aws_sqs_queue.b.arn}"))), [], FAILED),
        ("TLS", queue(policy=Template("${var.policy}")), [], UNREADABLE),
    ],
)
def test_queues_are_as_they_should_be(
    rule: str, it: Resource, others: list[Resource], outcome: Outcome
) -> None:
    found = {each.address: each for each in findings(f"AF_QUEUE_{rule}", it, *others)}
    assert found["aws_sqs_queue.it"].outcome is outcome, found["aws_sqs_queue.it"].message


BUCKET = resource("aws_s3_bucket.it")
OF_BUCKET = {"bucket": ("aws_s3_bucket.it",)}
ALL_FOUR = dict.fromkeys(
    ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"),
    True,
)
S3 = json.dumps({"Statement": [TLS | {"Action": ["s3:*"], "Resource": ["arn:aws:s3:::it/*"]}]})
OTHER = Template(S3.replace("arn:aws:s3:::it", "${aws_s3_bucket.other.arn}"))
BLOCK = "aws_s3_bucket_public_access_block.it"
SSE = "aws_s3_bucket_server_side_encryption_configuration.it"


@pytest.mark.parametrize(
    ("rule", "others", "outcome"),
    [
        ("PUBLIC_ACCESS", [resource(BLOCK, OF_BUCKET, **ALL_FOUR)], PASSED),
        ("PUBLIC_ACCESS", [], FAILED),
        (
            "PUBLIC_ACCESS",
            [resource(BLOCK, OF_BUCKET, **(ALL_FOUR | {"block_public_acls": False}))],
            FAILED,
        ),
        ("PUBLIC_ACCESS", [resource(BLOCK, {"bucket": ("x.y",)}, **ALL_FOUR)], FAILED),
        (
            "PUBLIC_ACCESS",
            [
                resource(
                    BLOCK, OF_BUCKET, **(ALL_FOUR | {"block_public_acls": Template("${var.x}")})
                )
            ],
            UNREADABLE,
        ),
        ("TLS", [resource("aws_s3_bucket_policy.it", OF_BUCKET, policy=S3)], PASSED),
        ("TLS", [], FAILED),
        (
            "TLS",
            [resource("aws_s3_bucket_policy.it", OF_BUCKET, policy=Template("${var.p}"))],
            UNREADABLE,
        ),
        (
            "TLS",
            [resource("aws_s3_bucket_policy.it", OF_BUCKET, policy=OTHER)],
            FAILED,
        ),
        ("ENCRYPTION", [resource(SSE, OF_BUCKET)], PASSED),
        ("ENCRYPTION", [], FAILED),
    ],
)
def test_buckets_are_as_they_should_be(rule: str, others: list[Resource], outcome: Outcome) -> None:
    (found,) = findings(f"AF_BUCKET_{rule}", BUCKET, *others)
    assert found.outcome is outcome, found.message


@pytest.mark.parametrize(
    ("values", "outcome"),
    [
        ({"retention_in_days": 30, "kms_key_id": "arn:aws:kms:x"}, PASSED),
        ({"retention_in_days": 30, "kms_key_id": Template("${aws_kms_key.it.arn}")}, PASSED),
        ({"retention_in_days": 0, "kms_key_id": "arn:aws:kms:x"}, FAILED),
        ({"kms_key_id": "arn:aws:kms:x"}, FAILED),
        ({"retention_in_days": 30}, FAILED),
        ({"retention_in_days": 30, "kms_key_id": Template("${var.key}")}, UNREADABLE),
        ({"retention_in_days": Template("${var.days}"), "kms_key_id": "x"}, UNREADABLE),
    ],
)
def test_log_groups_have_retention_and_key(values: dict[str, Any], outcome: Outcome) -> None:
    (found,) = findings("AF_LOG_GROUP", resource("aws_cloudwatch_log_group.it", **values))
    assert found.outcome is outcome, found.message
