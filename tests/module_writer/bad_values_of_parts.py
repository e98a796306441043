"""Values that modules/airflow refuses of its DAGs and of its database."""

from collections.abc import Sequence
from typing import Any

from airflow_fargate import GitDags

from tests.module_writer.bad_values import KEY, SECRET, Bad, each

WITHOUT_END = SECRET.removesuffix("-AbCdEf")
GIT = {"repo_url": "https://github.com/acme/dags.git"}
_SSH = "git@github.com:acme/dags.git"
_S3 = {"bucket_name": "demo-dags"}
_REFRESH = "a whole number from 10 to 86400"
_PART = {"git": GIT, "s3": _S3}
DAGS: Sequence[Bad] = [
    # In Python there is one field for both.
    Bad({"dags": {"git": GIT, "s3": _S3}}, "dags must have git or s3, and not both", None),
    Bad(
        # checkov:skip=CKV_SECRET_4:Made up, to be refused by what is tested.
        {"dags": {"git": {"repo_url": "https://me:pass@github.com/acme/dags.git"}}},
        "dags.git.repo_url must be a repository's address by HTTPS or SSH, without user and pass",
        "without user and password",
    ),
    Bad(
        {"dags": {"git": {"repo_url": _SSH}}},
        "dags.git.git_conn_id must name a connection of Airflow, as SSH needs a key",
        "SSH needs a key",
        lambda: GitDags(repo_url=_SSH),
    ),
    *(
        Bad({"dags": {kind: _PART[kind] | {field: value}}}, f"dags.{kind}.{field} must be {rule}")
        for kind, field, value, rule in (
            ("git", "tracking_ref", "refs/heads/main", "a branch, a tag or a commit, without"),
            ("git", "subdir", "/dags", "a folder inside the repository"),
            ("git", "git_conn_id", "a b", "the id of a connection: letters, digits"),
            ("git", "refresh_interval_seconds", 5, _REFRESH),
            ("s3", "bucket_name", "s3://demo-dags", "the name of a bucket alone: 3 to 63"),
            ("s3", "prefix", "dags/", "a folder in the bucket"),
            ("s3", "kms_key_arn", "mine", KEY),
            ("s3", "refresh_interval_seconds", 5, _REFRESH),
        )
    ),
]
_DATABASE = {"host": "db.example.com", "secret_arn": SECRET, "security_group_id": "sg-0123abcd"}
_EXISTING: dict[str, tuple[Any, str]] = {
    "host": ("https://db.example.com", "a host name, without protocol and port"),
    "port": (65536, "a whole number from 1 to 65535"),
    "database_name": ("my-db", "the name of a PostgreSQL database"),
    "secret_arn": ("database", "an ARN of the form arn:aws:secretsmanager:REGION:ACCOUNT:"),
    "secret_kms_key_arn": ("mine", KEY),
    "security_group_id": ("database", "a security group's id"),
}
DATABASE: Sequence[Bad] = [
    *each(
        "database",
        {
            "engine_version": ("17.4", "a major version of PostgreSQL from 16 on"),
            "instance_class": ("db.t3.small", "a Graviton instance class"),
            "storage_gib": (10, "a whole number from 20 to 65536 (what RDS allows with gp3)"),
            "max_storage_gib": (65537, "a whole number from 20 to 65536 (what RDS allows with"),
            "backup_retention_days": (0, "a whole number from 1 to 35 (0 would end backups)"),
            "backup_window": ("01:00-01:10", "30 minutes or more in UTC"),
            "maintenance_window": ("03:00-04:00", "30 minutes to a day in UTC"),
            "monitoring_interval_seconds": (2, "one of 0, 1, 5, 10, 15, 30, 60"),
        },
    ),
    *(
        Bad(
            {"database": {"existing": _DATABASE | {field: value}}},
            f"database.existing.{field} must be {rule}",
        )
        for field, (value, rule) in _EXISTING.items()
    ),
    Bad(
        {"database": {"existing": _DATABASE | {"secret_arn": WITHOUT_END}}},
        "database.existing.secret_arn must be the whole ARN, with a hyphen and six characters",
    ),
    Bad(
        {"database": {"storage_gib": 50, "max_storage_gib": 54}},
        "database.max_storage_gib must be at least a tenth more than storage_gib, which is 50",
    ),
    Bad(
        {
            "database": {
                "backup_window": "03:30-04:30",
                "maintenance_window": "sun:03:00-sun:04:00",
            }
        },
        "database.backup_window must be at another time of day than maintenance_window",
    ),
]
