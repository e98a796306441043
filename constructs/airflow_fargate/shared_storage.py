"""`SharedStorage`: an EFS file system that the tasks of a deployment share."""

from typing import Literal

from cdktf_cdktf_provider_aws.efs_backup_policy import (
    EfsBackupPolicy,
    EfsBackupPolicyBackupPolicy,
)
from cdktf_cdktf_provider_aws.efs_file_system import (
    EfsFileSystem,
    EfsFileSystemLifecyclePolicy,
)
from cdktf_cdktf_provider_aws.efs_file_system_policy import EfsFileSystemPolicy
from cdktf_cdktf_provider_aws.efs_mount_target import EfsMountTarget
from constructs import Construct

from .access_point import AccessPoint, AccessPointProps
from .arguments import check_arguments
from .iam import Statement, policy
from .network import Network
from .nulls import is_null
from .parts import repeated
from .policy_exceptions import except_policy
from .props import OF_THE_DEPLOYMENT, KmsKeyArn, Name, Tags, props
from .protection import prevent_destroy
from .security_group import SecurityGroup
from .values import choose, expression, literal, merged, source

NFS = 2049


@props
class SharedStorageProps:
    """What a `SharedStorage` can be told."""

    name: Name = OF_THE_DEPLOYMENT
    """Name of the deployment; begins every name in AWS."""
    throughput_mode: Literal["elastic", "bursting"] = "elastic"
    """`elastic` charges for what is read and written and is as fast as needed; `bursting` charges
    for storage only, and is slow while little is stored: 50 KiB/s for each GiB."""
    transition_to_ia: Literal[
        "AFTER_1_DAY", "AFTER_7_DAYS", "AFTER_14_DAYS", "AFTER_30_DAYS", "AFTER_60_DAYS",
        "AFTER_90_DAYS", "AFTER_180_DAYS", "AFTER_270_DAYS", "AFTER_365_DAYS",
    ] = "AFTER_30_DAYS"  # fmt: skip
    """When a file that nobody reads moves to Infrequent Access, which costs a fraction. It moves
    back when it is read again."""
    backups: bool = True
    """Whether AWS Backup keeps daily backups for 35 days. They are in the account's own vault
    (`aws/efs/automatic-backup-vault`), and stay there when the file system is destroyed."""
    deletion_protection: bool = True
    """Whether Terraform refuses to destroy the file system. To destroy it, set False first.
    Terraform reads this before it knows any variable, so it must be a Python value."""
    kms_key_arn: KmsKeyArn = None
    """Key for the files. Without it EFS encrypts with the account's key for EFS. A new key means a
    new, empty file system."""
    tags: Tags = None
    """Tags of every resource, beside the provider's `default_tags`."""


class SharedStorage(Construct):
    """An encrypted EFS file system, with a mount target in each availability zone.

    It is mounted over TLS by IAM roles only, through access points (`add_access_point`), by those
    whose security group was let in (`allow_from`) and whose role may (`mount_statements`).
    """

    def __init__(
        self, scope: Construct, id_: str, props: SharedStorageProps, *, network: Network
    ) -> None:
        super().__init__(scope, id_)
        check_arguments(self, props=props, network=network)
        self.props = props
        name = f"{props.name}-shared-storage"
        self._file_system = EfsFileSystem(
            self,
            "efs_file_system",
            encrypted=True,
            kms_key_id=props.kms_key_arn,
            throughput_mode=props.throughput_mode,
            # EFS takes one transition a policy.
            lifecycle_policy=[
                EfsFileSystemLifecyclePolicy(transition_to_ia=props.transition_to_ia),
                EfsFileSystemLifecyclePolicy(transition_to_primary_storage_class="AFTER_1_ACCESS"),
            ],
            lifecycle=prevent_destroy(
                literal("SharedStorageProps.deletion_protection", props.deletion_protection)
            ),
            tags=merged(props.tags, {"Name": name}),
        )
        except_policy(
            self._file_system,
            "CKV_AWS_184",
            "Without kms_key_arn, EFS encrypts with the account's key for EFS.",
            when=is_null(self, props.kms_key_arn),
        )
        EfsFileSystemPolicy(
            self,
            "efs_file_system_policy",
            file_system_id=self._file_system.id,
            policy=policy(self._closed()),
        )
        EfsBackupPolicy(
            self,
            "efs_backup_policy",
            file_system_id=self._file_system.id,
            backup_policy=EfsBackupPolicyBackupPolicy(
                status=choose(props.backups, "ENABLED", "DISABLED")
            ),
        )
        self._security_group = SecurityGroup(
            self,
            "_security_group",
            name=name,
            description=f"Shared storage of {props.name}",
            vpc_id=network.vpc_id,
            port=NFS,
            tags=props.tags,
        )
        subnets = source(network.private_subnet_ids)
        mount_targets = repeated(
            network.az_count,
            lambda count: EfsMountTarget(
                self,
                "efs_mount_target",
                count=count,
                file_system_id=self._file_system.id,
                subnet_id=expression(f"element({subnets}, count.index)"),
                security_groups=[self._security_group.id],
            ),
        )
        self.file_system_id: str = mount_targets.at(0, "file_system_id")
        """The file system. Known from the mount targets, so that who mounts it waits for them."""
        self.arn: str = self._file_system.arn
        """The file system's ARN."""
        self.security_group_id: str = self._security_group.id
        """Security group of the mount targets."""

    def add_access_point(self, id_: str, props: AccessPointProps) -> AccessPoint:
        """Make a folder that can be mounted, as one POSIX user.

        Args:
            id_: Name of the access point in Terraform and, after the deployment's, in AWS.
            props: Path and user.
        """
        return AccessPoint(
            self,
            id_,
            props,
            name=f"{self.props.name}-{id_}",
            file_system_id=self._file_system.id,
            tags=self.props.tags,
        )

    def allow_from(self, source_name: str, security_group_id: str) -> None:
        """Let a security group reach the mount targets."""
        self._security_group.allow_from(source_name, security_group_id)

    def mount_statements(
        self, access_point: AccessPoint, *, read_only: bool = False
    ) -> list[Statement]:
        """Permission to mount the file system through one access point, and through no other."""
        actions = ["elasticfilesystem:ClientMount"]
        if not literal("read_only", read_only):
            actions.append("elasticfilesystem:ClientWrite")
        return [
            Statement(
                sid="Mount" + "".join(filter(str.isalnum, access_point.node.id.title())),
                actions=actions,
                resources=[self.arn],
                conditions={"StringEquals": {"elasticfilesystem:AccessPointArn": access_point.arn}},
            )
        ]

    def _closed(self) -> list[Statement]:
        """The file system's policy: what no role may do, whatever its own policies say.

        As there is a policy, and nobody is allowed anything by it, EFS refuses whoever comes
        without an IAM role that may mount it.
        """
        conditions = {
            "DenyWithoutTls": {"Bool": {"aws:SecureTransport": "false"}},
            "DenyWithoutMountTarget": {
                "Bool": {"elasticfilesystem:AccessedViaMountTarget": "false"}
            },
            "DenyWithoutAccessPoint": {"Null": {"elasticfilesystem:AccessPointArn": "true"}},
        }
        return [
            Statement(
                sid=sid,
                effect="Deny",
                # Only what mounting needs: a wider Deny could lock the account out of the policy.
                actions=["elasticfilesystem:Client*"],
                resources=[self._file_system.arn],
                principals={"AWS": "*"},
                conditions=condition,
            )
            for sid, condition in conditions.items()
        ]
