"""What the gate makes of findings, of plans, and of what it cannot see."""

import pytest
from tests.policies.gate.judged import PASSED, declared, finding, rules, target

from airflow_fargate_policies.exceptions import NEEDLESS
from airflow_fargate_policies.finding import Finding, Outcome
from airflow_fargate_policies.judging import NO_PLAN, NOTHING, OTHER_PLAN, UNSEEN
from airflow_fargate_policies.verdict import Verdict


def test_what_passes_opens_the_gate() -> None:
    assert rules(target(PASSED)) == []


@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.NOT_EVALUATED])
def test_what_fails_or_is_not_evaluated_shuts_it(outcome: Outcome) -> None:
    assert rules(target(PASSED, finding(outcome))) == [("CKV_AWS_91", "aws_lb.it")]


def test_what_a_roots_hcl_leaves_open_its_plan_need_not_need() -> None:
    at_line = declared(where="main.tf:3")
    hcl = target(PASSED, finding(Outcome.NOT_EVALUATED), form="module", exceptions=(at_line,))
    plan = target(PASSED, finding(Outcome.PASSED), form="plan", exceptions=(at_line,))
    assert rules(hcl, plan) == []
    assert rules(plan) == [(NEEDLESS, "aws_lb.it")]


@pytest.mark.parametrize("form", ["synthesized", "plan", "module", "Dockerfiles", "secrets"])
def test_a_target_in_which_nothing_is_evaluated_shuts_it(form: str) -> None:
    assert rules(target(form=form)) == [(NOTHING, "path")]


IT = {"aws_lb.it": True}


@pytest.mark.parametrize(
    ("planned", "resources", "expected"),
    [
        ([finding(Outcome.PASSED, 'aws_lb.it["a"]')], IT, []),
        ([finding(Outcome.NOT_EVALUATED)], IT, [("CKV_AWS_91", "aws_lb.it")] * 2),
        (
            [finding(Outcome.PASSED, "aws_lb.it[0]"), finding(Outcome.NOT_EVALUATED, "aws_lb.it")],
            IT,
            [("CKV_AWS_91", "aws_lb.it")] * 2,
        ),
        ([finding(Outcome.FAILED)], IT, [("CKV_AWS_91", "aws_lb.it")]),
        ([finding(Outcome.PASSED, rule="CKV_AWS_1")], IT, [("CKV_AWS_91", "aws_lb.it")]),
    ],
)
def test_what_is_not_known_in_a_stack_its_plan_says(
    planned: list[Finding], resources: dict[str, bool], expected: list[tuple[str, str]]
) -> None:
    stack = target(PASSED, finding(Outcome.NOT_EVALUATED), resources=resources)
    plan = target(PASSED, *planned, form="plan", resources=resources)
    assert rules(stack, plan) == expected
    assert ("CKV_AWS_91", "aws_lb.it") in rules(
        stack, target(PASSED, *planned, form="plan", resources=resources, unit="another")
    )


def test_a_root_that_calls_modules_needs_a_plan_for_what_it_does_not_say() -> None:
    called = {"module.airflow.aws_lb.it": True}
    unsure = finding(Outcome.NOT_EVALUATED, "module.airflow.aws_lb.it")
    root = target(PASSED, unsure, form="module", resources=called)
    assert rules(root) == [(NO_PLAN, "path")]
    assert rules(root, target(PASSED, form="plan", resources=called)) == []
    sure = target(PASSED, finding(Outcome.PASSED, "module.a.aws_lb.it"), form="module")
    assert rules(sure) == []


def test_what_a_plan_does_not_make_it_says_nothing_of() -> None:
    stack = target(PASSED, finding(Outcome.NOT_EVALUATED), resources={"aws_lb.it": False})
    assert rules(stack, target(PASSED, form="plan")) == []


def test_what_a_modules_hcl_does_not_say_is_left_to_the_plans() -> None:
    module = target(PASSED, finding(Outcome.NOT_EVALUATED, where="m.tf:1"), form="module")
    assert rules(module) == []
    assert module.counts()[Verdict.LEFT] == 1


def test_where_all_plans_are_there_one_of_them_has_to_say_it() -> None:
    module = target(PASSED, finding(Outcome.NOT_EVALUATED, where="m.tf:1"), form="module", unit="m")
    said = target(
        finding(Outcome.PASSED, "module.a.aws_lb.it", where="m.tf:1"), form="plan", unit="root"
    )
    silent = target(finding(Outcome.PASSED, where="m.tf:9"), form="plan", unit="root")
    assert rules(module, said, all_plans=True) == []
    assert rules(module, silent, all_plans=True) == [("CKV_AWS_91", "aws_lb.it")]


@pytest.mark.parametrize("form", ["synthesized", "module"])
def test_a_module_that_was_not_looked_into_shuts_it_where_no_plan_says_what_is_in_it(
    form: str,
) -> None:
    calls = target(PASSED, form=form, unseen={"module.vpc": "main.tf:1"})
    assert rules(calls) == [(UNSEEN, "module.vpc")]
    assert rules(calls, target(PASSED, form="plan", unit="another")) == [(UNSEEN, "module.vpc")]
    assert rules(calls, target(PASSED, form="plan")) == []


@pytest.mark.parametrize(
    ("planned", "expected"),
    [
        ({"aws_lb.it": True, "aws_lb.may_be": True, "aws_lb.further": True}, []),
        ({"aws_lb.it": True}, []),
        ({"aws_lb.may_be": True}, [(OTHER_PLAN, "path")]),
        ({}, [(OTHER_PLAN, "path")]),
    ],
)
def test_a_plan_has_all_that_is_sure_to_be_in_what_it_is_a_plan_of(
    planned: dict[str, bool], expected: list[tuple[str, str]]
) -> None:
    stack = target(PASSED, resources={"aws_lb.it": True, "aws_lb.may_be": False})
    assert rules(stack, target(PASSED, form="plan", resources=planned)) == expected
    assert rules(stack, target(PASSED, form="plan", unit="another", resources=planned)) == []
