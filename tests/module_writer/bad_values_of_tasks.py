"""Values that modules/task and modules/worker-pool refuse."""

from collections.abc import Sequence

from airflow_fargate.fargate_size import check_size
from airflow_fargate.task_environment import check_environment

from tests.module_writer.bad_values import (
    FARGATE_CPU,
    KEY,
    NAME,
    POLICY,
    SECRET,
    SECRETS,
    SUBNETS,
    TAGS,
    Bad,
    each,
    statements,
)

_ROLES_AND_LOGS = {
    "log_retention_days": (2, "one of 1, 3, 5, 7"),
    "kms_key_arn": ("mine", KEY),
    "permissions_boundary_arn": ("boundary", POLICY),
}
_EFS = "an ARN of the form arn:aws:elasticfilesystem:REGION:ACCOUNT:"
_SM = "an ARN of the form arn:aws:secretsmanager:REGION:ACCOUNT:secret:..."
_LOGS = "an ARN of the form arn:aws:logs:REGION:ACCOUNT:log-group:..."
TASK: Sequence[Bad] = [
    *each(
        "host",
        {
            "name": ("demo--1", NAME),
            "cluster_arn": ("demo", "an ARN of the form arn:aws:ecs:REGION:ACCOUNT:cluster/..."),
            "private_subnet_ids": ([], "a list of at least 1 different values"),
            "security_group_ids": (["sg-mine"], "a list of at least 1 different values"),
            "file_system_arn": ("fs-0123456789abcdef0", f"{_EFS}file-system/..."),
            "access_point_arn": ("fsap-0123456789abcdef0", f"{_EFS}access-point/..."),
            "architecture": ("arm64", "one of 'ARM64', 'X86_64'"),
        }
        | _ROLES_AND_LOGS,
    ),
    *each(
        "",
        {
            "task": ("load-orders", "1 to 24 lower-case letters, digits and single underscores"),
            "image_uri": ("example.com/report", "an image with a tag or a digest"),
            "ephemeral_storage_gib": (20, "a whole number from 21 to 200 (what Fargate allows)"),
            "capacity_provider": ("SPOT", "one of 'FARGATE', 'FARGATE_SPOT'"),
            "secrets_kms_key_arn": ("mine", KEY),
            "shared_storage_path": ("shared/", "an absolute path in the container"),
            "writable_paths": (["tmp"], "a list of different values, each an absolute path"),
            "tags": ({"": "data"}, TAGS),
        },
    ),
    Bad({"cpu": 256.5}, "cpu must be a whole number", "a whole number"),
    Bad({"memory_mib": 512.5}, "memory_mib must be a whole number", "a whole number"),
    Bad(
        {"cpu": 256, "memory_mib": 3072},
        "memory_mib must be one of 512, 1024, 2048 with 256 CPU units",
        check=lambda: check_size("FargateTaskProps", 256, 3072),
    ),
    Bad(
        {"environment": {"1ST": "x"}},
        "environment must be made of names of letters, digits and underscores",
        "letters, digits and underscores",
        lambda: check_environment("report", {"1ST": "x"}, None),
    ),
    Bad(
        {"environment": {"CRM_PASSWORD": "x"}},
        f"environment must be {SECRETS}",
        SECRETS,
        lambda: check_environment("report", {"CRM_PASSWORD": "x"}, None),
    ),
    Bad(
        {"secrets": {"1ST": SECRET}},
        "secrets must be made of names of letters, digits and underscores",
        "letters, digits and underscores",
        lambda: check_environment("report", None, {"1ST": SECRET}),
    ),
    # In Python it is the construct that looks at the ARNs.
    Bad(
        {"secrets": {"CRM": SECRET.removesuffix("-AbCdEf")}},
        "secrets must be made of ARNs: of secrets of Secrets Manager, with the six characters",
        None,
    ),
    Bad(
        {"environment": {"CRM": "x"}, "secrets": {"CRM": SECRET}},
        "secrets must be without what environment has; got CRM",
        "in environment or in secrets",
        lambda: check_environment("report", {"CRM": "x"}, {"CRM": SECRET}),
    ),
    # In Python it is the construct that knows its host.
    Bad(
        {"shared_storage_path": "/shared"},
        "shared_storage_path must be left out, as host has no file system",
        None,
    ),
    *statements("statements"),
]
WORKER_POOL: Sequence[Bad] = [
    *each(
        "host",
        {
            "name": ("sg-demo", NAME),
            "vpc_id": ("demo", "a VPC's id"),
            "private_subnet_ids": ([SUBNETS[0]] * 2, "a list of at least 1 different values"),
            "endpoints_security_group_ids": (["vpce-1"], "a list of different values"),
            "cluster_arn": ("demo", "an ARN of the form arn:aws:ecs:REGION:ACCOUNT:cluster/..."),
            "exec_log_group_arn": ("/demo", _LOGS),
            "exec_kms_key_arn": ("mine", KEY),
            "image_uri": ("example.com/airflow:", "an image with a tag or a digest"),
            "image_repository_arn": ("airflow", "an ARN of the form arn:aws:ecr:REGION:ACCOUNT:"),
            "architecture": ("x86", "one of 'ARM64', 'X86_64'"),
            "api_secret_key_secret_arn": ("key", _SM),
            "credentials_kms_key_arn": ("mine", KEY),
            "api_server_security_group_id": ("api", "a security group's id"),
            "database_secret_arn": ("database", _SM),
            "database_secret_kms_key_arn": ("mine", KEY),
            "database_security_group_id": ("database", "a security group's id"),
            "database_port": (0, "a whole number from 1 to 65535"),
            "broker_kms_key_arn": ("mine", KEY),
            "task_logs_bucket_arn": ("logs", "the ARN of a bucket, arn:aws:s3:::..."),
            "task_logs_log_group_arn": ("/logs", _LOGS),
            "task_logs_kms_key_arn": ("mine", KEY),
            "dags_kms_key_arn": ("mine", KEY),
        }
        | _ROLES_AND_LOGS,
    ),
    *each(
        "",
        {
            "pool": ("Large", "1 to 16 lower-case letters, digits and single hyphens"),
            "cpu": (300, FARGATE_CPU),
            "desired_count": (-1, "a whole number from 0 to 5000 (what ECS runs for one service)"),
            "concurrency": (0, "a whole number from 1 to 256 (with more, more workers serve"),
            "ephemeral_storage_gib": (201, "a whole number from 21 to 200 (what Fargate allows)"),
            "tags": ({"x" * 129: ""}, TAGS),
        },
    ),
    Bad({"memory_mib": 2048.5}, "memory_mib must be a whole number", "a whole number"),
    Bad(
        {"cpu": 1024, "memory_mib": 1024},
        "memory_mib must be one of 2048, 3072, 4096, 5120, 6144, 7168, 8192 with 1024 CPU units",
        "2048 to 8192 in steps of 1024 with 1024 CPU units",
    ),
    Bad(
        {"cpu": 1024, "memory_mib": 2048, "concurrency": 16},
        "memory_mib must be at least 2400 for 16 tasks at a time",
        "at least 2400",
    ),
    # In Python it is the construct that knows its host.
    Bad({"pool": "small"}, "pool must be one that the deployment has a queue for: large", None),
    *statements("statements"),
]
