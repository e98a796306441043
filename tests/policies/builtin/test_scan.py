"""What checkov's built-in rules say of what we read; checkov itself says it."""

import json
from typing import Any

import pytest
from tests.policies.builtin.said import FAILED, NOT_EVALUATED, PASSED, outcomes, said_of
from tests.policies.written import ReadHcl, ReadPlanned, ReadStack

from airflow_fargate_policies.finding import Outcome

READ_ONLY, PRIVILEGED = "CKV_AWS_336", "CKV_AWS_334"
POLICY_RULES = [f"CKV_AWS_{number}" for number in (62, 63, 286, 287, 288, 289, 290, 355)]
EVERYTHING = {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


def test_a_finding_says_where_and_what(read_stack: ReadStack) -> None:
    configuration = read_stack(
        {"aws_sqs_queue": {"q": {"//": {"metadata": {"path": "dev/broker/q"}}, "name": "x"}}}
    )

    found = said_of(configuration)["aws_sqs_queue.q", "CKV_AWS_27"]

    assert found.outcome is FAILED
    assert "encrypted" in found.message
    assert found.where == "dev/broker/q"
    assert found.target == "stack"


@pytest.mark.parametrize(("read_only", "outcome"), [(True, PASSED), (False, FAILED)])
def test_container_definitions_are_looked_into_in_every_form(
    read_stack: ReadStack,
    read_hcl: ReadHcl,
    read_planned: ReadPlanned,
    read_only: Any,
    outcome: Outcome,
) -> None:
    definitions = json.dumps(
        [
            {
                "name": "web",
                "image": "${aws_ecr_repository.r.url}:1",
                "readonlyRootFilesystem": read_only,
            }
        ]
    )
    task = {"family": "web", "container_definitions": definitions}

    configurations = [
        read_stack({"aws_ecs_task_definition": {"t": task}, "aws_ecr_repository": {"r": {}}}),
        read_hcl(
            'resource "aws_ecr_repository" "r" {}\n'
            'resource "aws_ecs_task_definition" "t" {\n  family = "web"\n'
            '  container_definitions = jsonencode([{ name = "web", image = '
            f'"${{aws_ecr_repository.r.url}}:1", readonlyRootFilesystem = {json.dumps(read_only)} '
            "}])\n}\n"
        ),
        read_planned({"type": "aws_ecs_task_definition", "name": "t", "values": task}),
    ]

    for configuration in configurations:
        found = outcomes(configuration, READ_ONLY)
        assert found == {"aws_ecs_task_definition.t": outcome}, configuration.kind


def test_a_policy_that_is_text_is_looked_into(read_stack: ReadStack) -> None:
    policy = {"name": "x", "policy": json.dumps(EVERYTHING)}

    found = said_of(read_stack({"aws_iam_policy": {"p": policy}}))

    for rule in POLICY_RULES:
        assert found["aws_iam_policy.p", rule].outcome is FAILED, rule


def test_a_security_group_that_is_open_is_seen_whatever_is_null(read_stack: ReadStack) -> None:
    egress = {
        "cidr_blocks": ["0.0.0.0/0"],
        "from_port": 0,
        "to_port": 0,
        "protocol": "-1",
        "prefix_list_ids": None,
        "security_groups": None,
    }

    configuration = read_stack({"aws_security_group": {"g": {"name": "x", "egress": [egress]}}})

    assert outcomes(configuration, "CKV_AWS_382") == {"aws_security_group.g": FAILED}


@pytest.mark.parametrize(
    ("rotation", "outcome"),
    [
        ("true", PASSED),
        ("false", FAILED),
        ("var.rotation", NOT_EVALUATED),
        ("var.is_production ? true : false", NOT_EVALUATED),
    ],
)
def test_a_verdict_that_rests_on_what_is_not_known_is_none(
    read_hcl: ReadHcl, rotation: str, outcome: Outcome
) -> None:
    configuration = read_hcl(
        f'resource "aws_kms_key" "key" {{\n  enable_key_rotation = {rotation}\n}}\n'
    )

    found = said_of(configuration)["aws_kms_key.key", "CKV_AWS_7"]

    assert found.outcome is outcome
    assert ("not known yet (enable_key_rotation)" in found.message) is (outcome is NOT_EVALUATED)


def test_a_verdict_that_does_not_rest_on_what_is_not_known_stands(read_hcl: ReadHcl) -> None:
    configuration = read_hcl(
        'resource "aws_kms_key" "key" {\n  description = var.x\n  enable_key_rotation = true\n}\n'
    )

    assert outcomes(configuration, "CKV_AWS_7") == {"aws_kms_key.key": PASSED}


@pytest.mark.parametrize(
    "policy", ["var.policy", "var.open ? jsonencode({}) : jsonencode({ Statement = [] })"]
)
def test_a_policy_that_cannot_be_read_passes_nothing(read_hcl: ReadHcl, policy: str) -> None:
    found = said_of(
        read_hcl(f'resource "aws_iam_policy" "p" {{\n  name = "x"\n  policy = {policy}\n}}\n')
    )

    for rule in POLICY_RULES:
        assert found["aws_iam_policy.p", rule].outcome is NOT_EVALUATED, rule


@pytest.mark.parametrize(
    "definitions",
    [
        "var.definitions",
        'jsonencode(concat([{ name = "a", readonlyRootFilesystem = true }], var.sidecars))',
        'jsonencode([{ name = "a", readonlyRootFilesystem = var.read_only }])',
    ],
)
def test_container_definitions_that_cannot_be_read_pass_nothing(
    read_hcl: ReadHcl, definitions: str
) -> None:
    configuration = read_hcl(
        'resource "aws_ecs_task_definition" "t" {\n  family = "x"\n'
        f"  container_definitions = {definitions}\n}}\n"
    )

    assert outcomes(configuration, READ_ONLY) == {"aws_ecs_task_definition.t": NOT_EVALUATED}


_SSH = "from_port = 22\n  to_port = 22\n"
_ALL = 'policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }] })'


@pytest.mark.parametrize(
    ("rule", "type_", "body"),
    [
        ("CKV_AWS_24", "aws_security_group_rule", f"{_SSH}  cidr_blocks = var.cidrs"),
        ("CKV_AWS_24", "aws_security_group_rule", f"{_SSH}  cidr_blocks = [var.cidr]"),
        ("CKV_AWS_24", "aws_vpc_security_group_ingress_rule", f"{_SSH}  cidr_ipv4 = var.cidr"),
        ("CKV_AWS_20", "aws_s3_bucket", "acl = var.acl"),
        ("CKV_AWS_274", "aws_iam_role_policy_attachment", "policy_arn = var.policy"),
        ("CKV_AWS_62", "aws_iam_policy", _ALL.replace('Action = "*"', "Action = var.actions")),
        ("CKV_AWS_62", "aws_iam_policy", _ALL.replace('"Allow"', "var.effect")),
        ("CKV_AWS_62", "aws_iam_policy", _ALL.replace('Resource = "*"', "Resource = var.all")),
    ],
)
def test_a_value_that_only_the_worst_shows_is_tried(
    read_hcl: ReadHcl, rule: str, type_: str, body: str
) -> None:
    kind = 'type = "ingress"\n  protocol = "tcp"\n' if "security_group" in type_ else ""
    configuration = read_hcl(f'resource "{type_}" "r" {{\n  {kind}  {body}\n}}\n')

    assert list(outcomes(configuration, rule).values()) == [NOT_EVALUATED]


def test_a_reference_to_a_key_is_a_key(read_stack: ReadStack) -> None:
    configuration = read_stack(
        {
            "aws_kms_key": {"k": {}},
            "aws_sqs_queue": {"q": {"kms_master_key_id": "${aws_kms_key.k.arn}"}},
        }
    )

    assert outcomes(configuration, "CKV_AWS_27") == {"aws_sqs_queue.q": PASSED}
