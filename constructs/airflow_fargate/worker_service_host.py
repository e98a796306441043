"""The host of a worker pool's service, from the plain values of a `WorkerHost`."""

from collections.abc import Sequence
from typing import Any

from constructs import Construct

from .airflow_options import merged_in_terraform, terraform_map
from .component_secrets import API_SECRET_KEY
from .exec_use import exec_statements
from .iam import Statement, only_when
from .image_pull import pull_statements
from .nulls import is_null
from .secret_reading import read_secret_statements
from .service_host import ServiceHost
from .task_secrets import TaskSecrets
from .values import is_token, literal, negate
from .worker_host import WorkerHost


def worker_service_host(
    scope: Construct,
    host: WorkerHost,
    *,
    image_depends_on: Sequence[Any],
    depends_on: Sequence[Any],
) -> ServiceHost:
    """Where a pool's service runs, and what its containers are told.

    Args:
        scope: The construct that asks.
        host: Where worker pools run.
        image_depends_on: What the image waits for.
        depends_on: What the service waits for.
    """
    further = TaskSecrets(
        scope,
        task="Airflow",
        secrets=host.secret_environment,
        kms_key_arns=[host.kms_key_arn],
    )
    own = {API_SECRET_KEY: host.api_secret_key_secret_arn}
    return ServiceHost(
        vpc_id=host.vpc_id,
        private_subnet_ids=host.private_subnet_ids,
        cluster_name=host.cluster_name,
        exec_statements=exec_statements(
            scope, log_group_arn=host.exec_log_group_arn, kms_key_arn=host.exec_kms_key_arn
        ),
        image_uri=host.image_uri,
        architecture=host.architecture,
        writable_paths=literal("WorkerHost.writable_paths", host.writable_paths),
        pull_statements=_pull_statements(scope, host),
        environment=host.environment,
        secrets=(
            merged_in_terraform(terraform_map(further.values), terraform_map(own))
            if is_token(further.values)
            else {**further.values, **own}
        ),
        secret_statements=[
            *read_secret_statements(
                scope, "Credentials", list(own.values()), host.credentials_kms_key_arn
            ),
            *further.statements,
        ],
        image_depends_on=image_depends_on,
        depends_on=depends_on,
    )


def _pull_statements(scope: Construct, host: WorkerHost) -> list[Statement]:
    given = negate(is_null(scope, host.image_repository_arn))
    return only_when(given, pull_statements(str(host.image_repository_arn)))
