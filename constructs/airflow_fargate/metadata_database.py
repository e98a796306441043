"""`MetadataDatabase`: where Airflow keeps its state, or a database that is there already."""

from typing import Annotated

from constructs import Construct

from .arguments import check_arguments
from .database_instance import PORT, DatabaseInstance
from .existing import refuse_beside_existing
from .existing_database import ExistingDatabase
from .iam import Statement
from .network import Network
from .nulls import is_null, null_when
from .props import (
    OF_THE_DEPLOYMENT,
    KmsKeyArn,
    LogRetentionDays,
    Name,
    PermissionsBoundaryArn,
    Tags,
    props,
)
from .rds_windows import DailyWindow, WeeklyWindow, overlap
from .rules import Between, InvalidValue, Matches, OneOf
from .secret_reading import read_secret_statements
from .security_group import ingress_rule
from .values import Condition, boolean, choose, is_token, negate, source

_STORAGE = Between(20, 65_536, "what RDS allows with gp3")
# RDS refuses less room to grow into; in whole numbers, since 50 * 1.1 is a little over 55.
LEAST_GROWTH_PERCENT = 10


@props
class MetadataDatabaseProps:
    """What a `MetadataDatabase` can be told."""

    name: Name = OF_THE_DEPLOYMENT
    """Name of the deployment; the instance is `<name>-metadata`."""
    engine_version: Annotated[
        str,
        Matches(
            r"1[6-9]|[2-9]\d",
            'a major version of PostgreSQL from 16 on, such as "17", without a minor one '
            "(RDS applies those itself)",
        ),
    ] = "17"
    """Major version of PostgreSQL. A higher one upgrades the instance; `apply_immediately` must
    be set for that."""
    instance_class: Annotated[
        str,
        Matches(
            r"db\.[a-z]\d+g[a-z]*\.\d*(micro|small|medium|large|xlarge)",
            'a Graviton instance class, such as "db.t4g.small"',
        ),
    ] = "db.t4g.small"
    """Instance class, on Graviton. PostgreSQL takes about 100 connections for each GiB of memory,
    and each of Airflow's servers holds up to 15: `db.t4g.micro` (1 GiB) is enough for one of each,
    `db.t4g.small` (2 GiB) also while a deployment runs old and new ones side by side."""
    storage_gib: Annotated[int, _STORAGE] = 20
    """Size of the gp3 volume at first, in GiB."""
    max_storage_gib: Annotated[int, _STORAGE] = 100
    """Size that RDS lets the volume grow to, in GiB; a tenth more than `storage_gib` or higher."""
    multi_az: bool = False
    """Whether a standby in another availability zone takes over when the instance fails."""
    backup_retention_days: Annotated[int, Between(1, 35, "0 would end backups")] = 7
    """Days of backups, to any second of which the database can be restored."""
    backup_window: Annotated[str, DailyWindow()] = "01:00-02:00"
    """When the daily backup is taken, in UTC."""
    maintenance_window: Annotated[str, WeeklyWindow()] = "sun:03:00-sun:04:00"
    """When RDS applies minor versions and changes that interrupt the database, in UTC."""
    apply_immediately: bool = False
    """Whether a change that interrupts the database is made at once, not in the maintenance
    window. A major upgrade needs it: else the old parameter group cannot be removed."""
    monitoring_interval_seconds: Annotated[
        int, OneOf((0, 1, 5, 10, 15, 30, 60), "what RDS allows")
    ] = 0
    """Seconds between measurements of the operating system (enhanced monitoring); 0 for none.
    RDS writes them to the log group `RDSOSMetrics`, which the account's databases share."""
    log_retention_days: LogRetentionDays = 30
    """Days that the PostgreSQL and upgrade logs are kept."""
    deletion_protection: bool = True
    """Whether RDS refuses to delete the database. To destroy it, apply with False first."""
    final_snapshot: bool = True
    """Whether a snapshot is taken when the database is destroyed. It outlives the deployment."""
    kms_key_arn: KmsKeyArn = None
    """Key for storage, backups, password, performance insights and logs; its policy must let
    CloudWatch Logs use it. Without it each service encrypts with AWS's own."""
    permissions_boundary_arn: PermissionsBoundaryArn = None
    """Permissions boundary of the enhanced monitoring role."""
    tags: Tags = None
    """Tags of every resource, beside the provider's `default_tags`."""
    existing: ExistingDatabase | None = None
    """A database to use instead of making one. Only `name` and `tags` can stand beside it."""

    def __post_init__(self) -> None:
        """Refuse fields that contradict each other."""
        if self.existing is not None and self.existing.when is True:
            refuse_beside_existing(self, "a database")
        if not is_token(self.storage_gib) and not is_token(self.max_storage_gib):
            least = self.storage_gib * (100 + LEAST_GROWTH_PERCENT)
            if self.max_storage_gib * 100 < least:
                raise InvalidValue(
                    "MetadataDatabaseProps.max_storage_gib",
                    f"at least a tenth more than storage_gib, which is {self.storage_gib}",
                    self.max_storage_gib,
                )
        windows = (self.backup_window, self.maintenance_window)
        if not any(is_token(window) for window in windows) and overlap(*windows):
            raise InvalidValue(
                "MetadataDatabaseProps.backup_window",
                f"at another time of day than maintenance_window, {self.maintenance_window!r}",
                self.backup_window,
            )


class MetadataDatabase(Construct):
    """A PostgreSQL database for Airflow's metadata, and for the results of its Celery workers.

    Its clients must use TLS, and read the password from Secrets Manager, where RDS replaces it
    every 7 days. Nobody can connect until `allow_from` is called.
    """

    def __init__(
        self, scope: Construct, id_: str, props: MetadataDatabaseProps, *, network: Network
    ) -> None:
        super().__init__(scope, id_)
        check_arguments(self, props=props, network=network)
        self.props = props
        self.host: str
        """Host name, the one in the server's certificate."""
        self.port: int
        """TCP port."""
        self.database_name: str
        """Database on the server."""
        self.secret_arn: str
        """Secret with `username` and `password` as JSON."""
        self.secret_kms_key_arn: str | None
        """Key of that secret, if it has one of its own."""
        self.security_group_id: str
        """Security group of the server."""
        existing = props.existing
        used = False if existing is None else existing.when
        if existing is not None and not is_token(used) and used:
            self._use(existing)
            return
        self._create(props, network, when=negate(used))
        if existing is not None and is_token(used):
            self._use_when(used, existing)

    @property
    def read_secret_statements(self) -> list[Statement]:
        """Permits reading the database's user and password."""
        return read_secret_statements(
            self, "DatabasePassword", [self.secret_arn], self.secret_kms_key_arn
        )

    def allow_from(self, source_name: str, security_group_id: str) -> None:
        """Let a security group connect.

        Args:
            source_name: Who that is, for the rule's address and description: `scheduler`.
            security_group_id: Its security group.
        """
        ingress_rule(
            self,
            source_name,
            security_group_id=self.security_group_id,
            from_security_group_id=security_group_id,
            port=self.port,
            description=f"Metadata database of {self.props.name}",
            tags=self.props.tags,
        )

    def _use(self, existing: ExistingDatabase) -> None:
        self.host = existing.host
        self.port = existing.port
        self.database_name = existing.database_name
        self.secret_arn = existing.secret_arn
        self.security_group_id = existing.security_group_id
        self.secret_kms_key_arn = existing.secret_kms_key_arn

    def _use_when(self, used: Condition, existing: ExistingDatabase) -> None:
        """Where Terraform knows whether there is one: of two values, that of what is there."""
        keys = (existing.secret_kms_key_arn, self.secret_kms_key_arn)
        without_key = " : ".join(source(is_null(self, key)) for key in keys)
        self.host = choose(used, existing.host, self.host)
        self.port = choose(used, existing.port, self.port)
        self.database_name = choose(used, existing.database_name, self.database_name)
        self.secret_arn = choose(used, existing.secret_arn, self.secret_arn)
        self.security_group_id = choose(used, existing.security_group_id, self.security_group_id)
        self.secret_kms_key_arn = null_when(
            choose(used, *keys), boolean(f"{source(used)} ? {without_key}")
        )

    def _create(self, props: MetadataDatabaseProps, network: Network, when: Condition) -> None:
        instance = DatabaseInstance(self, "_instance", props, network=network, when=when)
        self.host = instance.host
        self.port = PORT
        self.database_name = instance.database_name
        self.secret_arn = instance.secret_arn
        self.security_group_id = instance.security_group_id
        self.secret_kms_key_arn = props.kms_key_arn
