"""`FurtherWorkerPool`: a worker pool that joins a deployment from elsewhere."""

import re

from constructs import Construct

from .airflow_settings import API_SERVER_PORT, WORKER_LOG_PORT
from .arguments import check_arguments
from .security_group import ExistingSecurityGroup, SecurityGroup
from .values import expression, is_token, source
from .vpc_endpoints import ExistingEndpoints
from .worker_host import WorkerHost
from .worker_pool import WorkerPool, WorkerPoolProps, completed_by_host


class FurtherWorkerPool(Construct):
    """A worker pool of a running Airflow, from another program, repository or Terraform state.

    The deployment must have a queue for it: its scheduler names all queues. It makes the pool, and
    lets it reach database, API server and endpoints by rules of its own in their security groups.
    With an id that begins with `_`, addresses are those of a deployment's own pools:
    `aws_ecs_service.worker_large`.

    Args:
        props: What the caller chose; what is left out and common to a deployment is the host's.
        host: Where the pool runs: `AirflowFargate.worker_host`.
    """

    def __init__(
        self, scope: Construct, id_: str, props: WorkerPoolProps, *, host: WorkerHost
    ) -> None:
        super().__init__(scope, id_)
        props = completed_by_host(props, host)
        check_arguments(self, props=props, host=host)
        self._host = host
        # In Terraform, a pool that a variable names is just the worker.
        name = "worker" if is_token(props.pool) else f"worker.{props.pool}"
        self.pool = WorkerPool(self, name, props, host=host)
        """The pool."""
        self._tags = self.pool.props.tags
        service = self.pool.service
        self._id = service.id
        self._group = service.security_group
        self._described = _described(props.pool)
        self._call_aws()
        self._reach_database()
        self._reach_api_server()

    def _call_aws(self) -> None:
        """Images, secrets, queues and logs, and what DAGs call."""
        self._group.allow_https()
        endpoints = ExistingEndpoints(
            self,
            "endpoints",
            security_group_ids=self._host.endpoints_security_group_ids,
            name=self._host.name,
            tags=self._tags,
        )
        endpoints.allow_from(self._id, self._group.id, described=self._described)

    def _reach_database(self) -> None:
        host = self._host
        database = self._existing(
            "database", host.database_security_group_id, f"Metadata database of {host.name}"
        )
        self._let_in(database, host.database_port)
        self._group.allow_to("database", database.id, host.database_port)

    def _reach_api_server(self) -> None:
        host = self._host
        api_server = self._existing(
            "api_server", host.api_server_security_group_id, f"api-server of {host.name}"
        )
        # The execution API, through which tasks say how they fare.
        self._group.allow_to("api_server", api_server.id, API_SERVER_PORT)
        self._let_in(api_server, API_SERVER_PORT)
        # The logs of what runs now, for the user interface.
        api_server.allow_to(self._id, self._group.id, WORKER_LOG_PORT, described=self._described)
        self._group.allow_from("api_server", api_server.id)

    def _let_in(self, group: SecurityGroup | ExistingSecurityGroup, port: int) -> None:
        group.allow_from(self._id, self._group.id, port=port, described=self._described)

    def _existing(
        self, id_: str, security_group_id: str, description: str
    ) -> ExistingSecurityGroup:
        return ExistingSecurityGroup(
            self,
            id_,
            security_group_id=security_group_id,
            description=description,
            tags=self._tags,
        )


def _described(pool: str) -> str:
    """What the pool is called in descriptions of rules, as a deployment's own pools are."""
    if is_token(pool):
        return expression(f'replace(format("worker_%s", {source(pool)}), "-", "_")')
    return re.sub(r"\W", "_", f"worker_{pool}")
