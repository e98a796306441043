"""Text with a reference in it: checkov's graph rules say nothing of text that holds `${...}`."""

import pytest
from tests.policies.written import ReadStack

from airflow_fargate_policies.builtin import check_builtin
from airflow_fargate_policies.finding import Outcome


@pytest.mark.parametrize(
    ("policy", "outcome"),
    [("IAMFullAccess", Outcome.FAILED), ("AmazonS3ReadOnlyAccess", Outcome.PASSED)],
)
def test_what_is_written_beside_the_reference_is_judged(
    read_stack: ReadStack, policy: str, outcome: Outcome
) -> None:
    arn = f"arn:${{data.aws_partition.current.partition}}:iam::aws:policy/{policy}"
    stack = read_stack(
        {"aws_iam_role_policy_attachment": {"it": {"role": "worker", "policy_arn": arn}}},
        data={"aws_partition": {"current": {}}},
    )
    said = {
        each.rule: each.outcome
        for each in check_builtin(stack)
        if each.address == "aws_iam_role_policy_attachment.it"
    }
    assert said["CKV2_AWS_56"] is outcome
