"""Options of Airflow that this library sets, each with the reason why nobody else can."""

from collections.abc import Mapping

_CREDENTIALS = "it comes from Secrets Manager, where Credentials has made it"
_DATABASE = "it follows from the MetadataDatabase"
_QUEUES = "it follows from the Broker"
_TASK_LOGS = "where the logs of tasks are kept is said by TaskLogsProps"
_BACKEND = "it has a setting of its own, ConfigurationProps.secrets_backend"
_WORKERS_ASK = (
    "workers ask the api-server for connections and variables, so that their role need not read "
    "them all"
)
_PORT = "the security groups admit this port and no other"
_HEALTH = "ECS asks the scheduler's health check there"

RESERVED: Mapping[str, str] = {
    "api.base_url": "it is the load balancer's address",
    "api.host": "the load balancer must reach the api-server",
    "api.port": _PORT,
    "api.secret_key": _CREDENTIALS,
    "api.workers": "it has a setting of its own, ApiServerProps.workers",
    "api_auth.jwt_secret": _CREDENTIALS,
    "celery.broker_url": _QUEUES,
    "celery.result_backend": _DATABASE,
    "celery.worker_concurrency": "each pool has its own, WorkerPoolProps.concurrency",
    "celery.worker_enable_remote_control": (
        "remote control needs a queue for each worker, and the queues are named beforehand"
    ),
    "celery_broker_transport_options.predefined_queues": _QUEUES,
    "celery_broker_transport_options.region": "the queues are in the stack's region",
    "celery_broker_transport_options.visibility_timeout": (
        "it has a setting of its own, BrokerProps.visibility_timeout_seconds"
    ),
    "core.auth_manager": "it has a setting of its own, ConfigurationProps.auth_manager",
    "core.execution_api_server_url": "workers find the api-server by the cluster's private DNS",
    "core.executor": "the workers are Celery's",
    "core.fernet_key": _CREDENTIALS,
    "core.hostname_callable": (
        "the api-server fetches the logs of running tasks from the containers' addresses"
    ),
    "dag_processor.dag_bundle_config_list": (
        "it follows from AirflowFargateProps.dags, which is GitDags or S3Dags"
    ),
    "database.sql_alchemy_conn": _DATABASE,
    "database.sql_alchemy_conn_async": _DATABASE,
    "fab.cookie_secure": "it follows from the load balancer's address: True behind HTTPS",
    "logging.base_log_folder": "it is a volume, and nothing else in the container can be written",
    "logging.encrypt_s3_logs": _TASK_LOGS,
    "logging.remote_base_log_folder": _TASK_LOGS,
    "logging.remote_log_conn_id": _TASK_LOGS,
    "logging.remote_logging": _TASK_LOGS,
    "logging.trigger_log_server_port": _PORT,
    "logging.worker_log_server_port": _PORT,
    "scheduler.enable_health_check": _HEALTH,
    "scheduler.scheduler_health_check_server_host": _HEALTH,
    "scheduler.scheduler_health_check_server_port": _HEALTH,
    "secrets.backend": _BACKEND,
    "secrets.backend_kwargs": _BACKEND,
    "workers.secrets_backend": _WORKERS_ASK,
    "workers.secrets_backend_kwargs": _WORKERS_ASK,
}
"""Reasons, by `section.key`."""
