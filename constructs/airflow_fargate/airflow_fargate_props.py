"""What an `AirflowFargate` can be told: what holds for the whole of it, and for each part."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Literal

from .airflow_image import AirflowImageProps
from .airflow_options import Options
from .api_server import ApiServerProps
from .broker import POOL, BrokerProps
from .cluster import ClusterProps
from .configuration_props import FAB, AuthManager, ConfigurationProps
from .credentials import CredentialsProps
from .dag_bundle import FetchedDags
from .dag_processor import DagProcessorProps
from .dags import Dags, check_dags, folder_of
from .encryption_key import EncryptionKeyProps
from .load_balancer import LoadBalancerProps
from .metadata_database import MetadataDatabaseProps
from .network import NetworkProps
from .props import (
    KmsKeyArn,
    LogRetentionDays,
    Name,
    PermissionsBoundaryArn,
    Tags,
    given_fields,
    props,
)
from .rules import InvalidValue, Items
from .scheduler import SchedulerProps
from .shared_storage import SharedStorageProps
from .task_logs import TaskLogsProps
from .triggerer import TriggererProps
from .values import has_token, is_token, list_of, literal, source
from .worker_pool import WorkerPoolProps

_A_LOAD_BALANCER = LoadBalancerProps(plain_http=True)


@props
class AirflowFargateProps:
    """What an `AirflowFargate` can be told.

    What stands here of a part (name, key, boundary, tags, retention, protection) is what the part
    gets, unless the part's own props say something else.
    """

    name: Name
    """Name of the deployment; begins every name in AWS."""
    dags: Dags = None
    """Where the DAGs come from (docs/dags.md): a folder, read in Python, which becomes part of
    Airflow's image; or `GitDags` or `S3Dags`, which Airflow fetches while it runs."""
    tasks_folder: str | Path | None = None
    """Folder of task folders: each folder in it becomes a `FargateTask`. It is read in Python."""
    configuration: Options | None = None
    """Airflow's options, as Airflow names them: `{"core": {"parallelism": 64}}`. What follows from
    the rest of the deployment is refused, with the reason."""
    environment: Mapping[str, str] | None = None
    """Further environment variables of all of Airflow's containers."""
    secret_environment: Mapping[str, str] | None = None
    """Further environment variables of all of Airflow's containers, each with the ARN of a secret
    or parameter that holds its value. Whoever writes a DAG can read them."""
    api_server_secret_environment: Mapping[str, str] | None = None
    """The same for the API server alone: the client secret of OAuth or OIDC."""
    auth_manager: AuthManager = FAB
    """Class of Airflow's auth manager; FAB by default, with a user `admin` whose password is in
    Secrets Manager (docs/configuration.md)."""
    secrets_backend: Literal["secretsmanager", "ssm"] | None = "secretsmanager"
    """Where Airflow looks first for connections and variables: secrets `<name>/connections/...`,
    or parameters `/airflow-fargate/<name>/connections/...`, or its database only."""
    image: AirflowImageProps = AirflowImageProps()
    """Airflow's image; its `architecture` is that of the tasks' images too."""
    network: NetworkProps = NetworkProps()
    """The VPC."""
    database: MetadataDatabaseProps = MetadataDatabaseProps()
    """The metadata database."""
    broker: BrokerProps = BrokerProps()
    """The queues; which there are comes from `worker_pools` and `queues`."""
    shared_storage: SharedStorageProps = SharedStorageProps()
    """The file system of the DAGs' tasks."""
    credentials: CredentialsProps = CredentialsProps()
    """Airflow's own secrets."""
    cluster: ClusterProps = ClusterProps()
    """The ECS cluster."""
    task_logs: TaskLogsProps = TaskLogsProps()
    """Where the logs of tasks are kept."""
    load_balancer: LoadBalancerProps = _A_LOAD_BALANCER
    """What stands in front of the web server. By default a network load balancer inside the VPC,
    with plain HTTP."""
    api_server: ApiServerProps = ApiServerProps()
    """Web server, and API of the workers."""
    scheduler: SchedulerProps = SchedulerProps()
    """Scheduler."""
    dag_processor: DagProcessorProps = DagProcessorProps()
    """Reads the DAG files."""
    triggerer: TriggererProps = TriggererProps()
    """Waits for what deferred tasks wait for."""
    worker_pools: Sequence[WorkerPoolProps] = (WorkerPoolProps(),)
    """Celery workers, each pool with a queue of its own. Which pools there are, and their names,
    must be known in Python; the rest of a pool need not."""
    queues: Annotated[Sequence[str], Items(POOL)] = ()
    """Further queues, each for the worker pool of its name that another stack or module adds:
    scheduler and workers must know of all queues."""
    encryption_key: EncryptionKeyProps = EncryptionKeyProps()
    """The key that is made when `kms_key_arn` is left out."""
    kms_key_arn: KmsKeyArn = None
    """Key for everything; its policy must let CloudWatch Logs use it. One is made by default."""
    log_retention_days: LogRetentionDays = 30
    """Days that logs are kept."""
    deletion_protection: bool = True
    """Whether what holds data refuses to be destroyed: database, files, logs of tasks, images.
    To destroy it, apply with False first."""
    permissions_boundary_arn: PermissionsBoundaryArn = None
    """Permissions boundary of every role."""
    tags: Tags = None
    """Tags of every resource, beside the provider's `default_tags`."""

    def __post_init__(self) -> None:
        """Refuse DAGs that Airflow would not get, and worker pools that cannot be."""
        check_dags(
            "AirflowFargateProps.dags",
            self.dags,
            image_uri=self.image.uri,
            image_folder=self.image.dags_folder,
        )
        known = literal("AirflowFargateProps.worker_pools", self.worker_pools)
        pools = [literal("WorkerPoolProps.pool", pool.pool) for pool in known]
        if not pools:
            raise InvalidValue(
                "AirflowFargateProps.worker_pools", "one pool or more", self.worker_pools
            )
        if repeated := sorted({pool for pool in pools if pools.count(pool) > 1}):
            raise InvalidValue(
                "AirflowFargateProps.worker_pools",
                "pools of different names, as each has a queue of its own",
                repeated,
                "Raise `desired_count` for more workers of one pool.",
            )
        if not has_token(self.queues) and (both := sorted({*pools} & {*self.queues})):
            raise InvalidValue(
                "AirflowFargateProps.queues",
                "other names than those of `worker_pools`, each of which has its queue already",
                both,
            )
        own_key = self.kms_key_arn is not None and not is_token(self.kms_key_arn)
        if own_key and given_fields(self.encryption_key):
            raise InvalidValue(
                "AirflowFargateProps.encryption_key",
                "left out when `kms_key_arn` is given, as no key is made then",
                self.encryption_key,
            )
        if "pools" in given_fields(self.broker):
            raise InvalidValue(
                "AirflowFargateProps.broker: pools",
                "left out: there is a queue for each of `worker_pools`, and for each of `queues`",
                self.broker.pools,
            )

    @property
    def pools(self) -> Sequence[str]:
        """Pools of workers, those from elsewhere too."""
        here = [pool.pool for pool in self.worker_pools]
        if is_token(self.queues):
            return list_of(f"concat({source(here)}, {source(self.queues)})")
        return [*here, *self.queues]

    @property
    def dags_folder(self) -> Path | None:
        """The folder of DAGs that goes into the image, if it is one.

        Raises:
            InvalidValue: It is not there.
        """
        return folder_of("AirflowFargateProps.dags", self.dags)

    @property
    def configuration_props(self) -> ConfigurationProps:
        """What of it is about Airflow's configuration."""
        return ConfigurationProps(
            name=self.name,
            configuration=self.configuration,
            dags=self.dags if isinstance(self.dags, FetchedDags) else None,
            environment=self.environment,
            secret_environment=self.secret_environment,
            api_server_secret_environment=self.api_server_secret_environment,
            auth_manager=self.auth_manager,
            secrets_backend=self.secrets_backend,
        )
