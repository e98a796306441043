"""What checkov's built-in rules say of what we read; checkov itself says it."""

import json
from types import SimpleNamespace
from typing import Any

import pytest
from tests.policies.written import ReadHcl, ReadPlanned, ReadStack

from airflow_fargate_policies.builtin import check_builtin
from airflow_fargate_policies.builtin.scan import scan
from airflow_fargate_policies.finding import Finding, Outcome
from airflow_fargate_policies.resource import Configuration, UnreadableError

PASSED, FAILED, NOT_EVALUATED = Outcome.PASSED, Outcome.FAILED, Outcome.NOT_EVALUATED
READ_ONLY, PRIVILEGED = "CKV_AWS_336", "CKV_AWS_334"
POLICY_RULES = [f"CKV_AWS_{number}" for number in (62, 63, 286, 287, 288, 289, 290, 355)]
EVERYTHING = {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


def _said(configuration: Configuration) -> dict[tuple[str, str], Finding]:
    return {(each.address, each.rule): each for each in scan(configuration)}


def _outcomes(configuration: Configuration, rule: str) -> dict[str, Outcome]:
    return {
        address: each.outcome
        for (address, said), each in _said(configuration).items()
        if said == rule
    }


def test_a_finding_says_where_and_what(read_stack: ReadStack) -> None:
    configuration = read_stack(
        {"aws_sqs_queue": {"q": {"//": {"metadata": {"path": "dev/broker/q"}}, "name": "x"}}}
    )

    found = _said(configuration)["aws_sqs_queue.q", "CKV_AWS_27"]

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
        found = _outcomes(configuration, READ_ONLY)
        assert found == {"aws_ecs_task_definition.t": outcome}, configuration.kind


def test_a_policy_that_is_text_is_looked_into(read_stack: ReadStack) -> None:
    policy = {"name": "x", "policy": json.dumps(EVERYTHING)}

    found = _said(read_stack({"aws_iam_policy": {"p": policy}}))

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

    assert _outcomes(configuration, "CKV_AWS_382") == {"aws_security_group.g": FAILED}


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

    found = _said(configuration)["aws_kms_key.key", "CKV_AWS_7"]

    assert found.outcome is outcome
    assert ("not known yet (enable_key_rotation)" in found.message) is (outcome is NOT_EVALUATED)


def test_a_verdict_that_does_not_rest_on_what_is_not_known_stands(read_hcl: ReadHcl) -> None:
    configuration = read_hcl(
        'resource "aws_kms_key" "key" {\n  description = var.x\n  enable_key_rotation = true\n}\n'
    )

    assert _outcomes(configuration, "CKV_AWS_7") == {"aws_kms_key.key": PASSED}


@pytest.mark.parametrize(
    "policy", ["var.policy", "var.open ? jsonencode({}) : jsonencode({ Statement = [] })"]
)
def test_a_policy_that_cannot_be_read_passes_nothing(read_hcl: ReadHcl, policy: str) -> None:
    found = _said(
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

    assert _outcomes(configuration, READ_ONLY) == {"aws_ecs_task_definition.t": NOT_EVALUATED}


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

    assert list(_outcomes(configuration, rule).values()) == [NOT_EVALUATED]


def test_a_reference_to_a_key_is_a_key(read_stack: ReadStack) -> None:
    configuration = read_stack(
        {
            "aws_kms_key": {"k": {}},
            "aws_sqs_queue": {"q": {"kms_master_key_id": "${aws_kms_key.k.arn}"}},
        }
    )

    assert _outcomes(configuration, "CKV_AWS_27") == {"aws_sqs_queue.q": PASSED}


BLOCKED = dict.fromkeys(
    ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"),
    True,
)


def test_two_calls_of_one_module_are_not_mixed_up(read_hcl: ReadHcl, tmp_path: Any) -> None:
    bucket = 'resource "aws_s3_bucket" "b" {}\n'
    settings = "".join(f"  {name} = true\n" for name in BLOCKED)
    block = (
        'resource "aws_s3_bucket_public_access_block" "b" {\n'
        f"  bucket = aws_s3_bucket.b.id\n{settings}}}\n"
    )
    for name, text in (("closed", bucket + block), ("open", bucket)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "main.tf").write_text(text)

    configuration = read_hcl(
        'module "closed" {\n  source = "../closed"\n}\nmodule "open" {\n  source = "../open"\n}\n'
    )

    assert _outcomes(configuration, "CKV2_AWS_6") == {
        "module.closed.aws_s3_bucket.b": PASSED,
        "module.open.aws_s3_bucket.b": FAILED,
    }


@pytest.mark.parametrize("applied", [False, True])
def test_what_belongs_together_is_seen_before_and_after_an_apply(
    read_planned: ReadPlanned, *, applied: bool
) -> None:
    bucket = {"type": "aws_s3_bucket", "name": "b", "values": {"bucket": "x"}}
    block = {
        "type": "aws_s3_bucket_public_access_block",
        "name": "b",
        "values": {**BLOCKED, **({"bucket": "x"} if applied else {})},
        "after_unknown": {} if applied else {"bucket": True},
        "expressions": {"bucket": {"references": ["aws_s3_bucket.b.id", "aws_s3_bucket.b"]}},
    }

    assert _outcomes(read_planned(bucket, block), "CKV2_AWS_6") == {"aws_s3_bucket.b": PASSED}


def test_a_resource_that_may_not_be_there_saves_nothing(read_hcl: ReadHcl) -> None:
    settings = "".join(f"  {name} = true\n" for name in BLOCKED)
    configuration = read_hcl(
        'resource "aws_s3_bucket" "b" {}\n'
        'resource "aws_s3_bucket_public_access_block" "b" {\n  count = var.closed ? 1 : 0\n'
        f"  bucket = aws_s3_bucket.b.id\n{settings}}}\n"
    )

    assert _outcomes(configuration, "CKV2_AWS_6") == {"aws_s3_bucket.b": NOT_EVALUATED}
    found = _outcomes(configuration, "CKV_AWS_53")
    assert found == {"aws_s3_bucket_public_access_block.b": PASSED}


def test_a_dynamic_block_is_neither_there_nor_not(read_hcl: ReadHcl) -> None:
    configuration = read_hcl(
        'resource "aws_lb" "alb" {\n  dynamic "access_logs" {\n    for_each = var.logs\n'
        "    content {\n      bucket = access_logs.value\n      enabled = true\n    }\n  }\n}\n"
    )

    assert _outcomes(configuration, "CKV_AWS_91") == {"aws_lb.alb": NOT_EVALUATED}


def test_what_checkov_cannot_read_is_no_green(
    read_stack: ReadStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = SimpleNamespace(parsing_errors=["plan.json"], passed_checks=[], failed_checks=[])
    monkeypatch.setattr("checkov.terraform.plan_runner.Runner.run", lambda *_, **__: report)

    with pytest.raises(UnreadableError, match="stack: checkov cannot read"):
        list(scan(read_stack({"aws_sqs_queue": {"q": {}}})))


def test_a_rule_that_breaks_is_not_evaluated(
    read_stack: ReadStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    from checkov.terraform.checks.resource.aws.SQSQueueEncryption import check  # noqa: PLC0415

    def broken(_: object) -> None:
        raise KeyError("a shape that nobody thought of")

    configuration = read_stack({"aws_sqs_queue": {"q": {"kms_master_key_id": "x"}}})
    before = {each.outcome for each in check_builtin(configuration) if each.rule == check.id}
    monkeypatch.setattr(check, "scan_resource_conf", broken)
    after = [each for each in check_builtin(configuration) if each.rule == check.id]

    assert before == {PASSED}
    assert [each.outcome for each in after] == [NOT_EVALUATED]
    assert "says nothing about it" in after[0].message
