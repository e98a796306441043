"""Options of Airflow that follow from the deployment, the same for all of its components."""

from collections.abc import Mapping
from typing import Any

from .airflow_options import option_text
from .broker import Broker
from .cluster import Cluster
from .metadata_database import MetadataDatabase
from .surroundings import region
from .task_logs import TaskLogs
from .values import boolean, choose, source

API_SERVER_PORT = 8080
"""Where the API server listens."""
WORKER_LOG_PORT = 8793
"""Where a worker serves the logs of the tasks that run on it."""
TRIGGERER_LOG_PORT = 8794
"""Where the triggerer serves the logs of deferred tasks."""
SCHEDULER_HEALTH_PORT = 8974
"""Where the scheduler tells its own container how it is."""
DATABASE_CERTIFICATES = "/opt/airflow/rds-ca.pem"
"""Certificates of RDS, in the image."""


def airflow_settings(
    *,
    auth_manager: str,
    database: MetadataDatabase,
    broker: Broker,
    cluster: Cluster,
    task_logs: TaskLogs,
    base_url: str | None,
) -> Mapping[str, str]:
    """What all components are told, and no user can change, as environment variables.

    `reserved_options` has the reason for each of Airflow's options among them.
    """
    return {
        # For boto3: the broker, the secrets and the logs are in the stack's region.
        "AWS_DEFAULT_REGION": region(cluster),
        "AIRFLOW_FARGATE_DATABASE_SECRET_ARN": database.secret_arn,
        "AIRFLOW__CORE__AUTH_MANAGER": auth_manager,
        "AIRFLOW__CORE__EXECUTOR": "CeleryExecutor",
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": (
            f"http://api-server.{cluster.namespace_name}:{API_SERVER_PORT}/execution/"
        ),
        # The API server fetches the logs of running tasks from there.
        "AIRFLOW__CORE__HOSTNAME_CALLABLE": "airflow.utils.net.get_host_ip_address",
        "AIRFLOW__API__PORT": str(API_SERVER_PORT),
        "AIRFLOW__LOGGING__WORKER_LOG_SERVER_PORT": str(WORKER_LOG_PORT),
        "AIRFLOW__LOGGING__TRIGGER_LOG_SERVER_PORT": str(TRIGGERER_LOG_PORT),
        "AIRFLOW__SCHEDULER__ENABLE_HEALTH_CHECK": "True",
        "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_SERVER_HOST": "127.0.0.1",
        "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_SERVER_PORT": str(SCHEDULER_HEALTH_PORT),
        **_connections(database),
        **_celery(broker),
        **_address(base_url),
        **task_logs.environment,
    }


def _connections(database: MetadataDatabase) -> dict[str, str]:
    # User and password are not here: the runtime adds the present ones at each connection.
    server = f"{database.host}:{option_text(database.port)}/{database.database_name}"
    url = f"postgresql+psycopg2://{server}?sslmode=verify-full&sslrootcert={DATABASE_CERTIFICATES}"
    return {
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": url,
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_ASYNC": f"postgresql+asyncpg://{server}",
        "AIRFLOW__CELERY__RESULT_BACKEND": f"db+{url}",
    }


def _celery(broker: Broker) -> dict[str, str]:
    # Waiting times stay Celery's. With polling_interval 0, a worker that is full would spin; and
    # wait_time_seconds is also how long a message stays hidden that a worker has handed back.
    options = "AIRFLOW__CELERY_BROKER_TRANSPORT_OPTIONS__"
    return {
        # Endpoint and credentials are boto3's to find.
        "AIRFLOW__CELERY__BROKER_URL": "sqs://",
        # It would need a queue for each worker.
        "AIRFLOW__CELERY__WORKER_ENABLE_REMOTE_CONTROL": "False",
        f"{options}PREDEFINED_QUEUES": broker.predefined_queues,
        # SQS goes by the queue's own value; without this one, Airflow warns of a default.
        f"{options}VISIBILITY_TIMEOUT": option_text(broker.props.visibility_timeout_seconds),
    }


def _address(base_url: str | None) -> dict[str, str]:
    if base_url is None:
        return {}
    return {
        "AIRFLOW__API__BASE_URL": base_url,
        "AIRFLOW__FAB__COOKIE_SECURE": choose(_is_https(base_url), "True", "False"),
    }


def _is_https(url: str) -> Any:
    if url.startswith("${"):
        return boolean(f'startswith({source(url)}, "https://")')
    return url.startswith("https://")
