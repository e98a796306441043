"""TaskLogs: Airflow's own code writes and reads logs, and asks AWS for what its roles may do."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from airflow_fargate.iam import policy
from airflow_fargate.task_logs import TaskLogs, TaskLogsProps

import boto3
import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
ACCESS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
# The permission that a call needs, where it is not the one of the same name.
PERMISSIONS = {
    ("HeadObject", 200): "s3:GetObject",
    # Without this permission S3 answers 403 about an object that is not there.
    ("HeadObject", 404): "s3:ListBucket",
    ("ListObjectsV2", 200): "s3:ListBucket",
}


@pytest.fixture
def client(embedded_aws: str) -> Any:
    def make(service: str) -> Any:
        return boto3.client(
            service,
            endpoint_url=embedded_aws,
            region_name="eu-west-1",
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
        )

    return make


@pytest.fixture
def airflow_logs(synth: Any, embedded_aws: str, tmp_path: Path) -> Any:
    """What Airflow's code does with the logs of a deployment, and the permissions for it."""

    def run(destination: Any, location: dict[str, str]) -> tuple[Any, Any]:
        def build(stack: Any) -> None:
            props = TaskLogsProps(name="demo", destination=destination)
            logs = TaskLogs(stack, "task_logs", props)
            stack.add_override("locals.environment", dict(logs.environment))
            stack.add_override("locals.write", policy(logs.write_statements))
            stack.add_override("locals.read", policy(logs.read_statements))

        told = synth(build)["locals"]
        environment = json.dumps(told["environment"])
        for expression, value in location.items():
            environment = environment.replace(expression, value)
        answer = subprocess.run(
            [ROOT / ".tools/venvs/airflow/bin/python", HERE / "task_log_calls.py"],
            env={k: v for k, v in os.environ.items() if not k.startswith(("AIRFLOW", "AWS"))}
            | ACCESS
            | json.loads(environment)
            | {
                "AIRFLOW_HOME": str(tmp_path),
                "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(tmp_path / "logs"),
                "AWS_DEFAULT_REGION": "eu-west-1",
                "AWS_EC2_METADATA_DISABLED": "true",
                "AWS_ENDPOINT_URL": embedded_aws,
            },
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        return json.loads(answer.stdout.splitlines()[-1]), told

    return run


def needed(service: str, calls: list[list[Any]]) -> set[str]:
    """The permissions that calls need."""
    return {
        PERMISSIONS.get((name, status), f"{service}:{name}") for name, status in map(tuple, calls)
    }


def granted(text: str) -> set[str]:
    """The actions that a policy allows."""
    return {action for item in json.loads(text)["Statement"] for action in item["Action"]}


@pytest.mark.real
def test_airflow_writes_to_s3_and_reads_with_exactly_what_is_granted(
    airflow_logs: Any, client: Any
) -> None:
    client("s3").create_bucket(
        Bucket="demo-logs", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    done, told = airflow_logs("s3", {"${aws_s3_bucket.task_logs.id}": "demo-logs"})
    assert "before it deferred" in done["logs"]
    assert "after it resumed" in done["logs"]
    assert needed("s3", done["write"]) == granted(told["write"])
    assert needed("s3", done["read"]) == granted(told["read"])


@pytest.mark.real
def test_airflow_writes_to_cloudwatch_and_reads_with_exactly_what_is_granted(
    airflow_logs: Any, client: Any
) -> None:
    name = "/airflow-fargate/demo/task-logs"
    client("logs").create_log_group(logGroupName=name)
    arn = f"arn:aws:logs:eu-west-1:123456789012:log-group:{name}"
    done, told = airflow_logs("cloudwatch", {"${aws_cloudwatch_log_group.task_logs.arn}": arn})
    assert "before it deferred" in done["logs"]
    assert needed("logs", done["write"]) == granted(told["write"])
    assert needed("logs", done["read"]) == granted(told["read"])
