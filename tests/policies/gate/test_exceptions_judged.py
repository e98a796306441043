"""What the gate makes of exceptions."""

import pytest
from tests.policies.gate.judged import PASSED, REASON, declared, finding, rules, target

from airflow_fargate_policies.exceptions import NEEDLESS, NO_REASON, is_reason
from airflow_fargate_policies.finding import Outcome
from airflow_fargate_policies.judging import judge
from airflow_fargate_policies.resource import PolicyException
from airflow_fargate_policies.verdict import Declared, Verdict


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
