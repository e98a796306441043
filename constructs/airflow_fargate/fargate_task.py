"""`FargateTask`: a program that DAGs run on Fargate."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cdktf_cdktf_provider_aws.ssm_parameter import SsmParameter
from constructs import Construct

from .arguments import check_arguments, refuse_other_regions
from .containers import Container, Logs
from .fargate_task_props import FargateTaskProps
from .iam import Statement, check_statements
from .log_group import LogGroup
from .nulls import is_null
from .policy_exceptions import except_policy
from .props import check_value
from .service_role import ServiceRole
from .service_roles import ANY_OF_ECS, ECS_TASKS
from .surroundings import region
from .task_definition import container_definitions, task_definition
from .task_environment import check_environment
from .task_folder import dockerfile_user, task_name
from .task_host import TaskHost
from .task_image import TaskImage, TaskImageProps
from .task_names import refuse_repeated_task, task_family, task_role_path, tasks_path
from .task_parameter import task_parameter
from .task_secrets import TaskSecrets
from .task_statements import check_policy_size, mount_statement
from .task_toml import completed_by_folder
from .task_volumes import TaskVolumes
from .tree import path_of
from .values import choose, expression, json_text, merged, negate

LOG_STREAM_PREFIX = "task"


class FargateTask(Construct):
    """A program that DAGs run on Fargate: image, task definition, roles, log group and parameter.

    It runs with a read-only root file system, as the image's user, which is not root. Its role
    may do nothing but what `statements` say.
    """

    def __init__(
        self, scope: Construct, id_: str, props: FargateTaskProps, *, host: TaskHost
    ) -> None:
        super().__init__(scope, id_)
        check_arguments(self, props=props, host=host)
        refuse_other_regions(self, host)
        self.task: str = str(props.task if props.folder is None else task_name(Path(props.folder)))
        """Name of the task, for DAGs."""
        self.props = props = completed_by_folder(props)
        self._host = host
        place = str(props.folder or path_of(self))
        refuse_repeated_task(self, name=host.name, task=self.task, place=place)
        self._environment: Mapping[str, str] = props.environment or {}
        check_environment(self.task, self._environment, props.secrets)
        check_statements(f"task {self.task}", props.statements or ())

        self._read_only = self._or_default(props.shared_storage_read_only, default=False)
        built = props.image_uri is None and props.folder is not None
        self._user = dockerfile_user(Path(str(props.folder))) if built else None
        self._image = self._task_image(props)
        self._log_group = LogGroup(
            self,
            "_log_group",
            name=f"{tasks_path(host.name)}/{self.task}",
            retention_days=host.log_retention_days,
            kms_key_arn=host.kms_key_arn,
            tags=host.tags,
        )
        self._secrets = TaskSecrets(
            self,
            task=self.task,
            secrets=props.secrets,
            kms_key_arns=[props.secrets_kms_key_arn, host.kms_key_arn],
        )
        self._volumes = TaskVolumes(
            self,
            task=self.task,
            host=host,
            writable_paths=self._image.writable_paths,
            shared_storage_path=props.shared_storage_path,
            read_only=self._read_only,
        )
        # 24 + 1 + 24 of the 49 characters that ServiceRole leaves. The joints tell these roles
        # from each other and from those of services: no name of a deployment or a task has one.
        self._role_statements = self._task_statements(props)
        self._task_role = self._role("task", "_", self._role_statements)
        self.task_role_arn: str = str(self._task_role.arn)
        """Role of the program itself."""
        execution_role = self._role("execution", "@", self._execution_statements())
        self.execution_role_arn: str = str(execution_role.arn)
        """Role with which ECS starts it: pulls the image, reads its secrets, writes its output."""
        self.log_group_name: str = str(self._log_group.name)
        """Log group of its output."""
        family = task_family(host.name, self.task)
        self._definition = task_definition(
            self,
            self._container(),
            family=family,
            cpu=self._or_default(props.cpu, default=256),
            memory_mib=self._or_default(props.memory_mib, default=512),
            ephemeral_storage_gib=props.ephemeral_storage_gib,
            image=self._image,
            volumes=self._volumes,
            task_role_arn=self.task_role_arn,
            execution_role_arn=self.execution_role_arn,
            tags=merged(host.tags, {"Name": family}),
        )
        self.task_definition_arn: str = expression(f"{self._definition.fqn}.arn")
        """The task definition, with its revision."""
        self.parameter_name: str = f"{tasks_path(host.name)}/{self.task}"
        """Parameter in SSM Parameter Store that tells DAGs how to start it."""
        self._add_parameter(props)

    def add_environment(self, environment: Mapping[str, str]) -> None:
        """Give the program further environment variables.

        Raises:
            InvalidValue: A name cannot be or is one of a secret, a value looks like a secret, or
                the task definition becomes too large.
        """
        check_value("FargateTask.add_environment(environment)", environment, Mapping[str, str])
        check_environment(self.task, environment, self.props.secrets)
        self._environment = merged(self._environment, environment)
        self._definition.container_definitions = container_definitions(
            self._container(), self._volumes
        )

    def add_statements(self, statements: Sequence[Statement]) -> None:
        """Let the program do more in AWS.

        Raises:
            InvalidValue: One permits a whole service, has the id of another, or IAM would refuse
                it or all together.
        """
        check_value("FargateTask.add_statements(statements)", statements, Sequence[Statement])
        check_statements(f"task {self.task}", statements)
        self._role_statements = [*self._role_statements, *statements]
        check_policy_size(f"the task role of task {self.task}", self._role_statements)
        self._task_role.add_statements(statements)

    def _or_default(self, value: Any, default: Any) -> Any:
        return choose(is_null(self, value), default, value)

    def _task_image(self, props: FargateTaskProps) -> TaskImage:
        host = self._host
        return TaskImage(
            self,
            "_image",
            TaskImageProps(
                name=host.name,
                task=self.task,
                folder=props.folder if props.image_uri is None else None,
                uri=props.image_uri,
                writable_paths=() if props.writable_paths is None else props.writable_paths,
                architecture=host.architecture,
                deletion_protection=host.deletion_protection,
                kms_key_arn=host.kms_key_arn,
                tags=host.tags,
            ),
        )

    def _task_statements(self, props: FargateTaskProps) -> list[Statement]:
        statements = list(props.statements or ())
        if props.shared_storage_path is not None:
            statements.append(
                mount_statement(
                    self._host.file_system_arn,
                    self._host.access_point_arn,
                    read_only=self._read_only,
                    when=negate(self._volumes.without_mount),
                )
            )
        return statements

    def _execution_statements(self) -> list[Statement]:
        write_logs = Statement(
            sid="WriteLogs",
            actions=["logs:CreateLogStream", "logs:PutLogEvents"],
            resources=[f"{self._log_group.arn}:*"],
        )
        return [*self._image.pull_statements, write_logs, *self._secrets.statements]

    def _role(self, kind: str, joint: str, statements: Sequence[Statement]) -> ServiceRole:
        host, task = self._host, self.task
        check_policy_size(f"the {kind} role of task {task}", statements)
        return ServiceRole(
            self,
            f"{kind}_role",
            name=f"{host.name}{joint}{task}",
            path=task_role_path(self, host.name),
            service=ECS_TASKS,
            acting_for=ANY_OF_ECS,
            description=f"The {kind} role of the task {task} of {host.name}",
            statements=statements,
            permissions_boundary_arn=host.permissions_boundary_arn,
            tags=host.tags,
        )

    def _container(self) -> Container:
        return Container(
            name=self.task,
            image=self._image.uri,
            user=self._user,
            logs=Logs(group=self.log_group_name, region=region(self), prefix=LOG_STREAM_PREFIX),
            environment=self._environment,
            secrets=self._secrets.values,
        )

    def _add_parameter(self, props: FargateTaskProps) -> None:
        host = self._host
        parameter = SsmParameter(
            self,
            "ssm_parameter",
            name=self.parameter_name,
            description=f"How to start the task {self.task} of {host.name}",
            type="String",
            # `value` would be hidden in plans; there is nothing to hide.
            insecure_value=json_text(
                task_parameter(
                    task=self.task,
                    cluster_arn=host.cluster_arn,
                    task_definition_arn=self.task_definition_arn,
                    subnet_ids=host.private_subnet_ids,
                    security_group_ids=host.security_group_ids,
                    capacity_provider=self._or_default(props.capacity_provider, default="FARGATE"),
                    log_group_name=self.log_group_name,
                    log_region=region(self),
                    log_stream_prefix=LOG_STREAM_PREFIX,
                )
            ),
            tags=merged(host.tags, {"Name": self.parameter_name}),
        )
        except_policy(
            parameter,
            "CKV2_AWS_34",
            "It holds no secret, only names and ARNs that DAGs start the task with.",
        )
