"""Calls of the modules, with nothing said and with everything said, for tests that plan them."""

from typing import Any

# What callers make in the same apply: Terraform does not know their ARNs when it plans.
MADE_BESIDE: dict[str, Any] = {
    "aws_kms_key": {"mine": {}},
    "aws_secretsmanager_secret": {"mine": {"name": "mine"}},
    "aws_acm_certificate": {"mine": {"domain_name": "airflow.example.com"}},
    "aws_iam_policy": {"mine": {"name": "boundary", "policy": "{}"}},
}
KEY = "${aws_kms_key.mine.arn}"
BOUNDARY = "${aws_iam_policy.mine.arn}"
_SECRET = "${aws_secretsmanager_secret.mine.arn}"
_IMAGE = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/demo"
STATEMENTS = [
    {
        "sid": "ReadReports",
        "actions": ["s3:GetObject", "s3:ListBucket"],
        "resources": ["arn:aws:s3:::example-reports/*"],
    },
    {
        "sid": "WriteThere",
        "actions": ["s3:PutObject"],
        "resources": ["arn:aws:s3:::example-reports/*"],
        "conditions": {"StringEquals": {"aws:PrincipalTag/team": ["data"]}},
    },
]
_COMMON = {"permissions_boundary_arn": BOUNDARY, "log_retention_days": 90}
_SIZE = {"cpu": 2048, "memory_mib": 4096, "desired_count": 2, "exec": True}
_SIZE |= {"statements": STATEMENTS}
# What is made in the same apply is not known when Terraform plans.
_NETWORK = {
    "vpc_id": "${module.network-hcl-nothing.vpc_id}",
    "private_subnet_ids": "${module.network-hcl-nothing.private_subnet_ids}",
}
_HOST = {
    "name": "demo",
    "cluster_arn": "arn:aws:ecs:eu-west-1:123456789012:cluster/demo",
    "private_subnet_ids": ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
    "security_group_ids": ["sg-0123456789abcdef0"],
}

_WORKER_HOST = {
    "name": "demo",
    "vpc_id": "vpc-0123456789abcdef0",
    "private_subnet_ids": _HOST["private_subnet_ids"],
    "cluster_arn": _HOST["cluster_arn"],
    "cluster_name": "demo",
    "exec_log_group_arn": "arn:aws:logs:eu-west-1:123456789012:log-group:/demo/ecs-exec",
    "image_uri": "example.com/airflow:1",
    "environment": {"AIRFLOW__CORE__EXECUTOR": "CeleryExecutor"},
    "api_secret_key_secret_arn": _SECRET,
    "api_server_security_group_id": "sg-0123456789abcdef1",
    "database_secret_arn": _SECRET,
    "database_security_group_id": "sg-0123456789abcdef2",
    "queue_arns": {"large": "arn:aws:sqs:eu-west-1:123456789012:demo_large"},
    "task_logs_log_group_arn": "arn:aws:logs:eu-west-1:123456789012:log-group:/demo/task-logs",
}

CALLS: dict[str, dict[str, dict[str, Any]]] = {
    "network": {
        "nothing": {"name": "demo"},
        "all": _COMMON
        | {
            "name": "demo",
            "cidr_block": "10.8.0.0/16",
            "az_count": 3,
            "nat": "per_az",
            "flow_logs": False,
            "kms_key_arn": KEY,
            "tags": {"team": "data"},
        },
        "no_nat": {"name": "demo", "nat": "none"},
    },
    "airflow": {
        "nothing": {"name": "demo", "image_uri": f"{_IMAGE}/airflow:1"} | _NETWORK,
        "all": _NETWORK
        | _COMMON
        | {
            "name": "demo",
            "public_subnet_ids": "${module.network-hcl-nothing.public_subnet_ids}",
            "image_uri": f"{_IMAGE}/airflow:2",
            "architecture": "ARM64",
            "configuration": {"core": {"parallelism": "64"}},
            "environment": {"TEAM": "data"},
            "secret_environment": {"CRM": _SECRET},
            "api_server_secret_environment": {"OAUTH": _SECRET},
            "database": {
                "instance_class": "db.m7g.large",
                "storage_gib": 50,
                "multi_az": True,
                "monitoring_interval_seconds": 60,
                "final_snapshot": False,
            },
            "broker": {"max_receive_count": 5},
            "shared_storage": {"throughput_mode": "bursting", "backups": False},
            "credentials": {"recovery_window_days": 0},
            "cluster": {"container_insights": "disabled"},
            "load_balancer": {
                "kind": "application",
                "scheme": "internet-facing",
                "certificate_arn": "${aws_acm_certificate.mine.arn}",
                "plain_http": False,
                "domain_name": "airflow.example.com",
                "allowed_cidr_blocks": ["203.0.113.0/24", "198.51.100.7/32"],
            },
            "api_server": _SIZE | {"workers": 2},
            "scheduler": _SIZE,
            "dag_processor": _SIZE,
            "triggerer": _SIZE,
            "worker": _SIZE | {"spot": True, "concurrency": 16, "ephemeral_storage_gib": 50},
            "create_kms_key": False,
            "kms_key_arn": KEY,
            "deletion_protection": False,
            "tags": {"team": "data"},
        },
    },
    "task": {
        "nothing": {"host": _HOST, "task": "report", "image_uri": f"{_IMAGE}/report:1"},
        "all": {
            "host": _HOST
            | _COMMON
            | {
                "architecture": "ARM64",
                "kms_key_arn": KEY,
                "file_system_id": "fs-0123456789abcdef0",
                "file_system_arn": (
                    "arn:aws:elasticfilesystem:eu-west-1:123456789012:file-system/fs-0"
                ),
                "access_point_id": "fsap-0123456789abcdef0",
                "access_point_arn": (
                    "arn:aws:elasticfilesystem:eu-west-1:123456789012:access-point/fsap-0"
                ),
            },
            "task": "report",
            "image_uri": f"{_IMAGE}/report:1",
            "cpu": 1024,
            "memory_mib": 4096,
            "ephemeral_storage_gib": 50,
            "capacity_provider": "FARGATE_SPOT",
            "environment": {"TEAM": "data"},
            "secrets": {"CRM": _SECRET},
            "secrets_kms_key_arn": KEY,
            "statements": STATEMENTS,
            "shared_storage_path": "/shared",
            "shared_storage_read_only": True,
            "writable_paths": ["/tmp"],
            "tags": {"team": "data"},
        },
    },
    "worker-pool": {
        "nothing": {"host": _WORKER_HOST, "pool": "large"},
        "all": {
            "host": "${module.airflow-hcl-all.worker_host}",
            "pool": "default",
            "ephemeral_storage_gib": 50,
            "concurrency": 16,
            "spot": True,
            "tags": {"team": "data"},
        }
        | _SIZE,
    },
    "state-backend": {
        "nothing": {"name": "demo"},
        "all": {
            "name": "demo",
            "version_retention_days": 30,
            "kms_key_arn": KEY,
            "deletion_protection": False,
            "tags": {"team": "data"},
        },
    },
}
"""Inputs by module and by how much is said."""
