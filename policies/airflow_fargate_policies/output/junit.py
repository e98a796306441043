"""JUnit's XML, for CI systems: a suite for each target, a case for each rule and address."""

from junit_xml import TestCase, TestSuite, to_xml_report_string

from airflow_fargate_policies.gate import Result
from airflow_fargate_policies.verdict import Target, Verdict


def junit_of(result: Result) -> str:
    """The file's text."""
    suites = [_suite(each) for each in result.targets]
    judged = {
        (target.name, each.finding.rule, each.finding.address)
        for target in result.targets
        for each in target.judged
        if each.verdict in (Verdict.FAILED, Verdict.NOT_EVALUATED)
    }
    gate = []
    for problem in result.problems:
        if (problem.target, problem.rule, problem.address) not in judged:
            case = TestCase(f"{problem.rule} {problem.address}", problem.target)
            case.add_failure_info(problem.what, problem.where)
            gate.append(case)
    return to_xml_report_string([*suites, TestSuite("gate", gate)])


def _suite(target: Target) -> TestSuite:
    cases = []
    for each in target.judged:
        finding = each.finding
        case = TestCase(f"{finding.rule} {finding.address}", target.name)
        if each.verdict is Verdict.EXCEPTED and each.exception:
            case.add_skipped_info(each.exception.reason)
        elif each.verdict is Verdict.LEFT:
            case.add_skipped_info(f"{Verdict.LEFT}: {finding.message}")
        elif each.verdict is not Verdict.PASSED:
            case.add_failure_info(f"{each.verdict}: {finding.message}", finding.where)
        cases.append(case)
    return TestSuite(target.name, cases)
