"""`ServiceRole`: an IAM role that an AWS service takes on."""

from collections.abc import Mapping, Sequence
from typing import Any

from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from cdktf_cdktf_provider_aws.iam_role_policy_attachment import IamRolePolicyAttachment
from constructs import Construct

from .conditions import every
from .iam import Statement, any_of, policy
from .parts import OptionalPart, count_when, optional
from .surroundings import account_id, partition, region
from .values import Condition, is_token


class ServiceRole(Construct):
    """An IAM role that one AWS service takes on, for resources of one account and region only.

    Args:
        name: What the role's name begins with, at most 49 characters; its region follows.
        path: IAM path of the role, for who may be allowed to pass all roles below it.
        service: Who takes it on, for example `vpc-flow-logs.amazonaws.com`.
        acting_for: For which resources of this account and region it may, as service and resource
            of their ARNs: `ec2:vpc-flow-log/*`.
        description: What the role is for.
        statements: What the role may do.
        managed_policy_arn: A policy that AWS maintains, for services that come with one.
        permissions_boundary_arn: The most that the role may ever do.
        tags: Tags of the role.
        when: Whether the role exists.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        path: str = "/",
        service: str,
        acting_for: str,
        description: str,
        statements: Sequence[Statement] = (),
        managed_policy_arn: str | None = None,
        permissions_boundary_arn: str | None = None,
        tags: Mapping[str, str] | None = None,
        when: Condition = True,
    ) -> None:
        super().__init__(scope, id_)
        source, resource = acting_for.split(":", 1)
        place = f"{region(self)}:{account_id(self)}"
        trust = Statement(
            sid="TrustService",
            actions=["sts:AssumeRole"],
            principals={"Service": service},
            # Without these, the service could be made to use the role for another account.
            conditions={
                "StringEquals": {"aws:SourceAccount": account_id(self)},
                "ArnLike": {"aws:SourceArn": f"arn:{partition(self)}:{source}:{place}:{resource}"},
            },
        )
        role = optional(
            when,
            lambda count: IamRole(
                self,
                "role",
                # IAM has one space of names for all regions. The region takes 15 of 64 characters.
                name=f"{name}-{region(self)}",
                path=path,
                description=description,
                assume_role_policy=policy([trust]),
                permissions_boundary=permissions_boundary_arn,
                tags=tags,
                count=count,
            ),
        )
        self.policies: list[IamRolePolicy | IamRolePolicyAttachment] = []
        """Its policies, for `depends_on`: the role is there before it may do anything."""
        self._when = when
        self._statements: list[Statement] = []
        self._access: OptionalPart[IamRolePolicy] | None = None
        self._maybe_none = False
        if managed_policy_arn:
            attachment = optional(
                when,
                lambda count: IamRolePolicyAttachment(
                    self,
                    "role_policy_attachment",
                    role=role.get("name"),
                    policy_arn=managed_policy_arn,
                    count=count,
                ),
            )
            self.policies += [attachment.resource] if attachment.resource else []
        self.id: Any = role.get("id")
        """The role's name, for further policies; None when the role is left out."""
        self.arn: str | None = role.get("arn")
        """The role's ARN; None when the role is left out."""
        self.add_statements(statements)

    def add_statements(self, statements: Sequence[Statement]) -> None:
        """Let the role do more.

        Raises:
            InvalidValue: A statement's id is that of another one.
        """
        self._statements += statements
        present = any_of(self._statements)
        if not is_token(present) and not present:
            return
        text = policy(self._statements)
        when = every([self._when, present])
        if self._access is None:
            self._access = optional(
                when,
                lambda count: IamRolePolicy(
                    self,
                    "role_policy",
                    name="access",
                    role=self.id,
                    policy=text,
                    count=count,
                ),
            )
            self._maybe_none = present is not True
            self.policies += [self._access.resource] if self._access.resource else []
        elif self._access.resource:
            self._access.resource.policy = text
            if self._maybe_none:
                # With one more there may be no doubt any more.
                self._access.resource.count = count_when(when)
