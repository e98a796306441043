"""Interfaces of modules: rules of props are the same in Terraform, docstrings are descriptions."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

from airflow_fargate import MetadataDatabaseProps, Network, NetworkProps
from airflow_fargate.broker import POOL
from airflow_fargate.credentials import RecoveryWindow
from airflow_fargate.existing_database import ExistingDatabase
from airflow_fargate.fargate_task_props import FargateTaskProps
from airflow_fargate.git_dags import GitDags
from airflow_fargate.nulls import knowing_nulls
from airflow_fargate.props import LogRetentionDays, Name, SecurityGroupId
from airflow_fargate.rds_windows import DailyWindow, WeeklyWindow, overlap
from airflow_fargate.rules import Arn, Between, CidrBlock, Items, Matches, OneOf, Rule, TagSet
from airflow_fargate.s3_dags import S3Dags

import pytest
from module_writer.interface.checks import room_to_grow, windows_apart
from module_writer.interface.conditions import condition
from module_writer.interface.docs import attribute_docs, field_docs, one_line
from module_writer.interface.hints import kind_of
from module_writer.interface.inputs import input_of
from module_writer.interface.regular import matches
from module_writer.interface.variables import REQUIRED, Variable
from tests.module_writer.conftest import Run

TEXTS = [
    *("", "a", "demo", "demo-1", "-demo", "demo-", "de--mo", "Demo", "1demo", "sg", "sg-x", "sgx"),
    *("a" * 24, "a" * 25, "internal-a", "amzn-s3-demo", "sthree-b", "even_odd", "even__odd", "_a"),
    *("a\nb", "demo\n", " demo", "a b", "ä"),
    *("10.0.0.0/16", "10.0.0.1/16", "10.0.0.0/8", "10.0.0.0/24", "10.0.0.0", "2001:db8::/32"),
    *("0.0.0.0/0", "203.0.113.7/32", "300.0.0.0/16", "10.0.0.0/33", "/16"),
    *("vpc-0123456789abcdef0", "subnet-0123456789abcdef0", "sg-0123456789abcdef0", "sg-xyz"),
    "arn:aws:kms:eu-west-1:123456789012:key/a",
    "arn:aws-cn:kms:cn-north-1:123456789012:key/a",
    "arn:aws:kms:eu-west-1:12345:key/a",
    "arn:aws:iam::123456789012:policy/boundary",
    "arn:aws:iam::aws:policy/ReadOnlyAccess",
    "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf",
    "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db",
    *("15", "16", "17", "99", "17.4", "db.t4g.small", "db.t3.small", "db.m7g.2xlarge"),
    *("01:00-02:00", "23:30-00:30", "01:00-01:10", "24:00-25:00", "01:00", "sun:03:00-sun:04:00"),
    *("sun:23:30-mon:00:30", "sun:03:00-tue:04:00", "sun:03:00-mon:03:00", "sun:03:00-sun:03:10"),
    *("/data", "/data/", "data", "/", "/a/b.c", "example.com", "https://example.com", "main"),
    *("refs/heads/main", "v1..2", "feature/x", "a.", "airflow/dags", "/dags", "dags/", "../x"),
    *("my-bucket", "My_Bucket", "s3://x", "a/b_", "a=1/b", "a-", "image:1", "image", "a@b:1"),
    "123456789012.dkr.ecr.eu-west-1.amazonaws.com/airflow:2026-11",
    "example.com/airflow@sha256:" + "0" * 64,
]
NUMBERS = [-1, 0, 1, 2, 3, 6, 7, 8, 14, 20, 21, 30, 31, 35, 36, 365, 366, 3653, 65536, 65537]
LISTS = [[], ["/data"], ["/data", "/data"], ["/data", "/b"], ["data"], ["/b", "x"]]
TAGS: list[dict[str, str]] = [
    {},
    {"team": "data"},
    {"Name": "x"},
    {"Named": "x"},
    {"aws:x": "y"},
    {"": "x"},
    {"a" * 129: "x"},
    {"a": "x" * 257},
    {str(n): "" for n in range(41)},
    {str(n): "" for n in range(40)},
]


@pytest.fixture(autouse=True)
def nulls() -> Iterator[None]:
    with knowing_nulls():
        yield


def rules_of(hint: Any) -> list[Rule]:
    return list(kind_of(hint).rules)


def rules_of_fields(cls: type, *fields: str) -> list[Rule]:
    hints = {name: hint for each in reversed(cls.__mro__) for name, hint in _hints(each).items()}
    return [rule for field in fields for rule in rules_of(hints[field])]


def _hints(cls: type) -> dict[str, Any]:
    return {} if cls is object else cls.__annotations__


OF_TEXTS: list[Rule] = [
    *rules_of(Name),
    POOL,
    *rules_of(SecurityGroupId),
    *rules_of(Literal["network", "main"]),
    CidrBlock(),
    CidrBlock(16, 21),
    Arn("kms", "key/"),
    Arn("iam", "policy/"),
    DailyWindow(),
    WeeklyWindow(),
    *rules_of_fields(MetadataDatabaseProps, "engine_version", "instance_class"),
    *rules_of_fields(ExistingDatabase, "host", "database_name", "secret_arn"),
    *rules_of_fields(FargateTaskProps, "task", "image_uri", "shared_storage_path"),
    *rules_of_fields(GitDags, "tracking_ref", "subdir", "git_conn_id"),
    *rules_of_fields(S3Dags, "bucket_name", "prefix"),
]
OF_NUMBERS: list[Rule] = [Between(2, 6), RecoveryWindow(), *rules_of(LogRetentionDays)]
OF_LISTS: list[Rule] = [
    Items(Matches(r"(/[A-Za-z0-9_.-]+)+", "a path")),
    Items(Matches(r"(/[A-Za-z0-9_.-]+)+", "a path"), minimum=2),
]


def answers(run_terraform: Run, folder: Path, conditions: dict[str, tuple[str, Any]]) -> Any:
    """What Terraform says of conditions for `var.value`: a condition and its value by name."""
    config = {
        "output": {
            name: {"value": f"${{[for value in [jsondecode({_text(value)})] : {text}][0]}}"}
            for name, (text, value) in conditions.items()
        }
    }
    (folder / "main.tf.json").write_text(json.dumps(config))
    run_terraform(folder, "apply", "-auto-approve", "-input=false")
    found = json.loads(run_terraform(folder, "output", "-json"))
    return {name: each["value"] for name, each in found.items()}


def _text(value: Any) -> str:
    return json.dumps(json.dumps(value)).replace("${", "$${").replace("%{", "%%{")


def test_rules_say_the_same_in_terraform_as_in_python(run_terraform: Run, tmp_path: Path) -> None:
    expected: dict[str, tuple[Rule, Any, bool]] = {}
    conditions: dict[str, tuple[str, Any]] = {}
    for rules, values in (
        (OF_TEXTS, TEXTS),
        (OF_NUMBERS, NUMBERS),
        (OF_LISTS, LISTS),
        ([TagSet()], TAGS),
    ):
        for rule in rules:
            for value in values:
                name = f"r{len(conditions)}"
                conditions[name] = (condition(rule, "value"), value)
                expected[name] = (rule, value, rule.holds(value))
    found = answers(run_terraform, tmp_path, conditions)
    wrong = [expected[name] for name in expected if found[name] != expected[name][2]]
    assert wrong == []
    both = {(rule.text, holds) for rule, _, holds in expected.values()}
    assert len(both) == 2 * len({text for text, _ in both}), "a rule has no good or no bad value"


def test_windows_overlap_alike_in_terraform(run_terraform: Run, tmp_path: Path) -> None:
    daily = ["01:00-02:00", "23:30-00:30", "03:00-04:00", "02:00-02:30"]
    weekly = ["sun:03:00-sun:04:00", "sun:23:00-mon:02:00", "mon:03:00-tue:03:00"]
    pairs = {f"w{i}": pair for i, pair in enumerate((d, w) for d in daily for w in weekly)}
    check = windows_apart().condition
    conditions = {
        name: (
            check.replace("var.database.backup_window", "value[0]").replace(
                "var.database.maintenance_window", "value[1]"
            ),
            list(pair),
        )
        for name, pair in pairs.items()
    }
    found = answers(run_terraform, tmp_path, conditions)
    assert found == {name: not overlap(*pair) for name, pair in pairs.items()}
    assert len(set(found.values())) == 2


def test_a_pattern_that_looks_around_in_the_middle_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot look around"):
        matches("a(?=b)c", "var.x")


def test_a_rule_that_is_not_known_is_refused() -> None:
    class Odd:
        text = "odd"

        def holds(self, value: object) -> bool:
            return bool(value)

    with pytest.raises(TypeError, match="Odd"):
        condition(Odd(), "var.x")


def test_a_field_becomes_a_variable_with_its_docstring_default_and_rule() -> None:
    variable = input_of(NetworkProps, "az_count").variable
    assert variable.block() == {
        "description": "Availability zones, each with a public and a private subnet.",
        "type": "number",
        "default": 2,
        "nullable": False,
        "validation": [
            {
                "condition": (
                    "${floor(var.az_count) == var.az_count && "
                    "var.az_count >= 2 && var.az_count <= 6}"
                ),
                "error_message": (
                    "az_count must be a whole number from 2 to 6 (RDS and the load balancer need "
                    "two zones); got ${jsonencode(var.az_count)}."
                ),
            }
        ],
    }


def test_a_field_without_a_default_is_required_and_one_with_none_may_be_null() -> None:
    assert input_of(NetworkProps, "name").variable.default is REQUIRED
    key = input_of(NetworkProps, "kms_key_arn").variable
    assert (key.default, key.nullable) == (None, True)
    assert key.validations[0].condition.startswith("var.kms_key_arn == null ? true : (")


def test_objects_say_types_and_defaults_of_their_attributes() -> None:
    inner = Variable("size", "number", "Size.", 0)
    outer = Variable(
        "box",
        "object",
        "A box.",
        {},
        [
            inner,
            Variable("on", "bool", "Is it on.", False),
            Variable("who", "string", "Who.", None),
        ],
    )
    assert outer.type_text == (
        "object({ size = optional(number, 0), on = optional(bool, false), who = optional(string) })"
    )
    assert outer.text == "A box.\n- `size`: Size.\n- `on`: Is it on.\n- `who`: Who."


def test_types_of_python_that_are_not_known_are_refused() -> None:
    assert kind_of(Annotated[str | None, OneOf(("a",))]).type == "string"
    with pytest.raises(TypeError, match="complex"):
        kind_of(complex)


def test_docstrings_below_fields_and_attributes_are_found() -> None:
    assert field_docs(NetworkProps)["flow_logs"].startswith("Whether accepted and refused")
    assert attribute_docs(Network)["vpc_id"] == "The VPC."
    assert one_line("None\n    or `x=True`; Nonesuch") == "null or `x = true`; Nonesuch"


def test_the_database_has_room_to_grow() -> None:
    assert "a tenth more than storage_gib" in room_to_grow().error_message
