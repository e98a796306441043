"""Props: checked when they are made, with messages that say what to do."""

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import airflow_fargate as af
from airflow_fargate.props import KmsKeyArn, LogRetentionDays, Name, completed, props
from airflow_fargate.rules import Arn, Between, CidrBlock, InvalidValue, Items, Matches

import pytest


@props
class WidgetProps:
    """Props with a field of each kind."""

    name: Name
    zones: Annotated[int, Between(2, 6, "two are needed")] = 2
    share: float = 0.5
    nat: Literal["single", "none"] = "single"
    logs: bool = True
    log_retention_days: LogRetentionDays = 30
    kms_key_arn: KmsKeyArn = None
    block: Annotated[str, CidrBlock(16, 22)] = "10.0.0.0/16"
    subnets: Annotated[Sequence[str], Items(Matches(r"subnet-\w+", "a subnet"), minimum=2)] = (
        "subnet-a",
        "subnet-b",
    )
    tags: Mapping[str, str] | None = None


@pytest.mark.parametrize(
    ("field", "value", "rule"),
    [
        ("name", "Airflow", "lower-case letters"),
        ("name", "air--flow", "single hyphens"),
        ("name", "airflow-", "not ending in a hyphen"),
        ("name", "a" * 25, "1 to 24"),
        ("name", "1st", "beginning with a letter"),
        ("name", "", "1 to 24"),
        ("name", 5, "text"),
        ("zones", 1, r"from 2 to 6 \(two are needed\)"),
        ("zones", "2", "a whole number"),
        ("zones", 2.5, "a whole number"),
        ("zones", True, "a whole number"),
        ("share", "half", "a number"),
        ("nat", "both", "one of 'single', 'none'"),
        ("logs", "yes", "true or false"),
        ("log_retention_days", 31, "what CloudWatch Logs allows"),
        ("kms_key_arn", "alias/mine", "arn:aws:kms:"),
        ("kms_key_arn", "arn:aws:kms:eu-west-1:123456789012:alias/mine", "key/"),
        ("block", "10.0.0.0/23", "/16 to /22"),
        ("block", "10.0.0.1/16", "no host bits"),
        ("block", "10.0.0.0", "IPv4 network"),
        ("subnets", ["subnet-a"], "at least 2 different"),
        ("subnets", ["subnet-a", "subnet-a"], "different"),
        ("subnets", "subnet-a", "a list"),
        ("tags", {"team": 5}, "a mapping of text to text"),
    ],
)
def test_a_bad_value_is_refused_with_field_rule_and_value(
    field: str, value: object, rule: str
) -> None:
    settings: dict[str, Any] = {"name": "demo", field: value}
    with pytest.raises(InvalidValue, match=rf"^WidgetProps\.{field} must be .*{rule}") as raised:
        WidgetProps(**settings)
    assert repr(value) in str(raised.value)


def test_values_from_terraform_pass() -> None:
    made = WidgetProps(
        name="${var.name}",
        zones=-8.1e298,  # type: ignore[arg-type]
        subnets=["#{TfToken[TOKEN.1]}"],
        kms_key_arn="${aws_kms_key.mine.arn}",
        tags="${var.tags}",  # type: ignore[arg-type]
    )
    assert made.name == "${var.name}"


def test_props_are_keyword_only_and_frozen() -> None:
    with pytest.raises(TypeError):
        WidgetProps("demo")  # type: ignore[misc]
    with pytest.raises(dataclasses.FrozenInstanceError):
        WidgetProps(name="demo").zones = 3  # type: ignore[misc]


def test_aws_own_policies_can_be_boundaries() -> None:
    assert Arn("iam", "policy/").holds("arn:aws:iam::aws:policy/PowerUserAccess")
    assert not Arn("iam", "policy/").holds("arn:aws:iam::1:policy/mine")


def test_what_only_looks_like_a_token_is_refused() -> None:
    with pytest.raises(InvalidValue, match="must be text"):
        WidgetProps(name=Path("Bad Name"))  # type: ignore[arg-type]


@pytest.mark.parametrize("partition", ["aws", "aws-cn", "aws-us-gov"])
def test_arns_of_every_partition_are_accepted(partition: str) -> None:
    assert Arn("kms", "key/").holds(f"arn:{partition}:kms:eu-west-1:123456789012:key/a-b")


@props
class Extended(af.NetworkProps):
    """Props that extend others."""

    answer: int = 42


def test_props_that_extend_others_keep_their_checks() -> None:
    existing = af.ExistingNetwork(
        vpc_id="vpc-0123456789abcdef0",
        private_subnet_ids=["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
    )
    with pytest.raises(InvalidValue, match=r"Extended\.az_count must be left out"):
        Extended(name="demo", existing=existing, az_count=3)


def test_what_was_left_out_is_completed_and_what_was_given_stays() -> None:
    given = af.NetworkProps(log_retention_days=30, az_count=3)
    made = completed(given, name="demo", log_retention_days=90, kms_key_arn=None, other=1)
    assert (made.name, made.log_retention_days, made.az_count) == ("demo", 30, 3)
    assert completed(af.NetworkProps(), name="demo", log_retention_days=90).log_retention_days == 90


def test_a_construct_by_itself_needs_a_name(synth: Any) -> None:
    with pytest.raises(InvalidValue, match=r"BrokerProps.name must be given.*by itself"):
        synth(lambda stack: af.Broker(stack, "broker", af.BrokerProps()))


def test_a_name_that_was_given_is_checked() -> None:
    with pytest.raises(InvalidValue, match=r"BrokerProps\.name must be 1 to 24 lower-case"):
        af.BrokerProps(name="")
