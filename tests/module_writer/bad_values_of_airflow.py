"""Values that modules/airflow refuses."""

from collections.abc import Iterator, Sequence
from typing import Any

from airflow_fargate import AirflowFargateProps, ConfigurationProps

from tests.module_writer.bad_values import (
    FARGATE_CPU,
    KEY,
    NAME,
    NAMES,
    POLICY,
    SECRET,
    SECRETS,
    SUBNETS,
    TAGS,
    Bad,
    each,
    nested,
    statements,
)
from tests.module_writer.bad_values_of_parts import DAGS, DATABASE, GIT, WITHOUT_END

_VERSION = (0, "a whole number from 1 to 9999 (raise it by one for a new value)")
_ECS = "a whole number from 0 to 5000 (what ECS runs for one service)"
_SIZES = {
    "api_server": (1000, "a whole number from 0 to 1000 (what Cloud Map holds for one service)"),
    "scheduler": (5000, _ECS),
    "dag_processor": (5000, _ECS),
    "triggerer": (5000, _ECS),
    "worker": (5000, _ECS),
}


def _services() -> Iterator[Bad]:
    for service, (most, count) in _SIZES.items():
        memory = f"{service}.memory_mib must be"
        yield from each(service, {"cpu": (300, FARGATE_CPU), "desired_count": (most + 1, count)})
        yield Bad(nested(f"{service}.memory_mib", 2048.5), f"{memory} a whole number", "a whole")
        yield Bad(
            {service: {"cpu": 256, "memory_mib": 8192} | _one_task(service)},
            f"{memory} one of 512, 1024, 2048 with 256 CPU units",
        )
        yield from statements(f"{service}.statements")


def _one_task(service: str) -> dict[str, int]:
    return {"concurrency": 1} if service == "worker" else {}


def _environment(variable: str) -> Iterator[Bad]:
    """Names and values of environment variables."""
    value = "x" if variable == "environment" else SECRET
    for name, said, python in (
        ("1ST", f"made of names of {NAMES}", f"made of names of {NAMES}"),
        ("AIRFLOW_FARGATE_X", "without names that begin with AIRFLOW_FARGATE_: they are ours", ""),
        (
            "AIRFLOW__CORE__EXECUTOR",
            "without what follows from the rest of the deployment: AIRFLOW__CORE__EXECUTOR",
            "without AIRFLOW__CORE__EXECUTOR",
        ),
    ):
        yield _of_configuration(variable, {name: value}, said, python)
    if variable == "environment":
        yield _of_configuration(variable, {"CRM_TOKEN": "x"}, SECRETS, "")
        return
    yield _of_configuration(
        variable, {"CRM": WITHOUT_END}, "made of ARNs: of secrets", "six characters at its end"
    )
    twice: dict[str, Any] = {"environment": {"TWICE": "x"}, variable: {"TWICE": SECRET}}
    yield Bad(
        twice,
        f"{variable} must be without what environment has; got TWICE",
        "without a variable in two of its environments",
        lambda: ConfigurationProps(name="demo", **twice),
    )


def _of_configuration(variable: str, value: Any, said: str, python: str) -> Bad:
    given: dict[str, Any] = {variable: value}
    return Bad(
        given,
        f"{variable} must be {said}",
        python,
        lambda: ConfigurationProps(name="demo", **given),
    )


_FURTHER: dict[str, tuple[Any, str]] = {
    "broker.visibility_timeout_seconds": (10, "a whole number from 30 to 43200"),
    "broker.message_retention_seconds": (59, "a whole number from 60 to 1209600"),
    "broker.max_receive_count": (0, "a whole number from 1 to 1000 (what SQS allows)"),
    "shared_storage.throughput_mode": ("provisioned", "one of 'elastic', 'bursting'"),
    "shared_storage.transition_to_ia": ("AFTER_2_DAYS", "one of 'AFTER_1_DAY', 'AFTER_7_DAYS'"),
    "credentials.jwt_secret_version": _VERSION,
    "credentials.api_secret_key_version": _VERSION,
    "credentials.admin_password_version": _VERSION,
    "credentials.recovery_window_days": (3, "0 (deleted at once) or from 7 to 30 days"),
    "cluster.container_insights": ("on", "one of 'enabled', 'enhanced', 'disabled'"),
    "load_balancer.kind": ("classic", "one of 'network', 'application'"),
    "load_balancer.scheme": ("public", "one of 'internal', 'internet-facing'"),
    "load_balancer.domain_name": ("https://a.example.com", "a host name in lower case"),
    "load_balancer.allowed_cidr_blocks": (["203.0.113.7"], "a list of different values, each an"),
    "api_server.workers": (33, "a whole number from 1 to 32 (with more, more tasks serve better)"),
    "worker.concurrency": (257, "a whole number from 1 to 256 (with more, more workers serve"),
    "worker.ephemeral_storage_gib": (20, "a whole number from 21 to 200 (what Fargate allows)"),
    "encryption_key.deletion_window_days": (6, "a whole number from 7 to 30 (what KMS allows)"),
}
AIRFLOW: Sequence[Bad] = [
    *each(
        "",
        {
            "name": ("internal-demo", NAME),
            "vpc_id": ("demo", "a VPC's id"),
            "private_subnet_ids": (SUBNETS[:1], "a list of at least 2 different values"),
            "public_subnet_ids": (["public"], "a list of different values, each a subnet's id"),
            "endpoints_security_group_ids": (["vpce-1"], "a list of different values, each a sec"),
            "image_uri": ("example.com/airflow", "an image with a tag or a digest"),
            "architecture": ("arm64", "one of 'X86_64', 'ARM64'"),
            "auth_manager": ("fab", "the full name of a Python class, package first"),
            "kms_key_arn": ("mine", KEY),
            "secrets_backend": ("vault", "one of 'secretsmanager', 'ssm'"),
            "log_retention_days": (0, "one of 1, 3, 5, 7"),
            "permissions_boundary_arn": ("boundary", POLICY),
            "tags": ({"team": "x" * 257}, TAGS),
        }
        | _FURTHER,
    ),
    Bad(
        {"private_subnet_ids": SUBNETS, "public_subnet_ids": SUBNETS[:1]},
        "public_subnet_ids must be other subnets than private_subnet_ids",
        "other subnets than private_subnet_ids",
    ),
    *DAGS,
    _of_configuration(
        "configuration",
        {"core": {"executor": "LocalExecutor"}},
        "without options that follow from the rest of the deployment: core.executor",
        "without core.executor",
    ),
    _of_configuration(
        "configuration",
        {"core": {"paralellism": "4"}},
        "made of options that Airflow 3.3.2 knows; got core.paralellism. One that it does not",
        "made of options that Airflow 3.3.2 knows",
    ),
    _of_configuration(
        "configuration",
        {"mine": {"api_token_cmd": "x"}, "sentry": {"sentry_dsn": "x"}, "smtp": {"token": "x"}},
        "without secrets; got mine.api_token_cmd, sentry.sentry_dsn, smtp.token. Name the ARN",
        "without secrets: ECS hands them over",
    ),
    _of_configuration(
        "configuration",
        {"api": {"page_size": "10"}},
        "in Airflow's present names: api.page_size is api.fallback_page_limit now.",
        "in Airflow's present names: this is api.fallback_page_limit now",
    ),
    # In Python the construct that has both refuses it.
    Bad(
        {
            "configuration": {"dag_processor": {"dag_bundle_config_list": "[]"}},
            "dags": {"git": GIT},
        },
        "configuration must be without dag_processor.dag_bundle_config_list when dags is given",
        None,
    ),
    *_environment("environment"),
    *_environment("secret_environment"),
    *_environment("api_server_secret_environment"),
    *DATABASE,
    Bad(
        {"broker": {"message_retention_seconds": 120, "visibility_timeout_seconds": 60}},
        "broker.message_retention_seconds must be at most visibility_timeout_seconds, which is 60",
    ),
    Bad(
        {"load_balancer": {"certificate_arn": "mine", "plain_http": False}},
        "load_balancer.certificate_arn must be an ARN of the form arn:aws:acm:REGION:ACCOUNT:",
    ),
    Bad(
        {"load_balancer": {"plain_http": False, "certificate_arn": None}},
        "Either load_balancer.certificate_arn must be given, with plain_http = false, for HTTPS",
        "the ARN of a certificate, for HTTPS",
    ),
    Bad(
        {"load_balancer": {"scheme": "internet-facing", "plain_http": True}},
        "load_balancer.allowed_cidr_blocks must name the networks that may reach it",
        "the networks that may reach it, as the scheme is",
    ),
    *_services(),
    Bad(
        {"worker": {"cpu": 512, "memory_mib": 1024, "concurrency": 8}},
        "worker.memory_mib must be at least 1200 for 8 tasks at a time",
    ),
    Bad(
        {"worker_pools": ["Large"]},
        "worker_pools must be a list of different values, each 1 to 16 lower-case letters",
        "a list of different values, each 1 to 16 lower-case letters",
        lambda: AirflowFargateProps(name="demo", queues=["Large"]),
    ),
    Bad(
        {"worker_pools": ["default"]},
        "worker_pools must be without `default`, which is always there",
        "other names than those of `worker_pools`",
        lambda: AirflowFargateProps(name="demo", queues=["default"]),
    ),
    # In Python a key is made exactly when none is given.
    Bad({"create_kms_key": False}, "kms_key_arn must be left out when create_kms_key is", None),
]
