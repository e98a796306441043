"""`SecurityGroup`: who may reach one port of a part of the system."""

from collections.abc import Mapping
from typing import Any

from cdktf_cdktf_provider_aws.security_group import SecurityGroup as AwsSecurityGroup
from cdktf_cdktf_provider_aws.vpc_security_group_ingress_rule import VpcSecurityGroupIngressRule
from constructs import Construct

from .parts import optional
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
            lambda count: VpcSecurityGroupIngressRule(
                self,
                f"from_{source_name}",
                security_group_id=self.id,
                referenced_security_group_id=security_group_id,
                ip_protocol="tcp",
                from_port=self._port,
                to_port=self._port,
                description=f"{self._description}, from {source_name}",
                count=count,
            ),
        )
