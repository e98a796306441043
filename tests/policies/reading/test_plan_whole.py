"""Which plans are read, and what is in them beside planned resources."""

import json
import time
from pathlib import Path
from typing import Any

import pytest
from tests.policies.written import ReadPlanned, plan_of

from airflow_fargate_policies.reading import read_plan
from airflow_fargate_policies.resource import UnreadableError

BUCKET = {"type": "aws_s3_bucket", "name": "logs"}


def test_what_goes_is_not_there(read_planned: ReadPlanned) -> None:
    found = read_planned(
        {**BUCKET, "name": "kept", "actions": ["no-op"]},
        {**BUCKET, "name": "replaced", "actions": ["delete", "create"]},
        {**BUCKET, "name": "gone", "actions": ["delete"]},
        {**BUCKET, "name": "forgotten", "actions": ["forget"]},
    )

    assert [each.name for each in found.resources] == ["kept", "replaced"]


def test_what_is_left_of_a_replaced_resource_does_not_hide_the_new_one(tmp_path: Path) -> None:
    plan = plan_of({**BUCKET, "values": {"acl": "public-read"}})
    (change,) = plan["resource_changes"]
    deposed = {**change, "deposed": "00000000", "change": {"actions": ["delete"]}}
    plan["resource_changes"].append(deposed)
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(plan))

    assert [each.values for each in read_plan(file).resources] == [{"acl": "public-read"}]


def test_data_sources_that_were_read_are_there(read_planned: ReadPlanned) -> None:
    found = read_planned(
        prior_state={
            "values": {
                "root_module": {
                    "resources": [
                        {
                            "address": "data.aws_iam_policy_document.d",
                            "mode": "data",
                            "type": "aws_iam_policy_document",
                            "name": "d",
                            "values": {"version": "2012-10-17"},
                        },
                        {**BUCKET, "address": "aws_s3_bucket.logs", "mode": "managed"},
                    ]
                }
            }
        }
    )

    assert [(each.address, each.mode) for each in found.resources] == [
        ("data.aws_iam_policy_document.d", "data")
    ]


def test_outputs_and_variables_are_kept_as_they_stand_in_the_plan(tmp_path: Path) -> None:
    plan = plan_of(variables={"password": {"value": "p"}, "none": {}})
    plan["planned_values"]["outputs"] = {
        "url": {"value": "https://x", "sensitive": False},
        "later": {"sensitive": True},
    }
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(plan))

    assert read_plan(file, name="mine").outside == {
        "output.url": "https://x",
        "output.later": None,
        "var.password": "p",
        "var.none": None,
    }


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ({"format_version": "1.0", "values": {"root_module": {}}}, "terraform plan -out=plan"),
        ({"planned_values": {}}, "terraform plan -out=plan"),
        ([], "its JSON is a list"),
        (plan_of(errored=True), "not the whole"),
        (plan_of(complete=False), "not the whole"),
    ],
)
def test_what_is_no_whole_plan_is_refused(tmp_path: Path, content: Any, why: str) -> None:
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(content))

    with pytest.raises(UnreadableError, match=why) as raised:
        read_plan(file)

    assert str(file) in str(raised.value)


def test_the_binary_form_of_a_plan_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    file.write_bytes(b"PK\x03\x04\x14\x00\x08\x00\x08\x00\xff\xfe")

    with pytest.raises(UnreadableError, match="cannot be read as JSON"):
        read_plan(file)


def test_a_plan_of_thousands_of_resources_is_read_in_seconds(tmp_path: Path) -> None:
    # A whole Airflow has two hundred.
    values = {"policy": json.dumps({"Statement": [{"Action": "s3:*"}] * 20}), "tags": {"a": "b"}}
    expressions = {"policy": {"references": ["aws_kms_key.k.arn", "aws_kms_key.k"]}}
    file = tmp_path / "plan.json"
    file.write_text(
        json.dumps(
            plan_of(
                *(
                    {**BUCKET, "name": f"b{n}", "values": values, "expressions": expressions}
                    for n in range(2000)
                )
            )
        )
    )
    before = time.process_time()

    assert len(read_plan(file).resources) == 2000
    assert time.process_time() - before < 5
