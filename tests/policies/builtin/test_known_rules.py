"""Which built-in rules must say something, and that their silence is heard."""

from pathlib import Path

from tests.policies.written import ReadStack

from airflow_fargate_policies.builtin.known_rules import known_rules, not_evaluated, rules_of
from airflow_fargate_policies.finding import Finding, Outcome
from airflow_fargate_policies.resource import Configuration, Resource

KNOWN = {"aws_sqs_queue": frozenset({"CKV_AWS_27", "CKV_AWS_X"})}


def _queue(address: str, *, mode: str = "managed") -> Resource:
    return Resource(
        address=address,
        mode="data" if mode == "data" else "managed",
        type="aws_sqs_queue",
        name="q",
        values={},
        where="dev/q",
    )


def _configuration(*resources: Resource) -> Configuration:
    return Configuration(name="x", kind="synthesized", path=Path("x"), resources=resources)


def _said(address: str, rule: str) -> Finding:
    return Finding(target="x", rule=rule, address=address, outcome=Outcome.FAILED)


def test_silence_of_a_known_rule_about_one_instance_is_told() -> None:
    configuration = _configuration(_queue("aws_sqs_queue.q[0]"), _queue("aws_sqs_queue.q[1]"))
    findings = [
        _said("aws_sqs_queue.q[0]", "CKV_AWS_27"),
        _said("aws_sqs_queue.q[0]", "CKV_AWS_X"),
        _said("aws_sqs_queue.q[1]", "CKV_AWS_27"),
    ]

    (silent,) = not_evaluated(configuration, findings, KNOWN)

    assert (silent.address, silent.rule) == ("aws_sqs_queue.q[1]", "CKV_AWS_X")
    assert silent.outcome is Outcome.NOT_EVALUATED
    assert silent.where == "dev/q"
    assert "says nothing about it" in silent.message


def test_nothing_is_expected_of_data_sources_and_of_other_types() -> None:
    other = Resource(address="aws_x.r", type="aws_x", name="r", values={})
    configuration = _configuration(_queue("data.aws_sqs_queue.q", mode="data"), other)

    assert not list(not_evaluated(configuration, [], KNOWN))


def test_what_is_known_is_what_was_said_of_every_resource_of_a_type(read_stack: ReadStack) -> None:
    configuration = read_stack(
        {
            "aws_sqs_queue": {"a": {"kms_master_key_id": "x"}, "b": {}},
            "aws_lb": {
                "network": {"load_balancer_type": "network"},
                "application": {"load_balancer_type": "application"},
            },
        }
    )

    rules = rules_of([configuration])

    assert "CKV_AWS_27" in rules["aws_sqs_queue"]
    assert "CKV_AWS_150" in rules["aws_lb"]
    assert "CKV_AWS_131" not in rules["aws_lb"], "it is about application load balancers only"


def test_every_rule_that_is_known_is_one_of_the_checkov_that_is_installed() -> None:
    from checkov.common.checks_infra.registry import get_graph_checks_registry  # noqa: PLC0415
    from checkov.terraform.checks.resource.registry import resource_registry  # noqa: PLC0415

    graph = get_graph_checks_registry("terraform")
    graph.load_checks()
    python = {
        check.id
        for checks in (resource_registry.checks, resource_registry.wildcard_checks)
        for found in checks.values()
        for check in found
    }
    installed = python | {check.id for check in graph.checks}
    rules = known_rules()

    assert {rule for found in rules.values() for rule in found} <= installed
    # The resources that matter most, with the rules that matter most.
    assert rules["aws_ecs_task_definition"] >= {"CKV_AWS_336", "CKV_AWS_97"}
    assert "CKV_AWS_17" in rules["aws_db_instance"], "a public database"
    assert "CKV_AWS_53" in rules["aws_s3_bucket_public_access_block"]
    assert rules["aws_iam_role"] >= {"CKV_AWS_60", "CKV_AWS_61"}
