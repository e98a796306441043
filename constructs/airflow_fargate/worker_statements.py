"""What a worker's own code may do in AWS."""

from constructs import Construct

from .airflow_options import terraform_map
from .iam import Statement, only_when
from .nulls import is_null
from .queue_use import consume_statements
from .rules import InvalidValue
from .s3_dags import S3Dags, read_statements
from .scale_in_protection import protect_itself_statements
from .secret_reading import read_secret_statements
from .task_log_use import write_task_logs_statements
from .task_permissions import read_parameters_statements, run_task_statements
from .values import choose, expression, is_token, negate, source
from .worker_host import WorkerHost

_NO_BUCKET = "none"


def worker_statements(scope: Construct, *, host: WorkerHost, pool: str) -> list[Statement]:
    """Permission for the workers of a pool to take tasks, run them and start Fargate tasks.

    Args:
        scope: The construct that asks.
        host: Where the pool runs.
        pool: The pool.

    Raises:
        InvalidValue: The deployment has no queue for the pool. When Terraform knows one of the two,
            Terraform says so.
    """
    name, cluster_arn = host.name, host.cluster_arn
    return [
        *read_secret_statements(
            scope,
            "DatabasePassword",
            [host.database_secret_arn],
            host.database_secret_kms_key_arn,
        ),
        *_read_dags(scope, host),
        *consume_statements(
            scope,
            pool=pool,
            queue_arn=_queue_arn(host, pool),
            kms_key_arn=host.broker_kms_key_arn,
        ),
        *run_task_statements(scope, name=name, cluster_arn=cluster_arn),
        *read_parameters_statements(scope, name=name),
        *write_task_logs_statements(
            scope,
            bucket_arn=host.task_logs_bucket_arn,
            log_group_arn=host.task_logs_log_group_arn,
            kms_key_arn=host.task_logs_kms_key_arn,
        ),
        *protect_itself_statements(name=name, pool=pool, cluster_arn=cluster_arn),
    ]


def _read_dags(scope: Construct, host: WorkerHost) -> list[Statement]:
    given = negate(is_null(scope, host.dags_bucket_name))
    dags = S3Dags(
        # Terraform looks into a statement that it leaves out too, and text cannot hold a null.
        bucket_name=choose(given, str(host.dags_bucket_name), _NO_BUCKET),
        prefix=host.dags_prefix,
        kms_key_arn=host.dags_kms_key_arn,
    )
    return only_when(given, read_statements(scope, dags))


def _queue_arn(host: WorkerHost, pool: str) -> str:
    arns = host.queue_arns
    if is_token(arns) or is_token(pool):
        return expression(f"{terraform_map(arns)}[{source(pool)}]")
    if pool not in arns:
        raise InvalidValue(
            "WorkerPoolProps.pool",
            f"one that the deployment has a queue for: {', '.join(arns)}",
            pool,
            "Add its name there first: Airflow's scheduler must know the queue as well.",
        )
    return arns[pool]
