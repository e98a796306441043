"""TaskLogs: where the logs are, for how long, and who may do what with them."""

import json
from typing import Any

from airflow_fargate import InvalidValue, TokenNotAllowed
from airflow_fargate.iam import policy
from airflow_fargate.task_logs import TaskLogs, TaskLogsProps

import pytest
from cdktf import TerraformVariable

KEY = "arn:aws:kms:eu-west-1:123456789012:key/mine"
BUCKET = "${aws_s3_bucket.task_logs.arn}"
GROUP = "${aws_cloudwatch_log_group.task_logs.arn}"


@pytest.fixture
def made(synth: Any) -> Any:
    """Synthesize task logs; the resources, and the policies for each role as JSON has them."""

    def run(**settings: Any) -> tuple[Any, dict[str, list[Any]]]:
        def build(stack: Any) -> None:
            logs = TaskLogs(stack, "task_logs", TaskLogsProps(**{"name": "demo", **settings}))
            for role in ("write", "read", "dag_processor"):
                statements = getattr(logs, f"{role}_statements")
                stack.add_override(f"locals.{role}", policy(statements))

        config = synth(build)
        policies = {role: json.loads(text)["Statement"] for role, text in config["locals"].items()}
        return config["resource"], policies

    return run


def permitted(statements: list[Any]) -> dict[str, list[Any]]:
    """Resources by action."""
    return {action: item["Resource"] for item in statements for action in item["Action"]}


def test_logs_are_in_a_private_bucket_of_which_airflow_knows(synth: Any) -> None:
    def build(stack: Any) -> None:
        logs = TaskLogs(stack, "task_logs", TaskLogsProps(name="demo"))
        stack.add_override("locals.environment", dict(logs.environment))

    config = synth(build)
    assert config["locals"]["environment"] == {
        "AIRFLOW__LOGGING__REMOTE_LOGGING": "True",
        "AIRFLOW__LOGGING__REMOTE_BASE_LOG_FOLDER": "s3://${aws_s3_bucket.task_logs.id}",
        "AIRFLOW__LOGGING__REMOTE_LOG_CONN_ID": "",
    }
    closed = config["resource"]["aws_s3_bucket_public_access_block"]["task_logs"]
    assert closed["block_public_policy"] is closed["restrict_public_buckets"] is True


def test_logs_expire_and_unfinished_uploads_do(made: Any) -> None:
    resources, _ = made(log_retention_days=90)
    (rule,) = resources["aws_s3_bucket_lifecycle_configuration"]["task_logs"]["rule"]
    assert rule["status"] == "Enabled"
    assert rule["filter"] == [{"prefix": ""}]
    assert rule["expiration"] == [{"days": 90}]
    assert rule["abort_incomplete_multipart_upload"] == [{"days_after_initiation": 1}]


def test_the_buckets_name_fits_for_the_longest_deployment_name(made: Any) -> None:
    resources, _ = made(name="n" * 24)
    name = resources["aws_s3_bucket"]["task_logs"]["bucket"]
    filled = name.replace("${data.aws_caller_identity.current.account_id}", "123456789012")
    filled = filled.replace("${data.aws_region.current.id}", "ap-southeast-2")
    assert filled == "n" * 24 + "-task-logs-123456789012-ap-southeast-2"
    assert len(filled) <= 63


def test_a_key_encrypts_and_may_be_used_by_way_of_s3_only(made: Any) -> None:
    resources, policies = made(kms_key_arn=KEY)
    (rule,) = resources["aws_s3_bucket_server_side_encryption_configuration"]["task_logs"]["rule"]
    assert rule["apply_server_side_encryption_by_default"]["kms_master_key_id"] == KEY
    for role, actions in {
        "write": ["kms:Decrypt", "kms:GenerateDataKey"],
        "read": ["kms:Decrypt"],
    }.items():
        (with_key,) = [item for item in policies[role] if item["Resource"] == [KEY]]
        assert with_key["Action"] == actions
        assert with_key["Condition"] == {
            "StringEquals": {"kms:ViaService": "s3.${data.aws_region.current.id}.amazonaws.com"},
            "StringLike": {"kms:EncryptionContext:aws:s3:arn": [BUCKET]},
        }


def test_readers_cannot_write_and_nobody_can_delete(made: Any) -> None:
    _, policies = made()
    reads = {"s3:GetObject": [f"{BUCKET}/*"], "s3:ListBucket": [BUCKET]}
    assert permitted(policies["read"]) == reads
    assert permitted(policies["write"]) == reads | {"s3:PutObject": [f"{BUCKET}/*"]}
    assert policies["dag_processor"] == []


@pytest.mark.parametrize("protected", [True, False])
def test_protection_refuses_destroy_and_its_absence_empties(made: Any, *, protected: bool) -> None:
    resources, _ = made(deletion_protection=protected)
    bucket = resources["aws_s3_bucket"]["task_logs"]
    assert bucket["force_destroy"] is not protected
    assert bucket.get("lifecycle", {}).get("prevent_destroy", False) is protected


def test_cloudwatch_takes_the_place_of_the_bucket(made: Any) -> None:
    resources, _ = made(destination="cloudwatch", kms_key_arn=KEY, log_retention_days=14)
    assert list(resources) == ["aws_cloudwatch_log_group"]
    group = resources["aws_cloudwatch_log_group"]["task_logs"]
    assert group["name"] == "/airflow-fargate/demo/task-logs"
    assert (group["retention_in_days"], group["kms_key_id"]) == (14, KEY)
    assert group["lifecycle"] == {"prevent_destroy": True}


def test_a_log_group_is_destroyed_when_protection_is_off(made: Any) -> None:
    resources, _ = made(destination="cloudwatch", deletion_protection=False)
    assert "lifecycle" not in resources["aws_cloudwatch_log_group"]["task_logs"]


def test_with_cloudwatch_the_dag_processor_writes_too(made: Any) -> None:
    _, policies = made(destination="cloudwatch")
    streams = [f"{GROUP}:*"]
    every_group = (
        "arn:${data.aws_partition.current.partition}:logs:${data.aws_region.current.id}"
        ":${data.aws_caller_identity.current.account_id}:log-group:*"
    )
    assert permitted(policies["read"]) == {"logs:GetLogEvents": streams}
    assert permitted(policies["write"]) == {
        "logs:DescribeLogGroups": [every_group],
        "logs:CreateLogStream": streams,
        "logs:PutLogEvents": streams,
    }
    assert policies["dag_processor"] == policies["write"]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"name": "a" * 25}, r"TaskLogsProps\.name must be 1 to 24"),
        ({"destination": "S3"}, r"\.destination must be one of 's3', 'cloudwatch'; got 'S3'"),
        ({"log_retention_days": 2}, r"\.log_retention_days must be one of 1, 3, .*; got 2"),
        ({"kms_key_arn": "key"}, r"TaskLogsProps\.kms_key_arn must be an ARN"),
        ({"deletion_protection": "no"}, "deletion_protection must be true or false; got 'no'"),
    ],
)
def test_bad_input_is_refused(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidValue, match=message):
        TaskLogsProps(**{"name": "demo", **settings})


def test_the_destination_cannot_be_a_variable(synth: Any) -> None:
    def build(stack: Any) -> None:
        destination: Any = TerraformVariable(stack, "destination", type="string").string_value
        TaskLogs(stack, "task_logs", TaskLogsProps(name="demo", destination=destination))

    with pytest.raises(TokenNotAllowed, match=r"TaskLogsProps\.destination decides"):
        synth(build)
