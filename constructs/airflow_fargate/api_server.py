"""`ApiServer`: Airflow's web server, and the API of its workers."""

from collections.abc import Sequence
from typing import Annotated

from cdktf_cdktf_provider_aws.service_discovery_service import (
    ServiceDiscoveryService,
    ServiceDiscoveryServiceDnsConfig,
    ServiceDiscoveryServiceDnsConfigDnsRecords,
    ServiceDiscoveryServiceHealthCheckCustomConfig,
)
from constructs import Construct

from .airflow_image import AirflowImage
from .airflow_settings import API_SERVER_PORT
from .arguments import check_arguments
from .cluster import Cluster
from .configuration import Configuration
from .fargate_service import FargateService
from .iam import Statement
from .load_balancer import LoadBalancer
from .network import Network
from .props import props
from .rules import Between
from .service_host import service_host
from .service_props import ServiceProps
from .values import choose, equals, merged
from .workload import Rollout, Workload, number_text

SERVICE = "api-server"
"""Its name in the cluster, and in Cloud Map."""


@props
class ApiServerProps(ServiceProps):
    """What an `ApiServer` can be told."""

    memory_mib: int = 1024
    """Memory of each task in MiB. Measured was 333 for one process (`workers`)."""
    desired_count: Annotated[int, Between(0, 1000, "what Cloud Map holds for one service")] = 1
    """How many tasks run. People and workers are spread over them."""
    workers: Annotated[int, Between(1, 32, "with more, more tasks serve better")] = 1
    """Processes in each task, of about 333 MiB each."""


class ApiServer(Construct):
    """Airflow's web server, with its API and the execution API.

    The execution API is what workers speak to while tasks run; they find it at
    `api-server.<name>.airflow.internal:8080`.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        props: ApiServerProps,
        *,
        image: AirflowImage,
        configuration: Configuration,
        cluster: Cluster,
        network: Network,
        statements: Sequence[Statement] = (),
        load_balancer: LoadBalancer | None = None,
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
        registry = ServiceDiscoveryService(
            self,
            "service_discovery_service",
            name=SERVICE,
            description=f"Execution API of {props.name}",
            dns_config=ServiceDiscoveryServiceDnsConfig(
                namespace_id=cluster.namespace_id,
                # Workers ask again after this time, and find the tasks of a new deployment.
                dns_records=[ServiceDiscoveryServiceDnsConfigDnsRecords(type="A", ttl=10)],
                routing_policy="MULTIVALUE",
            ),
            # ECS tells Cloud Map what the container's health check finds. AWS knows only 1.
            health_check_custom_config=ServiceDiscoveryServiceHealthCheckCustomConfig(
                failure_threshold=1
            ),
            # ECS takes addresses out with a delay, and Cloud Map keeps a service that has any.
            force_destroy=True,
            tags=merged(props.tags, {"Name": f"{props.name}-{SERVICE}"}),
        )
        self.service = FargateService(
            self,
            "_service",
            props,
            workload=Workload(
                service=SERVICE,
                component="api-server",
                command=_command(props, load_balancer),
                # Whose word on the client's address and protocol is trusted, where it is asked for:
                # whoever the security group lets in, which is the load balancer and the workers. A
                # load balancer's addresses may be in any of the VPC's blocks.
                environment={"FORWARDED_ALLOW_IPS": "*"},
                port=API_SERVER_PORT,
            ),
            host=service_host(
                "api-server",
                image=image,
                configuration=configuration,
                cluster=cluster,
                network=network,
            ),
            statements=statements,
            # It keeps nothing: all that people and tasks need is in the database.
            rollout=Rollout(),
            load_balancer=load_balancer,
            registry_arn=registry.arn,
        )
        """Its ECS service, with roles, log group and security group."""


def _command(props: ApiServerProps, load_balancer: LoadBalancer | None) -> Sequence[str]:
    command = ["airflow", "api-server", "--workers", number_text(props.workers)]
    if load_balancer is None:
        return command
    # Only an application load balancer sets the headers itself; through others, clients could.
    speaks_http = equals(load_balancer.props.kind, "application")
    return choose(speaks_http, [*command, "--proxy-headers"], command)
