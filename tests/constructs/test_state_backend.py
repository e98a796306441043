"""StateBackend: a bucket that keeps states safe, and its name without an account id."""

import json
from typing import Any

from airflow_fargate import InvalidValue, StateBackend, StateBackendProps

import pytest
from cdktf import TerraformVariable

KEY = "arn:aws:kms:eu-west-1:123456789012:key/mine"


def state(**settings: Any) -> Any:
    props = StateBackendProps(**{"name": "demo", **settings})
    return lambda stack: StateBackend(stack, "state", props)


def test_the_bucket_is_private_versioned_encrypted_and_tls_only(synth: Any) -> None:
    found = synth(state())["resource"]
    assert all(
        found["aws_s3_bucket_public_access_block"]["state"][name] is True
        for name in (
            "block_public_acls",
            "block_public_policy",
            "ignore_public_acls",
            "restrict_public_buckets",
        )
    )
    versioning = found["aws_s3_bucket_versioning"]["state"]["versioning_configuration"]
    assert versioning == {"status": "Enabled"}
    (rule,) = found["aws_s3_bucket_server_side_encryption_configuration"]["state"]["rule"]
    assert rule["apply_server_side_encryption_by_default"]["sse_algorithm"] == "AES256"
    (statement,) = json.loads(found["aws_s3_bucket_policy"]["state"]["policy"])["Statement"]
    assert statement["Effect"] == "Deny"
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_an_own_key_encrypts_by_kms(synth: Any) -> None:
    found = synth(state(kms_key_arn=KEY))["resource"]
    (rule,) = found["aws_s3_bucket_server_side_encryption_configuration"]["state"]["rule"]
    assert rule["apply_server_side_encryption_by_default"] == {
        "sse_algorithm": "aws:kms",
        "kms_master_key_id": KEY,
    }


@pytest.mark.parametrize("protected", [True, False])
def test_protection_refuses_destroy_and_its_absence_empties(synth: Any, *, protected: bool) -> None:
    bucket = synth(state(deletion_protection=protected))["resource"]["aws_s3_bucket"]["state"]
    assert bucket["force_destroy"] is not protected
    assert bucket.get("lifecycle", {}).get("prevent_destroy", False) is protected


def test_the_name_is_unique_and_fits_for_the_longest_deployment_name(synth: Any) -> None:
    name = synth(state(name="a" * 24))["resource"]["aws_s3_bucket"]["state"]["bucket"]
    filled = name.replace("${data.aws_caller_identity.current.account_id}", "123456789012")
    filled = filled.replace("${data.aws_region.current.id}", "ap-southeast-2")
    assert filled == "a" * 24 + "-state-123456789012-ap-southeast-2"
    assert len(filled) <= 63


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"name": "a" * 25}, r"StateBackendProps\.name must be 1 to 24"),
        ({"version_retention_days": 0}, r"version_retention_days must be from 1 to 3650; got 0"),
        ({"kms_key_arn": "key"}, r"StateBackendProps\.kms_key_arn must be an ARN"),
        ({"deletion_protection": "yes"}, "deletion_protection must be true or false; got 'yes'"),
    ],
)
def test_bad_input_is_refused(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidValue, match=message):
        state(**settings)


@pytest.mark.real
def test_it_is_valid_with_values_and_with_variables(validate: Any) -> None:
    def build(stack: Any) -> None:
        state(kms_key_arn=KEY)(stack)
        StateBackend(
            stack,
            "variable",
            StateBackendProps(
                name=TerraformVariable(stack, "name", type="string").string_value,
                version_retention_days=TerraformVariable(stack, "days", type="number").number_value,  # type: ignore[arg-type]
                kms_key_arn=TerraformVariable(stack, "key", type="string").string_value,
                deletion_protection=TerraformVariable(
                    stack, "protection", type="bool"
                ).boolean_value,  # type: ignore[arg-type]
            ),
        )

    validate(build)
