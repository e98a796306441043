"""`SecurityGroup`: who may reach a part of the system, and whom it may reach."""

from collections.abc import Mapping
from typing import Any

from cdktf import TerraformCount
from cdktf_cdktf_provider_aws.security_group import SecurityGroup as AwsSecurityGroup
from cdktf_cdktf_provider_aws.vpc_security_group_egress_rule import VpcSecurityGroupEgressRule
from cdktf_cdktf_provider_aws.vpc_security_group_ingress_rule import VpcSecurityGroupIngressRule
from constructs import Construct

from .parts import optional
from .props import SecurityGroupId, check_value
from .rules import CidrBlock, InvalidValue
from .values import Condition, is_token, merged

HTTPS = 443
ANYWHERE = "0.0.0.0/0"


class _Rules(Construct):
    """A security group as its rules see it.

    Args:
        description: What it protects.
        port: The TCP port that `allow_from` opens, of what listens.
        tags: Tags of the rules.
        when: Whether the group exists.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        description: str,
        port: int | None,
        tags: Mapping[str, str] | None,
        when: Condition = True,
    ) -> None:
        super().__init__(scope, id_)
        self._port = port
        self._when = when
        self._description = description
        self._tags = tags
        self.id: Any
        """The security group; None when it is left out."""

    def allow_from(
        self,
        source_name: str,
        security_group_id: str,
        *,
        port: int | None = None,
        described: str | None = None,
    ) -> None:
        """Let a security group in.

        Args:
            source_name: Who that is, for the rule's address and description: `scheduler`.
            security_group_id: Its security group.
            port: Another port than the group's own.
            described: What the description calls it, if not by that name.
        """
        optional(
            self._when,
            lambda count: ingress_rule(
                self,
                source_name,
                security_group_id=self.id,
                from_security_group_id=security_group_id,
                port=port or self._own_port(),
                description=self._description,
                described=described,
                tags=self._tags,
                count=count,
            ),
        )

    def allow_to(
        self,
        target_name: str,
        security_group_id: str,
        port: float,
        *,
        described: str | None = None,
    ) -> None:
        """Let what is in this group reach a port of another; `to_<target_name>` in Terraform.

        Args:
            target_name: Who that is, for the rule's address and description: `database`.
            security_group_id: Its security group.
            port: The TCP port.
            described: What the description calls it, if not by that name.

        Raises:
            InvalidValue: What should be reached is no security group's id.
        """
        check_value("allow_to(security_group_id)", security_group_id, SecurityGroupId)
        self._egress_rule(
            target_name, port, security_group_id=security_group_id, described=described
        )

    def allow_https(self) -> None:
        """Let what is in this group call HTTPS anywhere: AWS's services have no fixed addresses."""
        self.allow_to_cidr_block("https", ANYWHERE, HTTPS)

    def allow_to_cidr_block(self, target_name: str, cidr_block: str, port: int) -> None:
        """Let what is in this group reach a port of a network; `to_<target_name>` in Terraform.

        Raises:
            InvalidValue: The network is not one.
        """
        if not is_token(cidr_block) and not CidrBlock().holds(cidr_block):
            raise InvalidValue("allow_to_cidr_block(cidr_block)", CidrBlock().text, cidr_block)
        self._egress_rule(target_name, port, cidr_block=cidr_block)

    def _egress_rule(
        self,
        target_name: str,
        port: float,
        *,
        security_group_id: str | None = None,
        cidr_block: str | None = None,
        described: str | None = None,
    ) -> None:
        optional(
            self._when,
            lambda count: VpcSecurityGroupEgressRule(
                self,
                f"to_{target_name}",
                security_group_id=self.id,
                referenced_security_group_id=security_group_id,
                cidr_ipv4=cidr_block,
                ip_protocol="tcp",
                from_port=port,
                to_port=port,
                description=f"{self._description}, to {described or target_name}",
                tags=self._tags,
                count=count,
            ),
        )

    def _own_port(self) -> int:
        if self._port is None:
            raise InvalidValue("SecurityGroup.port", "given, to let anybody in", None)
        return self._port


class SecurityGroup(_Rules):
    """A security group that lets nothing in or out until the `allow_...` methods name it.

    Args:
        name: The security group's name.
        description: What it protects.
        vpc_id: The VPC.
        port: The TCP port that `allow_from` opens, of what listens.
        tags: Tags of the security group.
        when: Whether it exists.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        description: str,
        vpc_id: str,
        port: int | None = None,
        tags: Mapping[str, str] | None = None,
        when: Condition = True,
    ) -> None:
        super().__init__(scope, id_, description=description, port=port, tags=tags, when=when)
        group = optional(
            when,
            lambda count: AwsSecurityGroup(
                self,
                "security_group",
                name=name,
                description=description,
                vpc_id=vpc_id,
                count=count,
                tags=merged(tags, {"Name": name}),
            ),
        )
        self.id = group.get("id")
        self.ids: list[str] = group.all("id")
        """The same as a list, of one or none."""


class ExistingSecurityGroup(_Rules):
    """A security group that is made elsewhere, with rules of its own for who is made here.

    Args:
        security_group_id: The group.
        description: What it protects, for the rules' descriptions.
        tags: Tags of the rules.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        security_group_id: str,
        description: str,
        tags: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(scope, id_, description=description, port=None, tags=tags)
        self.id = security_group_id


def ingress_rule(
    scope: Construct,
    source_name: str,
    *,
    security_group_id: str,
    from_security_group_id: str,
    port: float,
    description: str,
    tags: Mapping[str, str] | None,
    count: TerraformCount | None = None,
    described: str | None = None,
) -> VpcSecurityGroupIngressRule:
    """Let one security group reach a TCP port of another; `from_<source_name>` in Terraform.

    In the description it is `described`, if that is given.

    Raises:
        InvalidValue: What should be let in is no security group's id.
    """
    check_value("allow_from(security_group_id)", from_security_group_id, SecurityGroupId)
    return VpcSecurityGroupIngressRule(
        scope,
        f"from_{source_name}",
        security_group_id=security_group_id,
        referenced_security_group_id=from_security_group_id,
        ip_protocol="tcp",
        from_port=port,
        to_port=port,
        description=f"{description}, from {described or source_name}",
        tags=tags,
        count=count,
    )
