"""`Triggerer`: waits, for all tasks that are deferred, in one process."""

from collections.abc import Sequence

from constructs import Construct

from .airflow_image import AirflowImage
from .airflow_settings import TRIGGERER_LOG_PORT
from .arguments import check_arguments
from .cluster import Cluster
from .configuration import Configuration
from .fargate_service import FargateService
from .iam import Statement
from .network import Network
from .props import props
from .service_host import service_host
from .service_props import ServiceProps
from .workload import Rollout, Workload


@props
class TriggererProps(ServiceProps):
    """What a `Triggerer` can be told."""

    memory_mib: int = 2048
    """Memory of each task in MiB. A triggerer was measured at 547 with few deferred tasks."""


class Triggerer(Construct):
    """Airflow's triggerer.

    Of several, each has its share of the deferred tasks; others take over when one is gone. It
    serves the logs of what it runs at port 8794, for the api-server.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        props: TriggererProps,
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
                service="triggerer",
                component="triggerer",
                command=["airflow", "triggerer"],
                port=TRIGGERER_LOG_PORT,
            ),
            host=service_host(
                "triggerer",
                image=image,
                configuration=configuration,
                cluster=cluster,
                network=network,
            ),
            statements=statements,
            # What the old one waited for, the new one takes over.
            rollout=Rollout(),
        )
        """Its ECS service, with roles, log group and security group."""
