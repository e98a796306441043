"""`DagProcessor`: reads the DAG files, and writes what they say to the database."""

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
from .service_props import ServiceProps
from .workload import Rollout, Workload


@props
class DagProcessorProps(ServiceProps):
    """What a `DagProcessor` can be told."""

    memory_mib: int = 1024
    """Memory of each task in MiB. A DAG processor was measured at 219; what your DAG files import
    comes on top, in each of the processes that parse them."""


class DagProcessor(Construct):
    """Airflow's DAG processor: the one that runs the code of DAG files to read them."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        props: DagProcessorProps,
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
                service="dag-processor",
                component="dag-processor",
                command=["airflow", "dag-processor"],
            ),
            host=service_host(
                "dag-processor",
                image=image,
                configuration=configuration,
                cluster=cluster,
                network=network,
            ),
            statements=statements,
            # Two may read the same files for a while: both write the same.
            rollout=Rollout(),
        )
        """Its ECS service, with roles, log group and security group."""
