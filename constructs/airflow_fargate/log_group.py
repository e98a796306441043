"""`LogGroup`: a CloudWatch log group that Terraform owns."""

from collections.abc import Mapping

from cdktf_cdktf_provider_aws.cloudwatch_log_group import CloudwatchLogGroup
from constructs import Construct

from .iam import Statement
from .nulls import is_null
from .parts import optional
from .policy_exceptions import except_policy
from .surroundings import account_id, partition, region
from .values import Condition, is_token

_YEAR_DAYS = 365


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
        if group.resource is not None:
            _except_policies(group.resource, retention_days, is_null(self, kms_key_arn))
        self.resource: CloudwatchLogGroup | None = group.resource
        """The log group itself, for `depends_on`; None when it is left out."""
        self.name: str | None = group.get("name")
        """The log group's name; None when it is left out. Refers to it, so what uses it waits."""
        self.arn: str | None = group.get("arn")
        """The log group's ARN; None when it is left out."""


def _except_policies(
    group: CloudwatchLogGroup, retention_days: int, without_key: Condition
) -> None:
    except_policy(
        group,
        "CKV_AWS_338",
        "How long logs are of use is for who runs this to say, by log_retention_days.",
        when=is_token(retention_days) or retention_days < _YEAR_DAYS,
    )
    for rule in ("CKV_AWS_158", "AF_LOG_GROUP"):
        except_policy(
            group,
            rule,
            "Without kms_key_arn, CloudWatch Logs encrypts it with a key of its own.",
            when=without_key,
        )


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
