"""Decisions of IAM: statements, conditions, and policies that meet."""

from typing import Any

import pytest

from airflow_fargate_rehearsal.access.context import Context
from airflow_fargate_rehearsal.access.decision import Decision, Policies, decide
from airflow_fargate_rehearsal.access.principal import Principal
from airflow_fargate_rehearsal.access.statement import Request

ROLE = "arn:aws:iam::123456789012:role/worker"
ROOT = "arn:aws:iam::123456789012:root"
SESSION = "arn:aws:sts::123456789012:assumed-role/worker/1"
QUEUE = "arn:aws:sqs:eu-west-1:123456789012:default"
WORKER = Principal(account="123456789012", role_arn=ROLE, session_arn=SESSION)


def policy(*statements: dict[str, Any], name: str = "access") -> list[Any]:
    every = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": QUEUE}
    return [(name, {"Statement": [{**every, **each} for each in statements]})]


def asked(*, context: dict[str, Any] | None = None, **policies: Any) -> Decision:
    request = Request(action="sqs:SendMessage", resource=QUEUE, context=Context(context or {}))
    return decide(request, WORKER, Policies(**policies))


@pytest.mark.parametrize(
    ("statement", "allowed"),
    [
        ({}, True),
        ({"Action": "SQS:send*"}, True),
        ({"Action": "sqs:ReceiveMessage"}, False),
        ({"Action": "sqs:Send?essage"}, True),
        ({"Resource": "*"}, True),
        ({"Resource": "arn:aws:sqs:*:123456789012:def*"}, True),
        ({"Resource": "arn:aws:sqs:*:*:default"}, True),
        ({"Resource": "arn:aws:*:*:*:other"}, False),
        ({"Resource": f"{QUEUE}-other"}, False),
        ({"Resource": [f"{QUEUE}-other", QUEUE]}, True),
    ],
)
def test_a_statement_is_for_its_actions_and_resources(
    statement: dict[str, Any], *, allowed: bool
) -> None:
    assert asked(identity=policy(statement)).allowed == allowed


@pytest.mark.parametrize("element", ["NotAction", "NotResource"])
def test_what_is_excepted_is_not_allowed(element: str) -> None:
    excepted = {"NotAction": "sqs:SendMessage", "NotResource": QUEUE}[element]
    statement = {"Effect": "Allow", "Action": "*", "Resource": "*", element: excepted}
    del statement[element.removeprefix("Not")]
    assert not asked(identity=[("access", {"Statement": statement})]).allowed


@pytest.mark.parametrize(
    ("condition", "got", "met"),
    [
        ({"StringEquals": {"k": "a"}}, "a", True),
        ({"StringEquals": {"K": ["x", "a"]}}, "a", True),
        ({"StringEquals": {"k": "a*"}}, "ab", False),
        ({"StringLike": {"k": "a*"}}, "ab", True),
        ({"StringEquals": {"k": "a"}}, None, False),
        ({"StringNotLike": {"k": "a*"}}, "ab", False),
        ({"StringNotLike": {"k": "a*"}}, None, True),
        ({"StringNotEquals": {"k": ["a", "b"]}}, "b", False),
        ({"StringEqualsIfExists": {"k": "a"}}, None, True),
        ({"StringEqualsIfExists": {"k": "a"}}, "b", False),
        ({"Null": {"k": "true"}}, None, True),
        ({"Null": {"k": True}}, "a", False),
        ({"Bool": {"k": False}}, "false", True),
        ({"ArnLike": {"k": "arn:aws:ecs:*:1:cluster/*"}}, "arn:aws:ecs:r:1:cluster/c", True),
        ({"ArnEquals": {"k": "arn:aws:ecs:r:1:cluster/c"}}, "arn:aws:ecs:r:1:cluster/d", False),
        ({"NumericLessThan": {"k": "10"}}, "9", True),
        ({"DateGreaterThan": {"k": "2026-01-01T00:00:00Z"}}, "2026-11-22T00:00:00+00:00", True),
        ({"IpAddress": {"k": "10.0.0.0/8"}}, "10.1.2.3", True),
        ({"NotIpAddress": {"k": "10.0.0.0/8"}}, "10.1.2.3", False),
        ({"ForAllValues:StringEquals": {"k": ["a", "b"]}}, ["a", "b"], True),
        ({"ForAllValues:StringEquals": {"k": ["a"]}}, ["a", "b"], False),
        ({"ForAllValues:StringEquals": {"k": ["a"]}}, None, True),
        ({"ForAnyValue:StringEquals": {"k": ["a"]}}, ["a", "b"], True),
        ({"ForAnyValue:StringEquals": {"k": ["a"]}}, None, False),
        ({"StringEquals": {"k": "${who}"}}, "me", True),
        ({"StringEquals": {"k": "${nobody}"}}, "me", False),
    ],
)
def test_a_condition_decides(condition: dict[str, Any], got: Any, *, met: bool) -> None:
    context = {"k": got, "who": "me", "nobody": None}
    assert asked(identity=policy({"Condition": condition}), context=context).allowed == met


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ({"StringAlmost": {"aws:SecureTransport": "true"}}, "the condition operator StringAlmost"),
        ({"Bool": {"aws:Unheard": "true"}}, "the condition key aws:Unheard"),
    ],
)
@pytest.mark.parametrize("effect", ["Allow", "Deny"])
def test_what_cannot_be_evaluated_is_refused_and_named(
    condition: dict[str, Any], said: str, effect: str
) -> None:
    beside = [] if effect == "Allow" else [{}]
    statements = policy(*beside, {"Effect": effect, "Sid": "Odd", "Condition": condition})
    decision = asked(identity=statements, context={"aws:SecureTransport": "true"})
    assert not decision.allowed
    assert "Odd of access" in decision.hint
    assert said in decision.hint


def test_a_deny_wins_over_every_allow() -> None:
    denied = policy({"Effect": "Deny", "Principal": "*"}, name="the queue's policy")
    decision = asked(identity=policy({}), resource=denied)
    assert decision.because == "with an explicit deny in a resource-based policy"
    assert "the queue's policy denies it" in decision.hint


def test_a_refusal_names_what_came_nearest() -> None:
    decision = asked(identity=policy({"Sid": "Send", "Resource": f"{QUEUE}-other"}))
    assert decision.because == (
        "because no identity-based policy allows the sqs:SendMessage action"
    )
    assert decision.hint == f"Send of access does not allow it: it is for {QUEUE}-other only"


def test_a_boundary_limits_a_role() -> None:
    boundary = policy({"Action": "sqs:ReceiveMessage"})
    decision = asked(identity=policy({}), boundary=boundary)
    assert "no permissions boundary allows" in decision.because
    assert asked(identity=policy({}), boundary=policy({})).allowed


@pytest.mark.parametrize(
    ("principal", "alone", "with_identity"),
    [
        ({"AWS": ROLE}, True, True),
        ({"AWS": SESSION}, True, True),
        ("*", True, True),
        ({"AWS": ROOT}, False, True),
        ({"AWS": "arn:aws:iam::123456789012:role/other"}, False, True),
        ({"Service": "sqs.amazonaws.com"}, False, True),
    ],
)
def test_a_resources_policy_lets_in_whom_it_names(
    principal: Any, *, alone: bool, with_identity: bool
) -> None:
    resource = policy({"Principal": principal})
    assert asked(resource=resource).allowed == alone
    assert asked(resource=resource, identity=policy({})).allowed == with_identity


def test_a_keys_policy_must_leave_a_role_to_iam_or_name_it() -> None:
    identity = policy({})
    assert not asked(identity=identity, decides_alone=True).allowed
    to_iam = policy({"Principal": {"AWS": ROOT}})
    assert asked(identity=identity, resource=to_iam, decides_alone=True).allowed
    assert not asked(resource=to_iam, decides_alone=True).allowed
