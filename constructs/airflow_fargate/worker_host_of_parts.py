"""The `WorkerHost` of a deployment, from its parts."""

from typing import Any

from .airflow_image import AirflowImage
from .broker import Broker
from .cluster import Cluster
from .configuration import Configuration
from .credentials import Credentials
from .dag_bundle import ChosenDags, FetchedDags
from .metadata_database import MetadataDatabase
from .network import Network
from .nulls import null_when
from .s3_dags import S3Dags
from .task_logs import TaskLogs
from .values import choose, negate
from .worker_host import WorkerHost


def worker_host_of_parts(
    *,
    network: Network,
    cluster: Cluster,
    image: AirflowImage,
    configuration: Configuration,
    credentials: Credentials,
    database: MetadataDatabase,
    broker: Broker,
    task_logs: TaskLogs,
    api_server_security_group_id: str,
    **common: Any,
) -> WorkerHost:
    """Where the worker pools of a deployment run.

    Args:
        network: The network.
        cluster: The cluster.
        image: Airflow's image.
        configuration: What workers are told.
        credentials: Airflow's own secrets.
        database: The metadata database.
        broker: The queues.
        task_logs: Where workers write the logs of tasks.
        api_server_security_group_id: Whom workers report to.
        common: What is common to the deployment: fields of `WorkerHost`.
    """
    return WorkerHost(
        vpc_id=network.vpc_id,
        private_subnet_ids=network.private_subnet_ids,
        endpoints_security_group_ids=network.endpoints_security_group_ids,
        cluster_arn=cluster.arn,
        cluster_name=cluster.name,
        exec_log_group_arn=cluster.exec_log_group_arn,
        exec_kms_key_arn=cluster.props.kms_key_arn,
        image_uri=image.uri,
        image_repository_arn=image.repository_arn,
        architecture=image.props.architecture,
        writable_paths=image.writable_paths,
        environment=configuration.environment("worker"),
        secret_environment=configuration.secret_environment("worker"),
        api_secret_key_secret_arn=credentials.api_secret_key_secret_arn,
        credentials_kms_key_arn=credentials.props.kms_key_arn,
        api_server_security_group_id=api_server_security_group_id,
        database_secret_arn=database.secret_arn,
        database_secret_kms_key_arn=database.secret_kms_key_arn,
        database_security_group_id=database.security_group_id,
        database_port=database.port,
        queue_arns=broker.queue_arns,
        broker_kms_key_arn=broker.props.kms_key_arn,
        task_logs_bucket_arn=task_logs.bucket_arn,
        task_logs_log_group_arn=task_logs.log_group_arn,
        task_logs_kms_key_arn=task_logs.props.kms_key_arn,
        **_bucket_of_dags(configuration.props.dags),
        **common,
    )


def _bucket_of_dags(dags: FetchedDags | None) -> dict[str, Any]:
    if isinstance(dags, ChosenDags):
        chosen, found = dags.from_s3, _bucket_of_dags(dags.s3)
        name = null_when(choose(chosen, found["dags_bucket_name"], None), negate(chosen))
        key = choose(chosen, found["dags_kms_key_arn"], None)
        prefix = choose(chosen, found["dags_prefix"], "")
        return {"dags_bucket_name": name, "dags_prefix": prefix, "dags_kms_key_arn": key}
    if not isinstance(dags, S3Dags):
        return {}
    return {
        "dags_bucket_name": dags.bucket_name,
        "dags_prefix": dags.prefix,
        "dags_kms_key_arn": dags.kms_key_arn,
    }
