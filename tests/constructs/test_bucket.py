"""Bucket: for what DAGs work on, closed until a role is let in."""

import json
import re
from typing import Any

from airflow_fargate import Bucket, BucketProps, InvalidValue

import pytest
from cdktf import TerraformOutput, TerraformVariable

KEY = "arn:aws:kms:eu-west-1:123456789012:key/mine"
BUCKET = "${aws_s3_bucket.sales.arn}"


def bucket(**settings: Any) -> Any:
    props = BucketProps(**{"name": "demo-sales", **settings})
    return lambda stack: Bucket(stack, "sales", props)


def statements(synth: Any, **settings: Any) -> dict[str, dict[str, Any]]:
    """What a role gets that may read sales and write reports, by its ids."""
    found: list[Any] = []

    def build(stack: Any) -> None:
        made = bucket(**settings)(stack)
        found.extend(made.read_statements("Sales", "sales/*"))
        found.extend(made.write_statements("Reports", "reports/*"))
        documents = [statement.document() for statement in found]
        # An output, so that what refers to the bucket is written as Terraform reads it.
        TerraformOutput(stack, "statements", value=documents)

    return {each["Sid"]: each for each in synth(build)["output"]["statements"]["value"]}


def test_it_is_closed_versioned_and_tls_only(synth: Any) -> None:
    found = synth(bucket())["resource"]
    closed = found["aws_s3_bucket_public_access_block"]["sales"]
    names = ("block_public_acls", "block_public_policy", "ignore_public_acls")
    assert all(closed[name] is True for name in (*names, "restrict_public_buckets"))
    versioning = found["aws_s3_bucket_versioning"]["sales"]["versioning_configuration"]
    assert versioning == {"status": "Enabled"}
    (statement,) = json.loads(found["aws_s3_bucket_policy"]["sales"]["policy"])["Statement"]
    assert (statement["Effect"], statement["Principal"]) == ("Deny", "*")
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_what_is_overwritten_is_kept_for_a_while(synth: Any) -> None:
    found = synth(bucket(version_retention_days=9))["resource"]
    (rule,) = found["aws_s3_bucket_lifecycle_configuration"]["sales"]["rule"]
    assert rule["noncurrent_version_expiration"] == [{"noncurrent_days": 9}]
    assert "expiration" not in rule


def test_nothing_can_be_put_there_before_it_encrypts_with_the_key(synth: Any) -> None:
    def build(stack: Any) -> None:
        TerraformOutput(stack, "name", value=bucket(kms_key_arn=KEY)(stack).name)

    config = synth(build)
    encryption = "aws_s3_bucket_server_side_encryption_configuration"
    assert config["output"]["name"]["value"] == f"${{{encryption}.sales.bucket}}"
    (rule,) = config["resource"][encryption]["sales"]["rule"]
    default = rule["apply_server_side_encryption_by_default"]
    assert default == {"sse_algorithm": "aws:kms", "kms_master_key_id": KEY}
    assert rule["bucket_key_enabled"] is True


def test_who_reads_can_find_and_decrypt_only_what_is_named(synth: Any) -> None:
    found = statements(synth, kms_key_arn=KEY)
    assert found["ReadSales"]["Action"] == ["s3:GetObject"]
    assert found["ReadSales"]["Resource"] == [f"{BUCKET}/sales/*"]
    assert found["ListSales"]["Resource"] == [BUCKET]
    assert found["DecryptSales"]["Action"] == ["kms:Decrypt"]
    conditions = found["DecryptSales"]["Condition"]
    assert conditions["StringLike"] == {"kms:EncryptionContext:aws:s3:arn": [BUCKET]}
    via = conditions["StringEquals"]["kms:ViaService"]
    assert via == "s3.${data.aws_region.current.id}.amazonaws.com"


def test_who_writes_can_neither_read_nor_delete(synth: Any) -> None:
    found = statements(synth, kms_key_arn=KEY)
    assert found["WriteReports"]["Action"] == ["s3:PutObject"]
    assert found["WriteReports"]["Resource"] == [f"{BUCKET}/reports/*"]
    assert found["EncryptReports"]["Resource"] == [KEY]
    assert set(found) - {"ReadSales", "ListSales", "DecryptSales"} == {
        "WriteReports",
        "EncryptReports",
    }


def test_without_a_key_nothing_is_said_about_one(synth: Any) -> None:
    assert set(statements(synth)) == {"ReadSales", "ListSales", "WriteReports"}


@pytest.mark.parametrize("protected", [True, False])
def test_protection_refuses_destroy_and_its_absence_empties(synth: Any, *, protected: bool) -> None:
    found = synth(bucket(deletion_protection=protected))["resource"]["aws_s3_bucket"]["sales"]
    assert found["force_destroy"] is not protected
    assert found.get("lifecycle", {}).get("prevent_destroy", False) is protected


def test_the_longest_name_fits(synth: Any) -> None:
    name = synth(bucket(name="a" * 24))["resource"]["aws_s3_bucket"]["sales"]["bucket"]
    filled = name.replace("${data.aws_caller_identity.current.account_id}", "123456789012")
    filled = filled.replace("${data.aws_region.current.id}", "ap-southeast-2")
    assert filled == "a" * 24 + "-123456789012-ap-southeast-2"


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"name": "Sales"}, r"BucketProps\.name must be 1 to 24"),
        ({"version_retention_days": 0}, r"version_retention_days must be from 1 to 3650; got 0"),
        ({"kms_key_arn": "key"}, r"BucketProps\.kms_key_arn must be an ARN"),
    ],
)
def test_bad_input_is_refused(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidValue, match=message):
        bucket(**settings)


@pytest.mark.parametrize("method", ["read_statements", "write_statements"])
@pytest.mark.parametrize(
    ("keys", "remedy"),
    [
        ("s3://demo-sales/sales/*", r'Did you mean "sales/\*"\?'),
        ("s3://demo-sales", r'All objects are "\*"\.'),
        ("/sales/*", r'Did you mean "sales/\*"\?'),
        ("sales/", r'Did you mean "sales/\*"\?'),
        ("", r'All objects are "\*"\.'),
    ],
)
def test_keys_that_no_object_has_are_refused(
    synth: Any, method: str, keys: str, remedy: str
) -> None:
    said = rf"Bucket\.{method}\(keys\) must be .*; got '{re.escape(keys)}'\. {remedy}"
    with pytest.raises(InvalidValue, match=said):
        synth(lambda stack: getattr(bucket()(stack), method)("Sales", keys))


@pytest.mark.real
def test_it_is_valid_with_values_and_with_variables(validate: Any) -> None:
    def build(stack: Any) -> None:
        bucket(kms_key_arn=KEY)(stack)
        Bucket(
            stack,
            "variable",
            BucketProps(
                name=TerraformVariable(stack, "name", type="string").string_value,
                version_retention_days=TerraformVariable(stack, "days", type="number").number_value,  # type: ignore[arg-type]
                kms_key_arn=TerraformVariable(stack, "key", type="string").string_value,
                deletion_protection=TerraformVariable(
                    stack, "protection", type="bool"
                ).boolean_value,  # type: ignore[arg-type]
            ),
        ).read_statements("All")

    validate(build)
