"""What the gate makes of findings and exceptions."""

import pytest

from airflow_fargate_policies.exceptions import NEEDLESS, NO_REASON, is_reason
from airflow_fargate_policies.finding import Finding, Outcome
from airflow_fargate_policies.judging import NO_PLAN, NOTHING, OTHER_PLAN, UNSEEN, judge
from airflow_fargate_policies.resource import PolicyException
from airflow_fargate_policies.verdict import Declared, Target, Verdict

REASON = "It is right as it is."


def finding(
    outcome: Outcome, address: str = "aws_lb.it", rule: str = "CKV_AWS_91", where: str = "a"
) -> Finding:
    return Finding(target="t", rule=rule, address=address, outcome=outcome, where=where)


def declared(
    address: str = "aws_lb.it",
    rule: str = "CKV_AWS_91",
    reason: str = REASON,
    where: str = "here",
) -> Declared:
    return Declared(
        address=address, exception=PolicyException(rule=rule, reason=reason, where=where)
    )


def target(
    *findings: Finding,
    form: str = "synthesized",
    exceptions: tuple[Declared, ...] = (),
    unit: str = "stack",
    unseen: dict[str, str] | None = None,
    resources: dict[str, bool] | None = None,
) -> Target:
    return Target(
        name=f"{unit} ({form})",
        form=form,
        path="path",
        unit=unit,
        declared=exceptions,
        findings=findings,
        unseen=unseen or {},
        resources=resources or {},
    )


PASSED = finding(Outcome.PASSED, "aws_lb.other")


def rules(*targets: Target, all_plans: bool = False) -> list[tuple[str, str]]:
    return [(each.rule, each.address) for each in judge(targets, all_plans=all_plans)]


def test_what_passes_opens_the_gate() -> None:
    assert rules(target(PASSED)) == []


@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.NOT_EVALUATED])
def test_what_fails_or_is_not_evaluated_shuts_it(outcome: Outcome) -> None:
    assert rules(target(PASSED, finding(outcome))) == [("CKV_AWS_91", "aws_lb.it")]


@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.NOT_EVALUATED])
def test_an_exception_with_a_reason_leaves_it(outcome: Outcome) -> None:
    excepted = target(PASSED, finding(outcome), exceptions=(declared(),))
    assert rules(excepted) == []
    assert excepted.counts()[Verdict.EXCEPTED] == 1


def test_an_exception_is_for_all_instances_of_its_address() -> None:
    failed = [finding(Outcome.FAILED, f'aws_lb.it["{key}"]') for key in "ab"]
    assert rules(target(PASSED, *failed, exceptions=(declared(),))) == []


@pytest.mark.parametrize(
    "other",
    [declared(rule="CKV_AWS_92"), declared(address="aws_lb.another"), declared("aws_lb.it2")],
)
def test_an_exception_from_another_rule_or_for_another_address_leaves_nothing(
    other: Declared,
) -> None:
    found = rules(target(PASSED, finding(Outcome.FAILED), exceptions=(other,)))
    assert ("CKV_AWS_91", "aws_lb.it") in found


@pytest.mark.parametrize("reason", ["", "  ", "Because", "no sentence", "Two words."])
def test_an_exception_without_a_sentence_leaves_nothing_and_is_told(reason: str) -> None:
    wrong = target(PASSED, finding(Outcome.FAILED), exceptions=(declared(reason=reason),))
    assert rules(wrong) == [(NO_REASON, "aws_lb.it"), ("CKV_AWS_91", "aws_lb.it")]


@pytest.mark.parametrize("reason", [REASON, "`x` is 1 of them.", "Is it? It is!"])
def test_a_sentence_is_a_reason(reason: str) -> None:
    assert is_reason(reason)


def test_an_exception_that_nothing_needs_shuts_it() -> None:
    needless = target(PASSED, finding(Outcome.PASSED), exceptions=(declared(),))
    assert rules(needless) == [(NEEDLESS, "aws_lb.it")]


def test_an_exception_from_a_rule_that_there_is_not_is_told_as_that() -> None:
    misspelt = target(PASSED, exceptions=(declared(rule="CKV_AWS_9l"),))
    (problem,) = judge([misspelt])
    assert problem.rule == NEEDLESS
    assert problem.what.startswith("no rule CKV_AWS_9l says anything")


def test_one_form_of_a_stack_may_need_what_the_other_does_not() -> None:
    synthesized = target(PASSED, finding(Outcome.PASSED), exceptions=(declared(),))
    plan = target(PASSED, finding(Outcome.FAILED), form="plan", exceptions=(declared(),))
    assert rules(synthesized, plan) == []


def test_two_stacks_do_not_need_each_others_exceptions() -> None:
    one = target(PASSED, finding(Outcome.FAILED), exceptions=(declared(),), unit="one")
    two = target(PASSED, finding(Outcome.PASSED), exceptions=(declared(),), unit="two")
    assert [each.target for each in judge([one, two])] == ["two"]


@pytest.mark.parametrize("form", ["synthesized", "plan", "module", "Dockerfiles", "secrets"])
def test_an_exception_from_what_no_rule_says_shuts_it(form: str) -> None:
    assert rules(target(PASSED, form=form, exceptions=(declared(),))) == [(NEEDLESS, "aws_lb.it")]


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


def test_an_exception_in_a_call_is_for_all_that_it_makes_and_needed_for_one_of_it() -> None:
    def call(address: str) -> Declared:
        exception = PolicyException(
            rule="CKV_AWS_91", reason=REASON, where="main.tf:3", of_call=True
        )
        return Declared(address=address, exception=exception)

    addresses = ("module.a.aws_lb.it", "module.a.aws_lb.other")
    calls = tuple(map(call, addresses))
    one = target(
        finding(Outcome.FAILED, addresses[0]),
        finding(Outcome.PASSED, addresses[1]),
        form="plan",
        exceptions=calls,
    )
    none = target(*(finding(Outcome.PASSED, each) for each in addresses), exceptions=calls)
    assert rules(one) == []
    assert set(rules(none)) == {(NEEDLESS, each) for each in addresses}


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


def test_a_module_that_is_called_does_not_make_its_exceptions_needless() -> None:
    """Its exceptions are for other settings too; they are looked at where the module is."""
    root = target(
        PASSED,
        finding(Outcome.PASSED, "module.a.aws_lb.it"),
        form="plan",
        exceptions=(declared("module.a.aws_lb.it"),),
    )
    assert rules(root) == []


def test_an_exception_of_a_module_is_needed_where_a_value_of_a_variable_needs_it() -> None:
    unsure = target(
        PASSED, finding(Outcome.NOT_EVALUATED), form="module", exceptions=(declared(),), unit="m"
    )
    never = target(
        PASSED, finding(Outcome.PASSED), form="module", exceptions=(declared(),), unit="m"
    )
    assert rules(unsure) == []
    assert rules(never) == [(NEEDLESS, "aws_lb.it")]


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
