"""`DatabaseInstance`: the RDS instance behind a `MetadataDatabase`."""

from typing import TYPE_CHECKING

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.db_instance import DbInstance
from cdktf_cdktf_provider_aws.db_parameter_group import (
    DbParameterGroup,
    DbParameterGroupParameter,
)
from cdktf_cdktf_provider_aws.db_subnet_group import DbSubnetGroup
from constructs import Construct

from .conditions import every
from .database_exceptions import except_policies
from .database_logs import DatabaseLogs
from .network import Network
from .nulls import is_null
from .parts import OptionalPart, optional
from .security_group import SecurityGroup
from .service_role import ServiceRole
from .surroundings import partition
from .values import Condition, equals, merged, negate

if TYPE_CHECKING:
    from .metadata_database import MetadataDatabaseProps

PORT = 5432
"""PostgreSQL's TCP port."""
DATABASE_NAME = "airflow"
USERNAME = "airflow"
# What RDS keeps of performance insights for free.
PERFORMANCE_INSIGHTS_DAYS = 7


class DatabaseInstance(Construct):
    """An encrypted PostgreSQL instance in private subnets, whose password RDS manages.

    Args:
        props: Those of the database.
        network: Where it is.
        when: Whether it exists.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        props: "MetadataDatabaseProps",
        *,
        network: Network,
        when: Condition = True,
    ) -> None:
        super().__init__(scope, id_)
        self.props = props
        self._when = when
        # At most 33 of the 63 characters of an instance's identifier.
        self.identifier = f"{props.name}-metadata"
        self._tags = merged(props.tags, {"Name": self.identifier})
        security_group = SecurityGroup(
            self,
            "_security_group",
            name=self.identifier,
            description=f"Metadata database of {props.name}",
            vpc_id=network.vpc_id,
            port=PORT,
            tags=props.tags,
            when=when,
        )
        subnet_group = optional(
            when,
            lambda count: DbSubnetGroup(
                self,
                "db_subnet_group",
                name=self.identifier,
                description=f"Private subnets of {props.name}",
                subnet_ids=list(network.private_subnet_ids),
                tags=self._tags,
                count=count,
            ),
        )
        parameter_group = self._parameter_group()
        logs = DatabaseLogs(
            self,
            "_logs",
            identifier=self.identifier,
            retention_days=props.log_retention_days,
            kms_key_arn=props.kms_key_arn,
            tags=props.tags,
            when=when,
        )
        monitoring_role_arn = self._monitoring_role_arn()
        instance = optional(
            when,
            lambda count: DbInstance(
                self,
                "db_instance",
                identifier=self.identifier,
                engine="postgres",
                engine_version=props.engine_version,
                auto_minor_version_upgrade=True,
                # Another major version in the props is the decision to upgrade.
                allow_major_version_upgrade=True,
                apply_immediately=props.apply_immediately,
                instance_class=props.instance_class,
                multi_az=props.multi_az,
                db_name=DATABASE_NAME,
                port=PORT,
                parameter_group_name=parameter_group.get("name"),
                # No ca_cert_identifier: with one, the provider makes the instance and then changes
                # it, minutes more. RDS signs with its default, and all of its authorities are in
                # the bundle that clients verify with.
                username=USERNAME,
                manage_master_user_password=True,
                master_user_secret_kms_key_id=props.kms_key_arn,
                iam_database_authentication_enabled=False,
                db_subnet_group_name=subnet_group.get("name"),
                vpc_security_group_ids=[security_group.id],
                publicly_accessible=False,
                storage_type="gp3",
                allocated_storage=props.storage_gib,
                max_allocated_storage=props.max_storage_gib,
                storage_encrypted=True,
                kms_key_id=props.kms_key_arn,
                backup_retention_period=props.backup_retention_days,
                backup_window=props.backup_window,
                maintenance_window=props.maintenance_window,
                copy_tags_to_snapshot=True,
                deletion_protection=props.deletion_protection,
                skip_final_snapshot=negate(props.final_snapshot),
                # The time, for a second deployment of the name that is destroyed one day.
                final_snapshot_identifier=f"{self.identifier}-final-"
                '${formatdate("YYYYMMDDhhmmss", timestamp())}',
                performance_insights_enabled=True,
                performance_insights_retention_period=PERFORMANCE_INSIGHTS_DAYS,
                performance_insights_kms_key_id=props.kms_key_arn,
                monitoring_interval=props.monitoring_interval_seconds,
                monitoring_role_arn=monitoring_role_arn,
                enabled_cloudwatch_logs_exports=logs.exports,
                depends_on=logs.log_groups,
                # Of the time, only that of the first apply counts.
                lifecycle=TerraformResourceLifecycle(ignore_changes=["final_snapshot_identifier"]),
                tags=self._tags,
                count=count,
            ),
        )
        if instance.resource is not None:
            except_policies(instance.resource, props, without_key=is_null(self, props.kms_key_arn))
        self.host: str = instance.get("address")
        """Host name."""
        self.database_name: str = instance.get("db_name")
        """Database that is made with the instance."""
        self.secret_arn: str = instance.get("master_user_secret[0].secret_arn")
        """Secret of RDS with `username` and `password` as JSON."""
        self.security_group_id: str = security_group.id
        """Security group of the instance."""

    def _parameter_group(self) -> OptionalPart[DbParameterGroup]:
        family = f"postgres{self.props.engine_version}"
        return optional(
            self._when,
            lambda count: DbParameterGroup(
                self,
                "db_parameter_group",
                # One for each major version, and the next before the last, which is in use till
                # then.
                name=f"{self.identifier}-{family}",
                family=family,
                description=f"PostgreSQL for {self.props.name}, with TLS only",
                parameter=[DbParameterGroupParameter(name="rds.force_ssl", value="1")],
                lifecycle=TerraformResourceLifecycle(create_before_destroy=True),
                tags=self._tags,
                count=count,
            ),
        )

    def _monitoring_role_arn(self) -> str | None:
        policy = "service-role/AmazonRDSEnhancedMonitoringRole"
        return ServiceRole(
            self,
            "monitoring_role",
            name=f"{self.props.name}-metadata-monitoring",
            service="monitoring.rds.amazonaws.com",
            acting_for=f"rds:db:{self.identifier}",
            description=f"Writes the operating system's measurements of {self.identifier}",
            managed_policy_arn=f"arn:{partition(self)}:iam::aws:policy/{policy}",
            permissions_boundary_arn=self.props.permissions_boundary_arn,
            tags=self.props.tags,
            when=every([self._when, negate(equals(self.props.monitoring_interval_seconds, 0))]),
        ).arn
