"""Apache Airflow 3 on AWS Fargate, as CDKTF constructs.

Import this package before `cdktf_cdktf_provider_aws`: it makes that import fast.
"""

import importlib
from typing import TYPE_CHECKING

from . import _fast_start

_fast_start.install()

if TYPE_CHECKING:
    from .access_point import AccessPoint, AccessPointProps
    from .airflow_fargate import AirflowFargate
    from .airflow_fargate_props import AirflowFargateProps
    from .airflow_image import AirflowImage, AirflowImageProps
    from .api_server import ApiServer, ApiServerProps
    from .broker import Broker, BrokerProps
    from .bucket import Bucket, BucketProps
    from .cluster import Cluster, ClusterProps
    from .configuration import Configuration
    from .configuration_props import ConfigurationProps
    from .credentials import Credentials, CredentialsProps
    from .dag_processor import DagProcessor, DagProcessorProps
    from .encryption_key import EncryptionKey, EncryptionKeyProps
    from .existing_database import ExistingDatabase
    from .existing_network import ExistingNetwork
    from .fargate_task import FargateTask
    from .fargate_task_props import FargateTaskProps
    from .further_worker_pool import FurtherWorkerPool
    from .git_dags import GitDags
    from .iam import Statement, StatementsFrom
    from .load_balancer import LoadBalancer, LoadBalancerProps
    from .metadata_database import MetadataDatabase, MetadataDatabaseProps
    from .network import Network, NetworkProps
    from .policy_exceptions import except_policy, withdraw_exception
    from .rules import InvalidValue
    from .s3_dags import S3Dags
    from .scheduler import Scheduler, SchedulerProps
    from .security_group import SecurityGroup
    from .shared_storage import SharedStorage, SharedStorageProps
    from .stack import Stack
    from .state_backend import StateBackend, StateBackendProps
    from .task_host import TaskHost
    from .task_image import TaskImage, TaskImageProps
    from .task_logs import TaskLogs, TaskLogsProps
    from .triggerer import Triggerer, TriggererProps
    from .values import TokenNotAllowed
    from .worker_host import WorkerHost
    from .worker_pool import WorkerPool, WorkerPoolProps

# Imported when first named: a program waits only for the bindings of what it uses.
_MODULES = {
    "AccessPoint": "access_point",
    "AccessPointProps": "access_point",
    "AirflowFargate": "airflow_fargate",
    "AirflowFargateProps": "airflow_fargate_props",
    "AirflowImage": "airflow_image",
    "AirflowImageProps": "airflow_image",
    "ApiServer": "api_server",
    "ApiServerProps": "api_server",
    "Broker": "broker",
    "BrokerProps": "broker",
    "Bucket": "bucket",
    "BucketProps": "bucket",
    "Cluster": "cluster",
    "ClusterProps": "cluster",
    "Configuration": "configuration",
    "ConfigurationProps": "configuration_props",
    "Credentials": "credentials",
    "CredentialsProps": "credentials",
    "DagProcessor": "dag_processor",
    "DagProcessorProps": "dag_processor",
    "EncryptionKey": "encryption_key",
    "EncryptionKeyProps": "encryption_key",
    "ExistingDatabase": "existing_database",
    "ExistingNetwork": "existing_network",
    "FargateTask": "fargate_task",
    "FargateTaskProps": "fargate_task_props",
    "FurtherWorkerPool": "further_worker_pool",
    "GitDags": "git_dags",
    "InvalidValue": "rules",
    "LoadBalancer": "load_balancer",
    "LoadBalancerProps": "load_balancer",
    "MetadataDatabase": "metadata_database",
    "MetadataDatabaseProps": "metadata_database",
    "Network": "network",
    "NetworkProps": "network",
    "S3Dags": "s3_dags",
    "Scheduler": "scheduler",
    "SchedulerProps": "scheduler",
    "SecurityGroup": "security_group",
    "SharedStorage": "shared_storage",
    "SharedStorageProps": "shared_storage",
    "Stack": "stack",
    "StateBackend": "state_backend",
    "StateBackendProps": "state_backend",
    "Statement": "iam",
    "StatementsFrom": "iam",
    "TaskHost": "task_host",
    "TaskImage": "task_image",
    "TaskImageProps": "task_image",
    "TaskLogs": "task_logs",
    "TaskLogsProps": "task_logs",
    "TokenNotAllowed": "values",
    "Triggerer": "triggerer",
    "TriggererProps": "triggerer",
    "WorkerHost": "worker_host",
    "WorkerPool": "worker_pool",
    "WorkerPoolProps": "worker_pool",
    "except_policy": "policy_exceptions",
    "withdraw_exception": "policy_exceptions",
}

__all__ = [
    "AccessPoint",
    "AccessPointProps",
    "AirflowFargate",
    "AirflowFargateProps",
    "AirflowImage",
    "AirflowImageProps",
    "ApiServer",
    "ApiServerProps",
    "Broker",
    "BrokerProps",
    "Bucket",
    "BucketProps",
    "Cluster",
    "ClusterProps",
    "Configuration",
    "ConfigurationProps",
    "Credentials",
    "CredentialsProps",
    "DagProcessor",
    "DagProcessorProps",
    "EncryptionKey",
    "EncryptionKeyProps",
    "ExistingDatabase",
    "ExistingNetwork",
    "FargateTask",
    "FargateTaskProps",
    "FurtherWorkerPool",
    "GitDags",
    "InvalidValue",
    "LoadBalancer",
    "LoadBalancerProps",
    "MetadataDatabase",
    "MetadataDatabaseProps",
    "Network",
    "NetworkProps",
    "S3Dags",
    "Scheduler",
    "SchedulerProps",
    "SecurityGroup",
    "SharedStorage",
    "SharedStorageProps",
    "Stack",
    "StateBackend",
    "StateBackendProps",
    "Statement",
    "StatementsFrom",
    "TaskHost",
    "TaskImage",
    "TaskImageProps",
    "TaskLogs",
    "TaskLogsProps",
    "TokenNotAllowed",
    "Triggerer",
    "TriggererProps",
    "WorkerHost",
    "WorkerPool",
    "WorkerPoolProps",
    "except_policy",
    "withdraw_exception",
]


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f".{_MODULES[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
