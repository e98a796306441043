"""Policies whose statements only Terraform knows: what the real Terraform makes of them."""

import json
from typing import Any

from airflow_fargate.iam import Statement, StatementsFrom, any_of, policy
from airflow_fargate.values import boolean, expression, is_token, list_of, source

import pytest
from tests.constructs.terraform_outputs import outputs_by_call

FIXED = [
    Statement(sid="First", actions=["s3:ListBucket"], resources=["arn:aws:s3:::b"]),
    Statement(
        sid="Second",
        actions=["s3:GetObject"],
        resources=["arn:aws:s3:::b/*"],
        conditions={"StringEquals": {"aws:ResourceTag/team": "data"}},
    ),
]
FROM = StatementsFrom(text="var.statements")
MAYBE = [
    Statement(
        sid=sid,
        actions=["sqs:SendMessage"],
        resources=list_of("var.queue_arns"),
        when=boolean("length(var.queue_arns) > 0"),
        conditions=conditions,
    )
    for sid, conditions in (("Send", None), ("SendLate", {"Bool": {"aws:SecureTransport": "true"}}))
]
POLICIES = {
    "fixed_from_maybe": [*FIXED, FROM, *MAYBE],
    "from_alone": [FROM],
    "maybe_alone": MAYBE,
    "maybe_fixed_never": [
        *MAYBE,
        *FIXED,
        Statement(sid="Never", actions=["s3:*"], resources=["*"], when=False),
    ],
}
TYPE = (
    "list(object({sid = string, actions = list(string), resources = list(string), "
    "conditions = optional(map(map(list(string))))}))"
)
READ = {"sid": "Read", "actions": ["s3:GetObject"], "resources": ["arn:aws:s3:::a/*", "*"]}
SAFE = READ | {"sid": "Safe", "conditions": {"Bool": {"aws:SecureTransport": ["true"]}}}
CALLS: dict[str, dict[str, Any]] = {
    "nothing": {"statements": [], "queue_arns": []},
    "all": {"statements": [READ, SAFE], "queue_arns": ["arn:aws:sqs:eu-west-1:1:q"]},
}


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Outputs of one module that is called for each of the settings, by the settings' names."""
    outputs: dict[str, Any] = {name: policy(given) for name, given in POLICIES.items()}
    for name, given in POLICIES.items():
        present = any_of(given)
        outputs[f"has_{name}"] = expression(source(present)) if is_token(present) else present
    types = {"statements": TYPE, "queue_arns": "list(string)"}
    return outputs_by_call(tmp_path_factory.mktemp("policies"), types, outputs, CALLS)


def written(*statements: Statement) -> list[dict[str, Any]]:
    return json.loads(policy(statements))["Statement"]


SENT = [
    Statement(sid=each.sid, actions=each.actions, resources=["arn:aws:sqs:eu-west-1:1:q"],
              conditions=each.conditions)
    for each in MAYBE
]  # fmt: skip
TOLD = [Statement(**READ), Statement(**SAFE)]


@pytest.mark.parametrize(
    ("call", "name", "expected"),
    [
        ("nothing", "fixed_from_maybe", FIXED),
        ("nothing", "maybe_fixed_never", FIXED),
        ("nothing", "from_alone", []),
        ("all", "fixed_from_maybe", [*FIXED, *TOLD, *SENT]),
        ("all", "maybe_fixed_never", [*SENT, *FIXED]),
        ("all", "from_alone", TOLD),
        ("all", "maybe_alone", SENT),
    ],
)
def test_a_policy_of_terraform_has_the_statements_that_python_would_write(
    planned: dict[str, Any], call: str, name: str, expected: list[Statement]
) -> None:
    made = json.loads(planned[call][name])
    assert made == {"Version": "2012-10-17", "Statement": written(*expected)}


def test_there_is_a_policy_only_where_there_is_a_statement(planned: dict[str, Any]) -> None:
    has = {call: {n: v for n, v in planned[call].items() if n.startswith("has_")} for call in CALLS}
    assert set(has["all"].values()) == {True}
    assert has["nothing"] == {
        "has_fixed_from_maybe": True,
        "has_maybe_fixed_never": True,
        "has_from_alone": False,
        "has_maybe_alone": False,
    }


def test_what_python_knows_is_plain_json_and_what_is_off_is_not_in_it() -> None:
    off = Statement(sid="Off", actions=["s3:GetObject"], resources=["*"], when=False)
    assert written(*FIXED, off) == written(*FIXED)
    assert any_of([off]) is False
    assert any_of([off, *FIXED]) is True
