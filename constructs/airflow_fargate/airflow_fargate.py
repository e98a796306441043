"""`AirflowFargate`: all of Airflow, composed as the architecture that it is."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar

from constructs import Construct

from .access_point import AccessPointProps
from .airflow_fargate_props import AirflowFargateProps
from .airflow_image import AirflowImage
from .api_server import ApiServer
from .arguments import check_arguments
from .broker import Broker
from .cluster import Cluster
from .configuration import Configuration
from .credentials import Credentials
from .dag_processor import DagProcessor
from .dag_tasks import DagTasks, tasks_security_group
from .encryption_key import EncryptionKey
from .fargate_task import FargateTask
from .fargate_task_props import FargateTaskProps
from .load_balancer import LoadBalancer
from .metadata_database import MetadataDatabase
from .network import Network
from .nulls import is_null
from .outputs import add_outputs, command_that_prints
from .props import completed
from .scheduler import Scheduler
from .service_reach import connect_services
from .shared_storage import NFS, SharedStorage
from .task_host import TaskHost
from .task_logs import TaskLogs
from .task_names import tasks_path
from .task_permissions import read_parameters_statements, run_task_statements
from .triggerer import Triggerer
from .values import choose
from .worker_host_of_parts import worker_host_of_parts
from .worker_pool import WorkerPool

P = TypeVar("P")


class AirflowFargate(Construct):
    """Apache Airflow on Fargate: all that it stands on, its services, and the tasks of its DAGs.

    With an id that begins with `_`, addresses are short: `aws_ecs_service.scheduler`.
    """

    def __init__(self, scope: Construct, id_: str, props: AirflowFargateProps) -> None:
        super().__init__(scope, id_)
        check_arguments(self, props=props)
        self.props = props
        self._make_what_it_stands_on()
        self._make_services()
        self._connect_services()
        self._make_tasks()
        self._tell()

    def _make_what_it_stands_on(self) -> None:
        props = self.props
        without_key = is_null(self, props.kms_key_arn)
        own_key = completed(props.encryption_key, name=props.name, tags=props.tags)
        key = EncryptionKey(self, "key", own_key, when=without_key)
        self.kms_key_arn = choose(without_key, key.arn, props.kms_key_arn)
        """The key that all is encrypted with."""
        self._common: Mapping[str, Any] = {
            "name": props.name,
            "kms_key_arn": self.kms_key_arn,
            "log_retention_days": props.log_retention_days,
            "deletion_protection": props.deletion_protection,
            "permissions_boundary_arn": props.permissions_boundary_arn,
            "tags": props.tags,
        }
        self.network = network = Network(self, "network", self._own(props.network))
        settings = self._own(props.database)
        self.database = MetadataDatabase(self, "database", settings, network=network)
        self.broker = Broker(self, "broker", self._own(props.broker, pools=props.pools))
        self.shared_storage = SharedStorage(
            self, "shared_storage", self._own(props.shared_storage), network=network
        )
        self.credentials = Credentials(self, "credentials", self._own(props.credentials))
        self.cluster = Cluster(self, "cluster", self._own(props.cluster), network=network)
        self.task_logs = TaskLogs(self, "task_logs", self._own(props.task_logs))
        self.load_balancer = LoadBalancer(
            self, "load_balancer", self._own(props.load_balancer), network=network
        )
        self.image = AirflowImage(
            self, "airflow", self._own(props.image, dags_folder=props.dags_folder)
        )
        self._told: Mapping[str, Any] = {
            "database": self.database,
            "broker": self.broker,
            "credentials": self.credentials,
            "task_logs": self.task_logs,
        }
        self.configuration = Configuration(
            self._own(props.configuration_props),
            cluster=self.cluster,
            base_url=self.load_balancer.url,
            **self._told,
        )

    def _make_services(self) -> None:
        """Each of Airflow's components, with what its own code may do in AWS."""
        props, name = self.props, self.props.name
        told, logs = self.configuration.statements, self.task_logs
        know_tasks = read_parameters_statements(self, name=name)
        watch_tasks = run_task_statements(self, name=name, cluster_arn=self.cluster.arn)
        common: Any = {
            "image": self.image,
            "configuration": self.configuration,
            "cluster": self.cluster,
            "network": self.network,
        }
        self.api_server = ApiServer(
            self,
            "api_server",
            self._own(props.api_server),
            statements=[*told("api-server"), *logs.read_statements],
            load_balancer=self.load_balancer,
            **common,
        )
        self.scheduler = Scheduler(
            self,
            "scheduler",
            self._own(props.scheduler),
            statements=[*told("scheduler"), *self.broker.send_statements],
            **common,
        )
        self.dag_processor = DagProcessor(
            self,
            "dag_processor",
            self._own(props.dag_processor),
            statements=[*told("dag-processor"), *logs.dag_processor_statements, *know_tasks],
            **common,
        )
        self.triggerer = Triggerer(
            self,
            "triggerer",
            self._own(props.triggerer),
            statements=[*told("triggerer"), *watch_tasks, *know_tasks, *logs.write_statements],
            **common,
        )
        self._make_worker_pools(**common)

    def _make_worker_pools(self, **common: Any) -> None:
        pools = self.props.worker_pools
        self.worker_host = worker_host_of_parts(
            api_server_security_group_id=self.api_server.service.security_group.id,
            **common,
            **self._told,
            **{key: value for key, value in self._common.items() if key != "deletion_protection"},
        )
        """Where worker pools run, for further ones."""
        # Each queue by its address, where the host has a list of them for Terraform.
        queue_arns = {pool.pool: self.broker.queue(pool.pool).arn for pool in pools}
        host = replace(self.worker_host, queue_arns=queue_arns)
        self.worker_pools = {
            pool.pool: WorkerPool(
                self,
                f"worker.{pool.pool}",
                pool,
                host=host,
                image_depends_on=self.image.depends_on,
                depends_on=[*self.configuration.depends_on, *self.network.ways_out],
            )
            for pool in pools
        }

    def _connect_services(self) -> None:
        connect_services(
            network=self.network,
            database=self.database,
            load_balancer=self.load_balancer,
            api_server=self.api_server.service,
            triggerer=self.triggerer.service,
            others=[self.scheduler.service, self.dag_processor.service],
            workers=[pool.service for pool in self.worker_pools.values()],
        )

    def _make_tasks(self) -> None:
        """Where the tasks of DAGs run, and a task for each folder of `tasks_folder`."""
        props = self.props
        group = tasks_security_group(
            self, name=props.name, vpc_id=self.network.vpc_id, tags=props.tags
        )
        # Images, secrets and logs, and what tasks call. No way to the database.
        group.allow_https()
        self.network.allow_endpoints_from("tasks", group.id)
        group.allow_to("shared_storage", self.shared_storage.security_group_id, NFS)
        self.shared_storage.allow_from("tasks", group.id)
        shared = self.shared_storage.add_access_point("tasks", AccessPointProps(path="/tasks"))
        self.tasks_security_group = group
        """Security group of the tasks, to let them reach more: `allow_to`."""
        # Images of tasks are built again from their folders, and a folder that is taken out takes
        # its repository along.
        self.task_host = TaskHost(
            **{**self._common, "deletion_protection": False},
            cluster_arn=self.cluster.arn,
            private_subnet_ids=self.network.private_subnet_ids,
            security_group_ids=[group.id],
            file_system_id=self.shared_storage.file_system_id,
            file_system_arn=self.shared_storage.arn,
            access_point_id=shared.id,
            access_point_arn=shared.arn,
            architecture=props.image.architecture,
        )
        """Where DAG tasks run, for further ones."""
        # Apart from the parts, whose ids a task's could be: task_logs.
        self._tasks = DagTasks(self, "_tasks", host=self.task_host, folder=props.tasks_folder)
        self.tasks: Mapping[str, FargateTask] = self._tasks.by_name
        """The tasks by their names, those that were added too."""

    def add_task(self, props: FargateTaskProps) -> FargateTask:
        """Add a task for DAGs; its address is `task_<name>`.

        Raises:
            InvalidValue: The task cannot be, or there is one of this name already.
            TokenNotAllowed: The name comes from Terraform.
        """
        return self._tasks.add(props)

    def _tell(self) -> None:
        """Outputs: what people need to know once it runs."""
        secret_arn = self.credentials.admin_password_secret_arn
        add_outputs(
            self,
            url=self.load_balancer.url,
            admin_password_command=command_that_prints(self, secret_arn),
            cluster_name=self.cluster.name,
            queue_urls=self.broker.queue_urls,
            tasks_parameter_path=tasks_path(self.props.name),
            load_balancer_dns_name=self.load_balancer.dns_name,
        )

    def _own(self, props: P, **settings: Any) -> P:
        """Props of a part, with what is common to the deployment where they say nothing."""
        return completed(props, **self._common, **settings)
