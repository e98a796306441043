"""`Scheduler`: decides what runs when, and hands it to the workers."""

from collections.abc import Sequence

from constructs import Construct

from .airflow_image import AirflowImage
from .arguments import check_arguments
from .cluster import Cluster
from .configuration import Configuration
from .fargate_service import FargateService
from .iam import Statement
from .network import Network
from .props import props
from .service_host import service_host
from .service_props import DesiredCount, ServiceProps
from .workload import Preparation, Rollout, Workload


@props
class SchedulerProps(ServiceProps):
    """What a `Scheduler` can be told."""

    memory_mib: int = 1024
    """Memory of each task in MiB. A scheduler was measured at 362 with few DAGs."""
    desired_count: DesiredCount = 1
    """How many schedulers share the work. This service migrates the database and makes the admin
    user: with 0, that does not happen, and the other services wait for it."""


class Scheduler(Construct):
    """Airflow's scheduler, and what migrates the database before it starts.

    The migration runs before each of its tasks, one at a time, and does nothing when there is
    nothing to do. Then it sets the admin user's password. All other services wait for it.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        props: SchedulerProps,
        *,
        image: AirflowImage,
        configuration: Configuration,
        cluster: Cluster,
        network: Network,
        statements: Sequence[Statement] = (),
    ) -> None:
        super().__init__(scope, id_)
        check_arguments(
            self,
            props=props,
            image=image,
            configuration=configuration,
            cluster=cluster,
            network=network,
        )
        self.props = props
        self.service = FargateService(
            self,
            "_service",
            props,
            workload=Workload(
                service="scheduler",
                component="scheduler",
                command=["airflow", "scheduler"],
                preparation=Preparation(
                    name="migrate",
                    command=["python", "-m", "airflow_fargate_runtime.prepare"],
                    secrets=configuration.migration_secrets,
                    secret_statements=configuration.migration_secret_statements,
                ),
            ),
            host=service_host(
                "scheduler",
                image=image,
                configuration=configuration,
                cluster=cluster,
                network=network,
            ),
            statements=statements,
            # Schedulers share the work by locks in the database, so two at a time are no harm.
            rollout=Rollout(),
        )
        """Its ECS service, with roles, log group and security group."""
