"""What is written for people and for machines: terminal, SARIF, JUnit, Markdown."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from airflow_fargate_policies.finding import Finding, Outcome
from airflow_fargate_policies.gate import Result
from airflow_fargate_policies.judging import judge
from airflow_fargate_policies.output.junit import junit_of
from airflow_fargate_policies.output.markdown import markdown_of, stale
from airflow_fargate_policies.output.sarif import sarif_of
from airflow_fargate_policies.output.terminal import text_of
from airflow_fargate_policies.resource import PolicyException
from airflow_fargate_policies.verdict import Declared, Target

REASON = "Who reaches it is in another log | of ours."


def finding(outcome: Outcome, rule: str, address: str, where: str = "dev/_airflow/lb") -> Finding:
    return Finding(
        target="dev",
        rule=rule,
        address=address,
        outcome=outcome,
        title="Ensure.",
        message="Ensure it.",
        where=where,
    )


def target(findings: Sequence[Finding], form: str = "synthesized", path: str = "out") -> Target:
    exception = PolicyException(rule="CKV_AWS_91", reason=REASON, where="dev/_airflow/lb")
    return Target(
        name=f"dev ({form})",
        form=form,
        path=path,
        unit="dev",
        declared=[Declared(address="aws_lb.it", exception=exception)],
        findings=findings,
    )


@pytest.fixture
def result() -> Result:
    """A stack and its plan: one finding passed, one excepted, one failed, one not evaluated."""
    findings = [
        finding(Outcome.PASSED, "CKV_AWS_152", "aws_lb.it"),
        finding(Outcome.FAILED, "CKV_AWS_91", "aws_lb.it"),
        finding(Outcome.FAILED, "AF_LOG_GROUP", 'aws_cloudwatch_log_group.it["a"]', "main.tf:12"),
    ]
    unread = finding(Outcome.NOT_EVALUATED, "AF_IAM_WILDCARD", "aws_iam_role_policy.it")
    targets = [target(findings), target([*findings, unread], form="plan")]
    return Result(targets=targets, problems=judge(targets, all_plans=False))


def test_the_terminal_shows_each_problem_once_and_counts_by_target(result: Result) -> None:
    text = text_of(result, on_terminal=False)
    assert text.count("AF_LOG_GROUP") == 1
    flat = " ".join(text.replace("|", " ").split())
    assert "dev (plan), dev (synthesized)" in flat.replace("[dev", "dev")
    assert "not evaluated: Ensure it." in flat
    assert "main.tf:12" in text
    (counts,) = [line for line in text.splitlines() if line.startswith(" dev (plan)")]
    assert [cell.strip() for cell in counts.split("|")] == ["dev (plan)", *"311110"]
    assert text.endswith("The gate is shut: 2 problems.\n")
    assert "\x1b[" not in text


def test_what_one_form_cannot_read_and_another_fails_is_said_once(result: Result) -> None:
    both = [
        target([finding(Outcome.NOT_EVALUATED, "AF_LOG_GROUP", "aws_cloudwatch_log_group.it")]),
        target([finding(Outcome.FAILED, "AF_LOG_GROUP", "aws_cloudwatch_log_group.it")], "plan"),
    ]
    text = text_of(Result(targets=both, problems=judge(both)), on_terminal=False)
    assert text.count("AF_LOG_GROUP") == 1
    assert "not evaluated:" not in text


def test_a_plan_by_itself_is_told_how_it_gets_its_exceptions(result: Result) -> None:
    alone = [target([finding(Outcome.FAILED, "AF_LOG_GROUP", "a.b")], "plan", "after.json")]
    said = "name that too, and the plan as --plan NAME=after.json."
    assert said in text_of(Result(targets=alone, problems=judge(alone)), on_terminal=False)
    assert said not in text_of(result, on_terminal=False)


def test_a_terminal_gets_colour(result: Result, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("FORCE_COLOR", "1")  # as this test's own output is no terminal
    assert "\x1b[" not in text_of(result, on_terminal=False)
    assert "\x1b[" in text_of(result, on_terminal=True)


def test_an_open_gate_says_so() -> None:
    shown = text_of(Result(targets=[target([])]), on_terminal=False)
    assert shown.endswith("The gate is open.\n")


def of_sarif(result: Result) -> Any:
    (run,) = json.loads(sarif_of(result))["runs"]
    return run


def test_sarif_has_the_problems_and_no_exceptions(result: Result) -> None:
    """Code scanning would show an exception as an alert, suppressed or not."""
    found = [each["ruleId"] for each in of_sarif(result)["results"]]
    assert sorted(found) == ["AF_IAM_WILDCARD", "AF_LOG_GROUP"]


def test_sarif_says_what_a_rule_asks(result: Result) -> None:
    said = {
        each["id"]: each["shortDescription"] for each in of_sarif(result)["tool"]["driver"]["rules"]
    }
    assert said["AF_LOG_GROUP"] == {"text": "Ensure."}


def test_sarif_says_how_a_rule_is_excepted(result: Result) -> None:
    helps = {
        each["id"]: each["help"]["text"] for each in of_sarif(result)["tool"]["driver"]["rules"]
    }
    assert helps["AF_LOG_GROUP"].startswith("Ensure. Mend it; or say")
    assert 'except_policy(construct, "AF_LOG_GROUP", ' in helps["AF_LOG_GROUP"]


@pytest.mark.parametrize(
    ("address", "line"),
    [
        ("aws_lb.it", 10),
        ('aws_lb.it["a"]', 10),
        ("data.aws_lb.it", 4),
        ("aws_lb.gone", 1),
    ],
)
def test_sarif_names_the_line_of_synthesized_json(tmp_path: Path, address: str, line: int) -> None:
    written = {"data": {"aws_lb": {"it": {}}}, "resource": {"aws_lb": {"first": {}, "it": {}}}}
    (tmp_path / "cdk.tf.json").write_text(json.dumps(written, indent=2))
    targets = [target([finding(Outcome.FAILED, "AF_X", address)], path=str(tmp_path))]
    ((found,),) = (
        each["locations"]
        for each in of_sarif(Result(targets=targets, problems=judge(targets)))["results"]
        if each["ruleId"] == "AF_X"
    )
    assert found["physicalLocation"]["region"] == {"startLine": line}


def test_sarif_names_every_rule_and_one_place_for_each_result(result: Result) -> None:
    run = of_sarif(result)
    ids = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert ids == sorted({each["ruleId"] for each in run["results"]})
    for each in run["results"]:
        assert each["level"] == "error"
        assert each["message"]["text"]
        (location,) = each["locations"]
        assert location["physicalLocation"]["region"]["startLine"] >= 1
        assert location["logicalLocations"][0]["fullyQualifiedName"]


def test_sarif_points_to_the_line_where_there_is_one(result: Result) -> None:
    (place, *_) = [
        each["locations"][0]["physicalLocation"]
        for each in of_sarif(result)["results"]
        if each["ruleId"] == "AF_LOG_GROUP"
    ]
    assert place == {"artifactLocation": {"uri": "main.tf"}, "region": {"startLine": 12}}


def test_sarif_points_to_the_synthesized_file_otherwise(tmp_path: Path) -> None:
    (tmp_path / "cdk.tf.json").touch()
    targets = [target([finding(Outcome.FAILED, "CKV_AWS_1", "aws_lb.it")], path=str(tmp_path))]
    run = of_sarif(Result(targets=targets, problems=judge(targets, all_plans=False)))
    place = run["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == f"{tmp_path}/cdk.tf.json"


def test_sarif_tells_alerts_apart_and_knows_them_again(result: Result) -> None:
    prints = [each["partialFingerprints"]["address/v1"] for each in of_sarif(result)["results"]]
    assert len(prints) == len(set(prints))
    assert sarif_of(result) == sarif_of(result)


def test_junit_has_a_case_for_each_finding_and_problem(result: Result) -> None:
    root = ET.fromstring(junit_of(result))  # noqa: S314 -- written here
    suites = {suite.get("name"): suite for suite in root.iter("testsuite")}
    assert set(suites) == {"dev (synthesized)", "dev (plan)", "gate"}
    plan = suites["dev (plan)"]
    assert (plan.get("tests"), plan.get("failures"), plan.get("skipped")) == ("4", "2", "1")
    (skipped,) = plan.iter("skipped")
    assert skipped.get("message") == REASON


def test_junit_has_what_is_wrong_beside_the_findings_too() -> None:
    targets = [target([])]
    problems = judge(targets, all_plans=False)
    written = junit_of(Result(targets=targets, problems=problems))
    root = ET.fromstring(written)  # noqa: S314 -- written here
    (suite,) = [each for each in root.iter("testsuite") if each.get("name") == "gate"]
    said = {str(case.get("name")).split()[0] for case in suite.iter("testcase")}
    assert "AF_GATE_NOTHING_EVALUATED" in said
    assert suite.get("failures") == str(len(list(suite)))


def test_markdown_has_a_row_for_each_exception_that_was_needed(result: Result) -> None:
    rows = [line for line in markdown_of(result).splitlines() if line.startswith("| CKV")]
    assert rows == [
        "| CKV_AWS_91 | Ensure. | `aws_lb.it` | Who reaches it is in another log \\| of ours. |"
    ]


def test_a_table_is_stale_where_it_is_not_as_it_would_be_written(
    result: Result, tmp_path: Path
) -> None:
    file = tmp_path / "exceptions.md"
    assert [each.rule for each in stale(file, result)] == ["AF_GATE_STALE_TABLE"]
    file.write_text(markdown_of(result))
    assert list(stale(file, result)) == []
    file.write_text(markdown_of(result) + "\n")
    assert [each.address for each in stale(file, result)] == [file.as_posix()]


def test_what_is_left_to_plans_that_are_not_there_is_told() -> None:
    unread = finding(Outcome.NOT_EVALUATED, "AF_IAM_WILDCARD", "aws_iam_role_policy.it", "m.tf:1")
    passed = finding(Outcome.PASSED, "AF_LOG_GROUP", "aws_cloudwatch_log_group.it")
    said = finding(Outcome.PASSED, "AF_IAM_WILDCARD", "module.m.aws_iam_role_policy.it", "m.tf:1")
    module = target([unread, passed], form="module")
    module.declared = ()
    plan = target([said], form="plan")
    plan.declared = ()
    left = "Left to plans, and said by no plan of this run: 1."
    for targets, is_told in (([module], True), ([module, plan], False)):
        result = Result(targets=targets, problems=judge(targets))
        text = text_of(result, on_terminal=False)
        assert text.endswith("The gate is open.\n")
        assert (left in text) is is_told
