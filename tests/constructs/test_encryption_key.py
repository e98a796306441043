"""EncryptionKey: who may use the key, and how it goes away."""

import json
from typing import Any

from airflow_fargate.encryption_key import EncryptionKey, EncryptionKeyProps
from airflow_fargate.rules import InvalidValue

import pytest
from cdktf import TerraformOutput, TerraformVariable, Token


def key(**settings: Any) -> Any:
    return lambda stack: EncryptionKey(stack, "key", EncryptionKeyProps(name="demo", **settings))


def statements(config: Any) -> dict[str, Any]:
    policy = json.loads(config["resource"]["aws_kms_key"]["key"]["policy"])
    return {statement["Sid"]: statement for statement in policy["Statement"]}


def test_the_key_rotates_and_has_the_longest_way_back(synth: Any) -> None:
    made = synth(key())["resource"]["aws_kms_key"]["key"]
    assert made["enable_key_rotation"] is True
    assert made["deletion_window_in_days"] == 30


def test_the_key_has_an_alias_of_the_deployments_name(synth: Any) -> None:
    alias = synth(key())["resource"]["aws_kms_alias"]["key"]
    assert alias == alias | {"name": "alias/demo", "target_key_id": "${aws_kms_key.key.key_id}"}


def test_iam_of_the_account_decides_who_uses_the_key(synth: Any) -> None:
    iam = statements(synth(key()))["LeaveToIam"]
    assert iam["Principal"]["AWS"].endswith(":root")
    assert "${data.aws_caller_identity.current.account_id}" in iam["Principal"]["AWS"]


def test_cloudwatch_logs_encrypts_for_log_groups_of_this_deployment_only(synth: Any) -> None:
    logs = statements(synth(key()))["LetCloudWatchLogsEncrypt"]
    region, account = (
        "${data.aws_region.current.id}",
        "${data.aws_caller_identity.current.account_id}",
    )
    assert logs["Principal"] == {"Service": f"logs.{region}.amazonaws.com"}
    groups = logs["Condition"]["ArnLike"]["kms:EncryptionContext:aws:logs:arn"]
    place = f"arn:${{data.aws_partition.current.partition}}:logs:{region}:{account}:log-group:"
    assert [group.removeprefix(place) for group in groups] == [
        "/airflow-fargate/demo/*",
        "/aws/rds/instance/demo-metadata/*",
        "/aws/ecs/containerinsights/demo/*",
    ]
    assert {"kms:GenerateDataKey", "kms:Decrypt"} <= set(logs["Action"])
    assert not any(action.endswith("*") for action in logs["Action"])


def test_nobody_else_is_named_in_the_policy(synth: Any) -> None:
    assert set(statements(synth(key()))) == {"LeaveToIam", "LetCloudWatchLogsEncrypt"}


def test_the_key_is_tagged(synth: Any) -> None:
    made = synth(key(tags={"team": "data"}))["resource"]["aws_kms_key"]["key"]
    assert made["tags"] == {"team": "data", "Name": "demo"}


def test_others_get_the_keys_arn(synth: Any) -> None:
    def build(stack: Any) -> None:
        TerraformOutput(stack, "arn", value=key()(stack).arn)

    assert synth(build)["output"]["arn"]["value"] == "${aws_kms_key.key.arn}"


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"name": "Demo"}, r"EncryptionKeyProps\.name must be 1 to 24 lower-case.*got 'Demo'"),
        (
            {"deletion_window_days": 6},
            r"EncryptionKeyProps\.deletion_window_days must be from 7 to 30 .*got 6",
        ),
        (
            {"deletion_window_days": "30"},
            r"EncryptionKeyProps\.deletion_window_days must be a whole number; got '30'",
        ),
    ],
)
def test_bad_input_is_refused_before_terraform(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidValue, match=message):
        EncryptionKeyProps(**{"name": "demo", **settings})


def from_variables(stack: Any) -> None:
    def variable(name: str, type_: str) -> TerraformVariable:
        return TerraformVariable(stack, name, type=type_, nullable=True)

    EncryptionKey(
        stack,
        "_key",
        EncryptionKeyProps(
            name=variable("name", "string").string_value,
            deletion_window_days=variable("window", "number").number_value,  # type: ignore[arg-type]
            tags=Token.as_string_map(variable("tags", "map(string)").value),
        ),
    )


@pytest.mark.slow  # test_modules_plan.py plans the whole from variables
@pytest.mark.real
@pytest.mark.parametrize("build", [key(tags={"team": "data"}), from_variables])
def test_terraform_takes_it_with_values_and_with_variables(validate: Any, build: Any) -> None:
    validate(build)
