"""`DatabaseLogs`: where an RDS instance of PostgreSQL writes its logs."""

from collections.abc import Mapping

from constructs import Construct

from .log_group import LogGroup
from .values import Condition


class DatabaseLogs(Construct):
    """The CloudWatch log groups of the logs that RDS exports."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        identifier: str,
        retention_days: int,
        kms_key_arn: str | None,
        tags: Mapping[str, str] | None,
        when: Condition,
    ) -> None:
        super().__init__(scope, id_)
        self.exports = ["postgresql", "upgrade"]
        """The logs, as RDS names them."""
        groups = [
            LogGroup(
                self,
                f"{log}_log_group",
                # RDS decides the name.
                name=f"/aws/rds/instance/{identifier}/{log}",
                retention_days=retention_days,
                kms_key_arn=kms_key_arn,
                tags=tags,
                when=when,
            )
            for log in self.exports
        ]
        # RDS makes a log group that it misses, and leaves it behind: these must come before the
        # instance and go after it.
        self.log_groups = [group.resource for group in groups if group.resource]
        """What the instance depends on."""
