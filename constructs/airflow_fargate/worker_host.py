"""`WorkerHost`: where the worker pools of a deployment run."""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from .airflow_image import WRITABLE_PATHS
from .image_props import IMAGE_URI
from .props import (
    KmsKeyArn,
    LogRetentionDays,
    Name,
    PermissionsBoundaryArn,
    SecurityGroupId,
    Tags,
    props,
)
from .rules import Arn, Between, InvalidValue, Items, Matches
from .values import is_token

NOT_IN_MODULES = ("writable_paths", "tags")
"""Fields that `host` of modules/worker-pool has not: an image that is given has no others, and tags
are a variable of their own."""

_VPC = Matches(r"vpc-[0-9a-f]{8,17}", 'a VPC\'s id, such as "vpc-0123456789abcdef0"')
_SUBNET = Matches(r"subnet-[0-9a-f]{8,17}", 'a subnet\'s id, such as "subnet-0123456789abcdef0"')
_SECURITY_GROUP = Matches(r"sg-[0-9a-f]{8,17}", "a security group's id")
_SECRET = Arn("secretsmanager", "secret:")
_BUCKET = Matches(r"arn:aws[a-z-]*:s3:::[^/]+", "the ARN of a bucket, arn:aws:s3:::...")
_MOST_SUBNETS = 16


@props
class WorkerHost:
    """Where worker pools run: network, cluster, image, and what workers are told and may do.

    These are plain values, so that another Terraform state can add pools to a deployment. Take them
    from `AirflowFargate.worker_host`, or from the output `worker_host` of modules/airflow.
    """

    name: Name
    """Name of the deployment."""
    vpc_id: Annotated[str, _VPC]
    """The VPC."""
    private_subnet_ids: Annotated[Sequence[str], Items(_SUBNET, minimum=1)]
    """Subnets that workers run in, at most 16. They need a way to ECR, ECS, CloudWatch Logs,
    Secrets Manager, Parameter Store and SQS, by NAT or by endpoints."""
    endpoints_security_group_ids: Annotated[Sequence[str], Items(_SECURITY_GROUP)] = ()
    """Security groups of interface endpoints, which workers are let into."""
    cluster_arn: Annotated[str, Arn("ecs", "cluster/")]
    """The ECS cluster."""
    cluster_name: str
    """Name of the cluster."""
    exec_log_group_arn: Annotated[str, Arn("logs", "log-group:")]
    """Log group of ECS Exec sessions."""
    exec_kms_key_arn: KmsKeyArn = None
    """Key of ECS Exec sessions."""
    image_uri: Annotated[str, IMAGE_URI]
    """Airflow's image."""
    image_repository_arn: Annotated[str | None, Arn("ecr", "repository/")] = None
    """Its ECR repository, if it is in a private one."""
    architecture: Literal["ARM64", "X86_64"] = "X86_64"
    """Processor that the image is for."""
    writable_paths: Sequence[str] = WRITABLE_PATHS
    """What the image declares as VOLUMEs. It must be a Python value."""
    environment: Mapping[str, str]
    """What Airflow's configuration tells workers, as environment variables."""
    secret_environment: Mapping[str, str] | None = None
    """Further environment variables, each with the ARN of a secret or parameter that holds its
    value."""
    api_secret_key_secret_arn: Annotated[str, _SECRET]
    """Secret with Airflow's `api/secret_key`, which workers check requests for logs by."""
    credentials_kms_key_arn: KmsKeyArn = None
    """Key of that secret."""
    api_server_security_group_id: SecurityGroupId
    """Security group of the API server, which workers report to and which fetches their logs."""
    database_secret_arn: Annotated[str, _SECRET]
    """Secret with user and password of the database."""
    database_secret_kms_key_arn: KmsKeyArn = None
    """Key of that secret."""
    database_security_group_id: SecurityGroupId
    """Security group of the database, where Celery keeps its results."""
    database_port: Annotated[int, Between(1, 65535)] = 5432
    """TCP port of the database."""
    queue_arns: Mapping[str, str]
    """ARN of each pool's queue, by the pool's name."""
    broker_kms_key_arn: KmsKeyArn = None
    """Key of the queues' messages."""
    task_logs_bucket_arn: Annotated[str | None, _BUCKET] = None
    """Bucket of the tasks' logs, if they are in one. Either this or the log group is given."""
    task_logs_log_group_arn: Annotated[str | None, Arn("logs", "log-group:")] = None
    """Log group of the tasks' logs."""
    task_logs_kms_key_arn: KmsKeyArn = None
    """Key of the tasks' logs."""
    dags_bucket_name: str | None = None
    """Bucket that DAGs are copied from, if they are: `S3Dags`."""
    dags_prefix: str = ""
    """Folder of the DAGs in the bucket."""
    dags_kms_key_arn: KmsKeyArn = None
    """Key of the bucket."""
    log_retention_days: LogRetentionDays = 30
    """Days that workers' output is kept, unless a pool says otherwise."""
    kms_key_arn: KmsKeyArn = None
    """Key of workers' output, unless a pool says otherwise, and of what `secret_environment`
    names."""
    permissions_boundary_arn: PermissionsBoundaryArn = None
    """Permissions boundary of workers' roles, unless a pool says otherwise."""
    tags: Tags = None
    """Tags of every resource, beside the provider's `default_tags`, unless a pool has its own."""

    def __post_init__(self) -> None:
        """Refuse more subnets than a task can have, and logs in two places or in none."""
        subnets = self.private_subnet_ids
        if not is_token(subnets) and len(subnets) > _MOST_SUBNETS:
            raise InvalidValue(
                "WorkerHost.private_subnet_ids",
                f"at most {_MOST_SUBNETS} (what a Fargate task can have)",
                subnets,
            )
        logs = (self.task_logs_bucket_arn, self.task_logs_log_group_arn)
        if not any(is_token(each) for each in logs) and logs.count(None) != 1:
            raise InvalidValue(
                "WorkerHost.task_logs_bucket_arn, task_logs_log_group_arn",
                "given one, and not the other",
                logs,
            )

    def as_output(self) -> dict[str, Any]:
        """The host as an output's value, for `host` of modules/worker-pool in another state.

        Without `writable_paths`, which that module does not know, and `tags`, which are its own.
        """
        found = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in found.items()
            if name not in NOT_IN_MODULES
        }
