"""`ServiceTask`: the task definition of a service, with what it stands on."""

from collections.abc import Sequence

from cdktf_cdktf_provider_aws.ecs_task_definition import (
    EcsTaskDefinition,
    EcsTaskDefinitionEphemeralStorage,
    EcsTaskDefinitionRuntimePlatform,
    EcsTaskDefinitionVolume,
)
from constructs import Construct

from .airflow_image import AirflowImage
from .cluster import Cluster
from .configuration import Configuration
from .containers import Logs, container_definitions
from .iam import Statement
from .log_group import LogGroup
from .service_containers import exec_volumes, image_volumes, service_containers
from .service_props import ServiceProps
from .service_roles import ServiceRoles
from .surroundings import region
from .task_names import service_tag
from .values import merged
from .workload import Workload, number_text


class ServiceTask(Construct):
    """The task definition of a service, with its log group and its roles.

    Args:
        props: The service's.
        workload: What its containers run.
        image: Their image.
        configuration: What they are told.
        cluster: The cluster.
        statements: What their own code may do.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        props: ServiceProps,
        *,
        workload: Workload,
        image: AirflowImage,
        configuration: Configuration,
        cluster: Cluster,
        statements: Sequence[Statement],
    ) -> None:
        super().__init__(scope, id_)
        log_group = LogGroup(
            self,
            "_log_group",
            name=f"/airflow-fargate/{props.name}/{workload.service}",
            retention_days=props.log_retention_days,
            kms_key_arn=props.kms_key_arn,
            tags=props.tags,
        )
        self.log_group_name: str = str(log_group.name)
        """Log group of the containers' output."""
        self.roles = ServiceRoles(
            self,
            "_roles",
            props,
            service=workload.service,
            statements=statements,
            exec_statements=cluster.exec_statements,
            execution_statements=[
                *image.pull_statements,
                _write_logs(str(log_group.arn)),
                *configuration.secret_statements(workload.component),
                *workload.preparation.secret_statements,
            ],
        )
        """The roles of the tasks."""
        mounts, exec_mounts = image_volumes(image), exec_volumes(props.exec)
        containers = service_containers(
            workload,
            image=image,
            configuration=configuration,
            logs=Logs(group=self.log_group_name, region=region(self), prefix=props.name),
            mounts=mounts,
            exec_mounts=exec_mounts,
        )
        storage_gib = workload.ephemeral_storage_gib
        self.arn: str = EcsTaskDefinition(
            self,
            "ecs_task_definition",
            # The joint is an underscore, which no name holds: no other deployment's is the same.
            family=f"{props.name}_{workload.service}",
            container_definitions=container_definitions(containers),
            cpu=number_text(props.cpu),
            memory=number_text(props.memory_mib),
            requires_compatibilities=["FARGATE"],
            network_mode="awsvpc",
            runtime_platform=EcsTaskDefinitionRuntimePlatform(
                operating_system_family="LINUX", cpu_architecture=image.architecture
            ),
            task_role_arn=self.roles.task_role_arn,
            execution_role_arn=self.roles.execution_role_arn,
            volume=[
                EcsTaskDefinitionVolume(name=name)
                for name in [*mounts.values(), *exec_mounts.values()]
            ],
            ephemeral_storage=(
                EcsTaskDefinitionEphemeralStorage(size_in_gib=storage_gib)
                if storage_gib is not None
                else None
            ),
            tags=merged(props.tags, {"Name": service_tag(props.name, workload.service)}),
            depends_on=list(image.depends_on) or None,
        ).arn
        """The task definition, with its revision."""


def _write_logs(log_group_arn: str) -> Statement:
    return Statement(
        sid="WriteLogs",
        actions=["logs:CreateLogStream", "logs:PutLogEvents"],
        resources=[f"{log_group_arn}:*"],
    )
