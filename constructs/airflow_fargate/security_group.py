"""`SecurityGroup`: who may reach one port of a part of the system."""

from collections.abc import Mapping
from typing import Any

from cdktf import TerraformCount
from cdktf_cdktf_provider_aws.security_group import SecurityGroup as AwsSecurityGroup
from cdktf_cdktf_provider_aws.vpc_security_group_ingress_rule import VpcSecurityGroupIngressRule
from constructs import Construct

from .parts import optional
from .props import SecurityGroupId, check_value
from .values import Condition, merged


class SecurityGroup(Construct):
    """A security group that lets nothing in or out, until `allow_from` names who may come in.

    Args:
        name: The security group's name.
        description: What it protects.
        vpc_id: The VPC.
        port: The TCP port that `allow_from` opens.
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
        port: int,
        tags: Mapping[str, str] | None = None,
        when: Condition = True,
    ) -> None:
        super().__init__(scope, id_)
        self._port = port
        self._when = when
        self._description = description
        self._tags = tags
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
        self.id: Any = group.get("id")
        """The security group; None when it is left out."""

    def allow_from(self, source_name: str, security_group_id: str) -> None:
        """Let a security group in, on the port.

        Args:
            source_name: Who that is, for the rule's address and description: `scheduler`.
            security_group_id: Its security group.
        """
        optional(
            self._when,
            lambda count: ingress_rule(
                self,
                source_name,
                security_group_id=self.id,
                from_security_group_id=security_group_id,
                port=self._port,
                description=self._description,
                tags=self._tags,
                count=count,
            ),
        )


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
) -> VpcSecurityGroupIngressRule:
    """Let one security group reach a TCP port of another; `from_<source_name>` in Terraform.

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
        description=f"{description}, from {source_name}",
        tags=tags,
        count=count,
    )
