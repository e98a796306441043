"""What can go wrong in the services of AWS, each with the rule that has to see it."""

from tests.policies.mutations.editing import (
    Fault,
    document,
    in_block,
    set_to,
    statement,
)

_KEY = "AKIA" + "Q7DLXKZ2MWPTV4HB"  # of no account; put together, so that no search finds it here
_RULE = "aws_vpc_security_group_ingress_rule"
_DATABASE = "aws_db_instance.database"
_QUEUE = "aws_sqs_queue.broker"
_DEAD = "aws_sqs_queue.broker_dead_letter"
_POLICY = "aws_iam_role_policy"
_LOGS = "aws_cloudwatch_log_group"


def _policy(**changed: object):  # noqa: ANN202
    return statement(lambda it: it.update(changed))


FAULTS_OF_SERVICES = [
    # The database.
    Fault(
        "a database that all addresses of the VPC reach",
        f"{_RULE}.database_from_scheduler",
        set_to(cidr_ipv4="10.0.0.0/16", referenced_security_group_id=None),
        "AF_DATABASE_FROM_TASKS",
        seen_at=_DATABASE,
    ),
    Fault(
        "a database in public",
        _DATABASE,
        set_to(publicly_accessible=True),
        "CKV_AWS_17",
    ),
    Fault("a database that is not encrypted", _DATABASE, set_to(storage_encrypted=False),
          "CKV_AWS_16"),
    Fault("no backups", _DATABASE, set_to(backup_retention_period=0), "CKV_AWS_133"),
    Fault("a password of the database in the plan", _DATABASE, set_to(password="made-up-one"),
          "AF_SECRET_IN_PLAN"),
    Fault("no upgrades of the database", _DATABASE, set_to(auto_minor_version_upgrade=False),
          "CKV_AWS_226"),
    # Storage.
    Fault("a file system that is not encrypted", "aws_efs_file_system.shared_storage",
          set_to(encrypted=False), "CKV_AWS_42"),
    Fault("a file system without a key of its own", "aws_efs_file_system.shared_storage",
          set_to(kms_key_id=None), "CKV_AWS_184"),
    Fault(
        "public access to a bucket",
        "aws_s3_bucket_public_access_block.sales",
        set_to(block_public_policy=False),
        "AF_BUCKET_PUBLIC_ACCESS",
        seen_at="aws_s3_bucket.sales",
    ),
    Fault(
        "a bucket without TLS",
        "aws_s3_bucket_policy.task_logs",
        None,
        "AF_BUCKET_TLS",
        seen_at="aws_s3_bucket.task_logs",
    ),
    Fault(
        "a bucket whose policy lets in anybody",
        "aws_s3_bucket_policy.sales",
        _policy(Effect="Allow", Condition={}),
        "AF_ANYBODY",
        beside=("aws_s3_bucket.sales",),
    ),
    Fault(
        "state that is not encrypted",
        "aws_s3_bucket_server_side_encryption_configuration.state",
        None,
        "AF_BUCKET_ENCRYPTION",
        seen_at="aws_s3_bucket.state",
        stack="state",
    ),
    Fault(
        "state without versions",
        "aws_s3_bucket_versioning.state",
        in_block("versioning_configuration", status="Suspended"),
        "CKV_AWS_21",
        seen_at="aws_s3_bucket.state",
        stack="state",
    ),
    Fault(
        "state in public",
        "aws_s3_bucket_public_access_block.state",
        None,
        "AF_BUCKET_PUBLIC_ACCESS",
        seen_at="aws_s3_bucket.state",
        stack="state",
    ),
    Fault("lines that are kept for ever", f"{_LOGS}.scheduler", set_to(retention_in_days=0),
          "AF_LOG_GROUP"),
    Fault("lines without retention, as checkov sees it", f"{_LOGS}.worker_default",
          set_to(retention_in_days=None), "CKV_AWS_66"),
    Fault("lines without a key", f"{_LOGS}.triggerer", set_to(kms_key_id=None), "AF_LOG_GROUP"),
    # Keys and secrets.
    Fault("a key that is never rotated", "aws_kms_key.key", set_to(enable_key_rotation=False),
          "CKV_AWS_7"),
    Fault(
        "a key for anybody",
        "aws_kms_key.key",
        _policy(Principal={"AWS": "*"}),
        "AF_ANYBODY",
    ),
    Fault(
        "a secret in the plan",
        "aws_secretsmanager_secret_version.credentials_jwt",
        set_to(secret_string="made-up"),
        "AF_SECRET_IN_PLAN",
    ),
    Fault(
        "a secret without a key of its own",
        "aws_secretsmanager_secret.credentials_fernet_key",
        set_to(kms_key_id=None),
        "CKV_AWS_149",
    ),
    Fault(
        "a secret in an output",
        "output.database_password",
        lambda outputs: outputs.update(
            database_password={"sensitive": True, "value": "made-up-one"}
        ),
        "AF_SECRET_IN_PLAN",
        forms=("plan",),
    ),
    Fault(
        "a key of an account in the provider",
        "provider.aws.access_key",
        lambda providers: providers["aws"][0].update(access_key=_KEY),
        "AF_SECRET_IN_PLAN",
        forms=("synthesized",),
    ),
    # Queues.
    Fault("no dead-letter queue", _QUEUE, set_to(redrive_policy=None), "AF_QUEUE_DEAD_LETTERS",
          beside=(_DEAD,)),
    Fault(
        "a queue that is not encrypted",
        _DEAD,
        set_to(kms_master_key_id=None, sqs_managed_sse_enabled=False),
        "AF_QUEUE_ENCRYPTION",
    ),
    Fault("a queue without TLS", _DEAD, set_to(policy=None), "AF_QUEUE_TLS"),
    Fault("a queue for anybody", _QUEUE, _policy(Effect="Allow", Condition={}), "AF_ANYBODY"),
    # Roles.
    Fault(
        "a wider action",
        f"{_POLICY}.worker_default_task",
        _policy(Action=["sqs:*"]),
        "AF_IAM_WILDCARD",
    ),
    Fault(
        "a wider resource",
        f"{_POLICY}.scheduler_task",
        _policy(Action=["secretsmanager:GetSecretValue"], Resource=["*"]),
        "AF_IAM_WILDCARD",
    ),
    Fault(
        "all but some actions",
        f"{_POLICY}.triggerer_task",
        statement(lambda it: it.update(NotAction=[it.pop("Action")[0]])),
        "AF_IAM_WILDCARD",
    ),
    Fault(
        "an administrator",
        f"{_POLICY}.api_server_task",
        _policy(Action=["*"], Resource=["*"]),
        "CKV_AWS_62",
    ),
    Fault(
        "a role for anybody",
        "aws_iam_role.scheduler_task",
        document(
            "assume_role_policy",
            lambda policy: policy["Statement"][0].update(Principal={"AWS": "*"}, Condition={}),
        ),
        "AF_ANYBODY",
    ),
    # Images, load balancer, cluster.
    Fault("tags that can be moved", "aws_ecr_repository.airflow",
          set_to(image_tag_mutability="MUTABLE"), "AF_MUTABLE_TAGS"),
    Fault(
        "images that are not looked at",
        "aws_ecr_repository.task_numbers",
        in_block("image_scanning_configuration", scan_on_push=False),
        "CKV_AWS_163",
    ),
    Fault("a load balancer that keeps to one zone", "aws_lb.load_balancer",
          set_to(enable_cross_zone_load_balancing=False), "CKV_AWS_152"),
    Fault("a load balancer without defence against desync", "aws_lb.load_balancer",
          set_to(desync_mitigation_mode="monitor"), "CKV_AWS_328"),
    Fault(
        "no metrics of containers",
        "aws_ecs_cluster.cluster",
        in_block("setting", value="disabled"),
        "CKV_AWS_65",
    ),
]  # fmt: skip
"""Them."""
