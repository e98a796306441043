"""Which AWS service a Terraform resource type belongs to, in AWS's own names."""

from __future__ import annotations

# The longest prefix that fits decides, so a shorter one is the rule for the rest of a family.
_SERVICE_OF_PREFIX = {
    "aws_appautoscaling_": "Application Auto Scaling",
    "aws_backup_": "AWS Backup",
    "aws_cloudwatch_": "CloudWatch",
    "aws_cloudwatch_event_": "EventBridge",
    "aws_cloudwatch_log_": "CloudWatch Logs",
    "aws_db_": "RDS",
    "aws_default_": "VPC",
    "aws_ec2_": "EC2",
    "aws_ecr_": "ECR",
    "aws_ecs_": "ECS",
    "aws_efs_": "EFS",
    "aws_eip": "VPC",
    "aws_flow_log": "VPC",
    "aws_iam_": "IAM",
    "aws_internet_gateway": "VPC",
    "aws_kms_": "KMS",
    "aws_lb": "Elastic Load Balancing",
    "aws_nat_gateway": "VPC",
    "aws_network_": "VPC",
    "aws_rds_": "RDS",
    "aws_route": "VPC",
    "aws_route53_": "Route 53",
    "aws_s3_": "S3",
    "aws_secretsmanager_": "Secrets Manager",
    "aws_security_group": "VPC",
    "aws_service_discovery_": "Cloud Map",
    "aws_sns_": "SNS",
    "aws_sqs_": "SQS",
    "aws_ssm_": "Systems Manager",
    "aws_subnet": "VPC",
    "aws_vpc": "VPC",
}


def service_of(resource_type: str) -> str:
    """Name of the service for a type such as ``aws_db_instance``.

    A type of no known family is its own service: better an odd name in a table than a wrong one.
    """
    fitting = [prefix for prefix in _SERVICE_OF_PREFIX if resource_type.startswith(prefix)]
    return _SERVICE_OF_PREFIX[max(fitting, key=len)] if fitting else resource_type
