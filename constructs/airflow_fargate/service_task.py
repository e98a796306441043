"""`ServiceTask`: the task definition of a service, with what it stands on."""

from collections.abc import Sequence

from cdktf_cdktf_provider_aws.ecs_task_definition import (
    EcsTaskDefinition,
    EcsTaskDefinitionEphemeralStorage,
    EcsTaskDefinitionRuntimePlatform,
    EcsTaskDefinitionVolume,
)
from constructs import Construct

from .containers import Logs, container_definitions
from .iam import Statement
from .log_group import LogGroup
from .service_containers import exec_volumes, image_volumes, service_containers
from .service_host import ServiceHost
from .service_props import ServiceProps
from .service_roles import ServiceRoles
from .surroundings import region
from .task_names import service_tag
from .values import expression, is_token, merged, source
from .workload import Workload, number_text


class ServiceTask(Construct):
    """The task definition of a service, with its log group and its roles.

    Args:
        props: The service's.
        workload: What its containers run.
        host: Where they run, and what they are told.
        statements: What their own code may do.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        props: ServiceProps,
        *,
        workload: Workload,
        host: ServiceHost,
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
            exec_statements=host.exec_statements,
            execution_statements=[
                *host.pull_statements,
                _write_logs(str(log_group.arn)),
                *host.secret_statements,
                *workload.preparation.secret_statements,
            ],
        )
        """The roles of the tasks."""
        mounts, exec_mounts = image_volumes(host.writable_paths), exec_volumes(props.exec)
        containers = service_containers(
            workload,
            host=host,
            logs=Logs(group=self.log_group_name, region=region(self), prefix=props.name),
            mounts=mounts,
            exec_mounts=exec_mounts,
            exec_=props.exec,
        )
        storage_gib = workload.ephemeral_storage_gib
        by_terraform = is_token(props.exec)
        volumes = list(mounts.values()) + ([] if by_terraform else list(exec_mounts.values()))
        definition = EcsTaskDefinition(
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
                operating_system_family="LINUX", cpu_architecture=host.architecture
            ),
            task_role_arn=self.roles.task_role_arn,
            execution_role_arn=self.roles.execution_role_arn,
            volume=[EcsTaskDefinitionVolume(name=name) for name in volumes],
            ephemeral_storage=(
                EcsTaskDefinitionEphemeralStorage(size_in_gib=storage_gib)
                if storage_gib is not None
                else None
            ),
            tags=merged(props.tags, {"Name": service_tag(props.name, workload.service)}),
            depends_on=list(host.image_depends_on) or None,
        )
        if by_terraform:
            names = f"{source(props.exec)} ? {source(list(exec_mounts.values()))} : []"
            definition.add_override(
                "dynamic.volume",
                {"for_each": expression(names), "content": {"name": "${volume.value}"}},
            )
        self.arn: str = definition.arn
        """The task definition, with its revision."""


def _write_logs(log_group_arn: str) -> Statement:
    return Statement(
        sid="WriteLogs",
        actions=["logs:CreateLogStream", "logs:PutLogEvents"],
        resources=[f"{log_group_arn}:*"],
    )
