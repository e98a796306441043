"""`ServiceHost`: where one service of Airflow runs, and what its containers are told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .airflow_image import AirflowImage
from .cluster import Cluster
from .component import Component
from .configuration import Configuration
from .iam import Statement
from .network import Network


@dataclass(frozen=True, kw_only=True)
class ServiceHost:
    """Where one service of Airflow runs, and what its containers are told."""

    vpc_id: str
    """The VPC."""
    private_subnet_ids: Sequence[str]
    """Subnets of its tasks."""
    cluster_name: str
    """The ECS cluster."""
    exec_statements: Sequence[Statement]
    """Permission to be reached by ECS Exec, for the task role."""
    image_uri: str
    """Image of its containers."""
    architecture: str
    """Processor that the image is for."""
    writable_paths: Sequence[str]
    """What the image declares as VOLUMEs."""
    pull_statements: Sequence[Statement]
    """Permission to pull the image, for the execution role."""
    environment: Mapping[str, str]
    """Environment variables."""
    secrets: Mapping[str, str]
    """ARNs of secrets, by the environment variables that their values go into."""
    secret_statements: Sequence[Statement]
    """Permission to read exactly those, for the execution role."""
    image_depends_on: Sequence[Any] = ()
    """What a task definition waits for: that the image is in its registry."""
    depends_on: Sequence[Any] = ()
    """What the service waits for: what its containers need as soon as they start."""


def service_host(
    component: Component,
    *,
    image: AirflowImage,
    configuration: Configuration,
    cluster: Cluster,
    network: Network,
) -> ServiceHost:
    """The host of a service in its own deployment.

    Args:
        component: Which of Airflow's components it runs.
        image: The image of its containers.
        configuration: What they are told.
        cluster: The cluster.
        network: The network.
    """
    return ServiceHost(
        vpc_id=network.vpc_id,
        private_subnet_ids=network.private_subnet_ids,
        cluster_name=cluster.name,
        exec_statements=cluster.exec_statements,
        image_uri=image.uri,
        architecture=image.architecture,
        writable_paths=image.writable_paths,
        pull_statements=image.pull_statements,
        environment=configuration.environment(component),
        secrets=configuration.secrets(component),
        secret_statements=configuration.secret_statements(component),
        image_depends_on=image.depends_on,
        depends_on=[*configuration.depends_on, *network.ways_out],
    )
