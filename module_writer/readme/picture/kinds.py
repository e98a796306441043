"""Which resources are in the picture, and where."""

from dataclasses import dataclass

OUTSIDE, ENTRY, COMPUTE, STORE, REGIONAL = range(5)
"""Columns, from left to right; all but the first and the last are in the VPC."""


@dataclass(frozen=True)
class Kind:
    """How resources of a type are drawn: words, column, and a class of the style sheet."""

    label: str
    column: int
    tone: str
    merged: bool = False
    """Whether several of a construct are one box."""
    noun: bool = False
    """Whether the label goes behind the name: "Private subnets"."""


MAIN = {
    "aws_internet_gateway": Kind("Internet gateway", OUTSIDE, "edge"),
    "aws_lb": Kind("Load balancer", ENTRY, "edge"),
    "aws_nat_gateway": Kind("NAT gateway", ENTRY, "edge"),
    "aws_ecs_service": Kind("Fargate service", COMPUTE, "compute"),
    "aws_subnet": Kind("subnets", COMPUTE, "plain", noun=True),
    "aws_vpc_endpoint": Kind("endpoint", STORE, "edge", noun=True),
    "aws_flow_log": Kind("VPC flow log", STORE, "plain"),
    "aws_db_instance": Kind("RDS for PostgreSQL", STORE, "data"),
    "aws_efs_file_system": Kind("EFS file system", STORE, "data"),
    "aws_sqs_queue": Kind("SQS queues", REGIONAL, "data", merged=True),
    "aws_s3_bucket": Kind("S3 bucket", REGIONAL, "data"),
    "aws_secretsmanager_secret": Kind("Secrets Manager", REGIONAL, "data", merged=True),
    "aws_ssm_parameter": Kind("SSM parameter", REGIONAL, "data"),
    "aws_kms_key": Kind("KMS key", REGIONAL, "data"),
}
"""Resources that are a box."""

SIDE = {
    "aws_ecs_task_definition": Kind("Fargate task", COMPUTE, "compute"),
    "aws_security_group": Kind("Security group", COMPUTE, "compute"),
    "aws_iam_role": Kind("role", REGIONAL, "plain", noun=True),
    "aws_cloudwatch_log_group": Kind("Log group", REGIONAL, "data"),
}
"""Resources that are a box where their construct has no other, or where there are few."""

SETTINGS = "aws_s3_bucket_"
"""How types begin that set something of a bucket: boxes where there are few."""

HOST = {
    "api_server_security_group_id": ("API server", Kind("Of the host", ENTRY, "there")),
    "database_security_group_id": ("Database", Kind("Of the host", STORE, "there")),
    "file_system_id": ("Shared storage", Kind("Of the host", STORE, "there")),
    "queue_arns": ("Broker", Kind("Of the host", REGIONAL, "there")),
    "task_logs_bucket_arn": ("Task logs", Kind("Of the host", REGIONAL, "there")),
    "api_secret_key_secret_arn": ("Credentials", Kind("Of the host", REGIONAL, "there")),
}
"""What is there already, by the attribute of the variable ``host`` that names it."""

MARKS = {
    "aws_iam_role": "role",
    "aws_lb_listener": "listener",
    "aws_service_discovery_service": "Cloud Map",
    "aws_appautoscaling_target": "scaling",
    "aws_efs_access_point": "access point",
}
"""Small words in the box of the construct that made them."""

_ACRONYMS = {"api": "API", "dag": "DAG", "nat": "NAT", "s3": "S3", "ssm": "SSM", "kms": "KMS"}


def in_words(name: str) -> str:
    """A name of Terraform for people: ``api_server`` is "API server"."""
    words = name.replace(".", " ").replace("_", " ").replace("-", " ").split()
    said = " ".join(_ACRONYMS.get(word, word) for word in words)
    return said[:1].upper() + said[1:]
