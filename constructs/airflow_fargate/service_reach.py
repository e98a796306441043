"""Who may reach whom among the services of a deployment."""

from collections.abc import Sequence

from .airflow_settings import API_SERVER_PORT, TRIGGERER_LOG_PORT, WORKER_LOG_PORT
from .fargate_service import FargateService, let_reach
from .load_balancer import LoadBalancer
from .metadata_database import MetadataDatabase
from .network import Network


def connect_services(
    *,
    network: Network,
    database: MetadataDatabase,
    load_balancer: LoadBalancer,
    api_server: FargateService,
    triggerer: FargateService,
    others: Sequence[FargateService],
    workers: Sequence[FargateService],
) -> None:
    """Let a deployment's services reach what they need; nobody else may.

    Args:
        network: The network, whose endpoints all call AWS through.
        database: The metadata database, which all of them use.
        load_balancer: What stands in front of the API server.
        api_server: The API server.
        triggerer: The triggerer.
        others: Scheduler and DAG processor.
        workers: The worker pools. `FurtherWorkerPool` says the same for its own.
    """
    for service in (api_server, *others, triggerer, *workers):
        group = service.security_group
        # Images, secrets, queues and logs, and what DAGs call.
        group.allow_https()
        network.allow_endpoints_from(service.id, group.id)
        database.allow_from(service.id, group.id)
        group.allow_to("database", database.security_group_id, database.port)

    load_balancer.allow_to("api_server", api_server.security_group.id, API_SERVER_PORT)
    api_server.security_group.allow_from("load_balancer", load_balancer.security_group_id)
    for worker in workers:
        # The execution API, through which tasks say how they fare.
        let_reach(worker, api_server, API_SERVER_PORT)
        # The logs of what runs now, for the user interface.
        let_reach(api_server, worker, WORKER_LOG_PORT)
    let_reach(api_server, triggerer, TRIGGERER_LOG_PORT)
