"""`TaskLogs`: where the logs of tasks outlive the workers that ran them."""

from collections.abc import Mapping
from typing import Literal

from constructs import Construct

from .arguments import check_arguments
from .iam import Statement
from .log_bucket import LogBucket
from .log_group import LogGroup
from .props import OF_THE_DEPLOYMENT, KmsKeyArn, LogRetentionDays, Name, Tags, props
from .protection import prevent_destroy
from .task_log_use import write_task_logs_statements
from .values import literal


@props
class TaskLogsProps:
    """What a `TaskLogs` can be told."""

    name: Name = OF_THE_DEPLOYMENT
    """Name of the deployment; begins every name in AWS."""
    destination: Literal["s3", "cloudwatch"] = "s3"
    """`s3` takes a task's log when the task ends or defers, and costs a small part of the other;
    while it runs, the user interface asks the worker. `cloudwatch` takes each line as it is
    written, in the log group `/airflow-fargate/<name>/task-logs`. It decides what exists, so it
    must be a Python value."""
    log_retention_days: LogRetentionDays = 30
    """Days that the logs of tasks are kept."""
    kms_key_arn: KmsKeyArn = None
    """Key for the logs. Without it S3 or CloudWatch encrypts with a key of its own."""
    deletion_protection: bool = True
    """Whether the logs' destruction is refused. To destroy them, apply once with False first; the
    logs are gone then."""
    tags: Tags = None
    """Tags of every resource, beside the provider's `default_tags`."""


class TaskLogs(Construct):
    """The logs of Airflow's tasks, in a bucket or a log group.

    All of Airflow's components get `environment`. The roles of workers and triggerer get
    `write_statements`, that of the DAG processor gets `dag_processor_statements`, and that of the
    API server, which shows the logs, `read_statements`. The scheduler needs none of them.
    """

    def __init__(self, scope: Construct, id_: str, props: TaskLogsProps) -> None:
        super().__init__(scope, id_)
        check_arguments(self, props=props)
        self.props = props
        self.location: str
        """Where the logs are: `s3://<bucket>` or `cloudwatch://<ARN of the log group>`."""
        self.bucket_arn: str | None = None
        """The bucket, if that is where they are."""
        self.log_group_arn: str | None = None
        """The log group, if that is where they are."""
        self.read_statements: list[Statement]
        """Permission to read logs: for the API server."""
        if literal("TaskLogsProps.destination", props.destination) == "s3":
            self._use_s3(props)
        else:
            self._use_cloudwatch(props)
        self.write_statements: list[Statement] = write_task_logs_statements(
            self,
            bucket_arn=self.bucket_arn,
            log_group_arn=self.log_group_arn,
            kms_key_arn=props.kms_key_arn,
        )
        """Permission to write logs: for workers and triggerer."""
        # It opens a log group when it starts, and sends its logs of DAG files there too.
        self.dag_processor_statements: list[Statement] = (
            self.write_statements if self.log_group_arn else []
        )
        """What the DAG processor needs, if anything."""
        self.environment: Mapping[str, str] = {
            "AIRFLOW__LOGGING__REMOTE_LOGGING": "True",
            "AIRFLOW__LOGGING__REMOTE_BASE_LOG_FOLDER": self.location,
            # No connection: the task's role it is.
            "AIRFLOW__LOGGING__REMOTE_LOG_CONN_ID": "",
        }
        """Airflow's options about remote logging, as environment variables of all components."""

    def _use_s3(self, props: TaskLogsProps) -> None:
        bucket = LogBucket(
            self,
            "_bucket",
            # 24 + 11 + 12 + 1 + 14 characters at most, of the 63 that S3 allows.
            name=f"{props.name}-task-logs",
            retention_days=props.log_retention_days,
            kms_key_arn=props.kms_key_arn,
            deletion_protection=props.deletion_protection,
            tags=props.tags,
        )
        self.location = f"s3://{bucket.name}"
        self.bucket_arn = bucket.arn
        self.read_statements = bucket.read_statements("TaskLogs")

    def _use_cloudwatch(self, props: TaskLogsProps) -> None:
        group = LogGroup(
            self,
            "_log_group",
            name=f"/airflow-fargate/{props.name}/task-logs",
            retention_days=props.log_retention_days,
            kms_key_arn=props.kms_key_arn,
            tags=props.tags,
        )
        if group.resource and (protection := prevent_destroy(props.deletion_protection)):
            group.resource.lifecycle = protection
        self.location = f"cloudwatch://{group.arn}"
        self.log_group_arn = str(group.arn)
        self.read_statements = [
            Statement(
                sid="ReadTaskLogs", actions=["logs:GetLogEvents"], resources=[f"{group.arn}:*"]
            )
        ]
