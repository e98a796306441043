"""`EncryptionKey`: the KMS key that a deployment encrypts with."""

from typing import Annotated, Any

from cdktf_cdktf_provider_aws.kms_alias import KmsAlias
from cdktf_cdktf_provider_aws.kms_key import KmsKey
from constructs import Construct

from .arguments import check_arguments
from .iam import Statement, policy
from .parts import optional
from .props import OF_THE_DEPLOYMENT, Name, Tags, props
from .rules import Between
from .surroundings import account_id, partition, region
from .values import Condition, merged


@props
class EncryptionKeyProps:
    """What an `EncryptionKey` can be told."""

    name: Name = OF_THE_DEPLOYMENT
    """Name of the deployment; the key's alias is `alias/<name>`."""
    deletion_window_days: Annotated[int, Between(7, 30, "what KMS allows")] = 30
    """Days between a destroy and the end of the key. Until then the deletion can be cancelled;
    afterwards nothing that was encrypted with the key can be read by anyone."""
    tags: Tags = None
    """Tags of the key, beside the provider's `default_tags`."""


class EncryptionKey(Construct):
    """A KMS key with an alias and yearly rotation, used by whom IAM lets use it.

    The key's policy leaves permissions to IAM, and names one service: CloudWatch Logs encrypts
    with a right of its own, for the log groups of this deployment. RDS, EFS, SQS, S3 and Secrets
    Manager act with the rights of their caller, so that they need none here.

    Args:
        when: Whether it exists.
    """

    def __init__(
        self, scope: Construct, id_: str, props: EncryptionKeyProps, *, when: Condition = True
    ) -> None:
        super().__init__(scope, id_)
        check_arguments(self, props=props)
        self.props = props
        account = account_id(self)
        key = optional(
            when,
            lambda count: KmsKey(
                self,
                "kms_key",
                description=f"Encrypts the data of {props.name}",
                enable_key_rotation=True,
                deletion_window_in_days=props.deletion_window_days,
                policy=policy([self._leave_to_iam(account), self._let_logs_encrypt(account)]),
                tags=merged(props.tags, {"Name": props.name}),
                count=count,
            ),
        )
        optional(
            when,
            lambda count: KmsAlias(
                self,
                "kms_alias",
                name=f"alias/{props.name}",
                target_key_id=key.get("key_id"),
                count=count,
            ),
        )
        self.arn: Any = key.get("arn")
        """The key; what other constructs take as `kms_key_arn`. None when it is left out."""

    def _leave_to_iam(self, account: str) -> Statement:
        return Statement(
            sid="LeaveToIam",
            actions=["kms:*"],
            # In a key's policy this is the key itself.
            resources=["*"],
            # The account, not its root user alone. Without it nobody could administer the key.
            principals={"AWS": f"arn:{partition(self)}:iam::{account}:root"},
        )

    def _let_logs_encrypt(self, account: str) -> Statement:
        groups = f"arn:{partition(self)}:logs:{region(self)}:{account}:log-group:"
        name = self.props.name
        # Those of our own making, those of the database and those of Container Insights.
        names = (
            f"/airflow-fargate/{name}/*",
            f"/aws/rds/instance/{name}-metadata/*",
            f"/aws/ecs/containerinsights/{name}/*",
        )
        return Statement(
            sid="LetCloudWatchLogsEncrypt",
            actions=[
                "kms:Encrypt",
                "kms:Decrypt",
                "kms:ReEncryptFrom",
                "kms:ReEncryptTo",
                "kms:GenerateDataKey",
                "kms:GenerateDataKeyWithoutPlaintext",
            ],
            resources=["*"],
            principals={"Service": f"logs.{region(self)}.amazonaws.com"},
            # Else the service could be made to use the key for other logs.
            conditions={
                "ArnLike": {
                    "kms:EncryptionContext:aws:logs:arn": [f"{groups}{each}" for each in names]
                }
            },
        )
