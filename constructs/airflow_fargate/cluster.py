"""`Cluster`: the ECS cluster that Airflow's components and tasks run in."""

from typing import Literal

from cdktf_cdktf_provider_aws.ecs_cluster import (
    EcsCluster,
    EcsClusterConfiguration,
    EcsClusterConfigurationExecuteCommandConfiguration,
    EcsClusterConfigurationExecuteCommandConfigurationLogConfiguration,
    EcsClusterSetting,
)
from cdktf_cdktf_provider_aws.ecs_cluster_capacity_providers import (
    EcsClusterCapacityProviders,
    EcsClusterCapacityProvidersDefaultCapacityProviderStrategy,
)
from cdktf_cdktf_provider_aws.service_discovery_private_dns_namespace import (
    ServiceDiscoveryPrivateDnsNamespace,
)
from constructs import Construct

from .arguments import check_arguments
from .exec_use import exec_statements
from .iam import Statement
from .log_group import LogGroup
from .network import Network
from .nulls import is_null
from .policy_exceptions import except_policy
from .props import OF_THE_DEPLOYMENT, KmsKeyArn, LogRetentionDays, Name, Tags, props
from .values import equals, merged, negate


@props
class ClusterProps:
    """What a `Cluster` can be told."""

    name: Name = OF_THE_DEPLOYMENT
    """Name of the deployment, and of the cluster."""
    container_insights: Literal["enabled", "enhanced", "disabled"] = "enabled"
    """CloudWatch Container Insights: metrics of cluster and services, with `enhanced` of each task
    and container too. CloudWatch charges for them."""
    log_retention_days: LogRetentionDays = 30
    """Days that metrics' events and the logs of ECS Exec sessions are kept."""
    kms_key_arn: KmsKeyArn = None
    """Key for ECS Exec sessions, their logs and those of Container Insights. Without it the
    sessions are encrypted by TLS alone, and the logs by a key of CloudWatch's own."""
    tags: Tags = None
    """Tags of every resource, beside the provider's `default_tags`."""


class Cluster(Construct):
    """An ECS cluster on Fargate and Fargate Spot, with private DNS names for its services.

    ECS Exec is logged; who may be reached by it needs `exec_statements` in the task's role.
    """

    def __init__(
        self, scope: Construct, id_: str, props: ClusterProps, *, network: Network
    ) -> None:
        super().__init__(scope, id_)
        check_arguments(self, props=props, network=network)
        self.props = props
        exec_log_group = LogGroup(
            self,
            "exec_log_group",
            name=f"/airflow-fargate/{props.name}/ecs-exec",
            retention_days=props.log_retention_days,
            kms_key_arn=props.kms_key_arn,
            tags=props.tags,
        )
        insights_log_group = LogGroup(
            self,
            "container_insights_log_group",
            name=f"/aws/ecs/containerinsights/{props.name}/performance",
            retention_days=props.log_retention_days,
            kms_key_arn=props.kms_key_arn,
            tags=props.tags,
            when=negate(equals(props.container_insights, "disabled")),
        )
        cluster = EcsCluster(
            self,
            "ecs_cluster",
            name=props.name,
            setting=[EcsClusterSetting(name="containerInsights", value=props.container_insights)],
            configuration=EcsClusterConfiguration(
                execute_command_configuration=EcsClusterConfigurationExecuteCommandConfiguration(
                    logging="OVERRIDE",
                    kms_key_id=props.kms_key_arn,
                    log_configuration=(
                        EcsClusterConfigurationExecuteCommandConfigurationLogConfiguration(
                            cloud_watch_log_group_name=exec_log_group.name,
                            # True is a demand that the group has a key; a session fails without.
                            cloud_watch_encryption_enabled=negate(is_null(self, props.kms_key_arn)),
                        )
                    ),
                )
            ),
            # ECS makes the group of Container Insights, without retention or key, if it is first.
            depends_on=[insights_log_group.resource] if insights_log_group.resource else None,
            tags=merged(props.tags, {"Name": props.name}),
        )
        except_policy(
            cluster,
            "CKV_AWS_65",
            'With container_insights="disabled" its metrics are not paid for.',
            when=equals(props.container_insights, "disabled"),
        )
        except_policy(
            cluster,
            "CKV_AWS_224",
            "Without kms_key_arn, sessions of ECS Exec are encrypted by TLS, and their log by a "
            "key of CloudWatch's own.",
            when=is_null(self, props.kms_key_arn),
        )
        capacity_providers = EcsClusterCapacityProviders(
            self,
            "ecs_cluster_capacity_providers",
            cluster_name=cluster.name,
            capacity_providers=["FARGATE", "FARGATE_SPOT"],
            default_capacity_provider_strategy=[
                EcsClusterCapacityProvidersDefaultCapacityProviderStrategy(
                    capacity_provider="FARGATE", weight=1
                )
            ],
        )
        namespace = ServiceDiscoveryPrivateDnsNamespace(
            self,
            "service_discovery_private_dns_namespace",
            # Not <name>.internal: a deployment "ec2" would hide the VPC's own ec2.internal.
            name=f"{props.name}.airflow.internal",
            description=f"Services of {props.name}",
            vpc=network.vpc_id,
            tags=merged(props.tags, {"Name": props.name}),
        )
        self.arn: str = cluster.arn
        """The cluster's ARN."""
        self.name: str = capacity_providers.cluster_name
        """The cluster's name. Known from its capacity providers, so that who uses it waits for
        them."""
        self.namespace_id: str = namespace.id
        """Cloud Map namespace for the services' private DNS names."""
        self.namespace_name: str = namespace.name
        """What those names end in: `<name>.airflow.internal`."""
        self.exec_log_group_name: str = str(exec_log_group.name)
        """Log group of ECS Exec sessions."""
        self.exec_log_group_arn: str = str(exec_log_group.arn)
        """ARN of that log group."""

    @property
    def exec_statements(self) -> list[Statement]:
        """Permission to be reached by ECS Exec, for a task's role."""
        return exec_statements(
            self, log_group_arn=self.exec_log_group_arn, kms_key_arn=self.props.kms_key_arn
        )
