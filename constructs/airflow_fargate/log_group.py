"""`LogGroup`: a CloudWatch log group that Terraform owns."""

from collections.abc import Mapping

from cdktf_cdktf_provider_aws.cloudwatch_log_group import CloudwatchLogGroup
from constructs import Construct

from .iam import Statement
from .parts import optional
from .surroundings import account_id, partition, region
from .values import Condition


class LogGroup(Construct):
    """A CloudWatch log group with a retention, gone when the stack is destroyed.

    AWS services make the log groups they miss, without retention or key, and those stay behind.

    Args:
        name: The log group's name.
        retention_days: Days that log events are kept.
        kms_key_arn: Key to encrypt with; its policy must let CloudWatch Logs use it.
        tags: Tags of the log group.
        when: Whether it exists.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        retention_days: int,
        kms_key_arn: str | None = None,
        tags: Mapping[str, str] | None = None,
        when: Condition = True,
    ) -> None:
        super().__init__(scope, id_)
        group = optional(
            when,
            lambda count: CloudwatchLogGroup(
                self,
                "cloudwatch_log_group",
                name=name,
                retention_in_days=retention_days,
                kms_key_id=kms_key_arn,
                tags=tags,
                count=count,
            ),
        )
        self.resource: CloudwatchLogGroup | None = group.resource
        """The log group itself, for `depends_on`; None when it is left out."""
        self.name: str | None = group.get("name")
        """The log group's name; None when it is left out. Refers to it, so what uses it waits."""
        self.arn: str | None = group.get("arn")
        """The log group's ARN; None when it is left out."""


def find_statement(scope: Construct, sid: str) -> Statement:
    """Permission to look a log group up by its name, for who does so before writing.

    CloudWatch Logs asks for the right to see every group of the account and region, whatever name
    is looked for.
    """
    place = f"{region(scope)}:{account_id(scope)}"
    return Statement(
        sid=sid,
        actions=["logs:DescribeLogGroups"],
        resources=[f"arn:{partition(scope)}:logs:{place}:log-group:*"],
    )
