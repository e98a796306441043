"""`VpcEndpoints`: ways from a network to AWS services that do not cross the internet."""

from collections.abc import Mapping, Sequence

from cdktf_cdktf_provider_aws.vpc_endpoint import VpcEndpoint
from constructs import Construct

from .parts import for_each, repeated
from .security_group import SecurityGroup, ingress_rule
from .surroundings import region
from .values import Condition, expression, length, merged, source

HTTPS = 443
INTERFACE_SERVICES = (
    "ecr.api",
    "ecr.dkr",
    "ecs",
    "kms",
    "logs",
    "secretsmanager",
    "sqs",
    "ssm",
    "ssmmessages",
    "sts",
)
"""What Airflow, its tasks and the Fargate agent call; S3 comes by its gateway endpoint."""


class VpcEndpoints(Construct):
    """The S3 gateway endpoint, and interface endpoints for a network without NAT gateways.

    The gateway costs nothing and spares the NAT gateway the image layers. The interface endpoints
    admit nobody until `allow_from` is called.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        vpc_id: str,
        name: str,
        private_subnet_ids: Sequence[str],
        route_table_ids: Sequence[str],
        without_nat: Condition,
        tags: Mapping[str, str] | None,
    ) -> None:
        super().__init__(scope, id_)
        service = f"com.amazonaws.{region(self)}"
        gateway = VpcEndpoint(
            self,
            "s3_vpc_endpoint",
            vpc_id=vpc_id,
            service_name=f"{service}.s3",
            vpc_endpoint_type="Gateway",
            route_table_ids=list(route_table_ids),
            tags=merged(tags, {"Name": f"{name}-s3"}),
        )
        self._security_group = SecurityGroup(
            self,
            "endpoints",
            name=f"{name}-endpoints",
            description=f"Interface endpoints of {name}",
            vpc_id=vpc_id,
            port=HTTPS,
            tags=tags,
            when=without_nat,
        )
        self.security_group_ids: Sequence[str] = self._security_group.ids
        """Security group of the interface endpoints; none where there are none."""
        interfaces = for_each(
            INTERFACE_SERVICES,
            lambda: VpcEndpoint(
                self,
                "interface_vpc_endpoint",
                vpc_id=vpc_id,
                service_name=f"{service}.${{each.key}}",
                vpc_endpoint_type="Interface",
                private_dns_enabled=True,
                subnet_ids=list(private_subnet_ids),
                security_group_ids=[self._security_group.id],
                tags=merged(tags, {"Name": f"{name}-${{each.key}}"}),
            ),
            when=without_nat,
        )
        self.resources = [gateway, *([interfaces.resource] if interfaces.resource else [])]
        """The endpoints, for `depends_on`."""

    def allow_from(self, source_name: str, security_group_id: str) -> None:
        """Let a security group call AWS services through the interface endpoints."""
        self._security_group.allow_from(source_name, security_group_id)


class ExistingEndpoints(Construct):
    """Interface endpoints of a network that is there already, as far as who is let in.

    Args:
        security_group_ids: Their security groups; how many must be known when Terraform plans.
        name: Name of the deployment, for the rules' descriptions.
        tags: Tags of the rules.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        security_group_ids: Sequence[str],
        name: str,
        tags: Mapping[str, str] | None,
    ) -> None:
        super().__init__(scope, id_)
        self.security_group_ids = security_group_ids
        self._name = name
        self._tags = tags

    def allow_from(
        self, source_name: str, security_group_id: str, *, described: str | None = None
    ) -> None:
        """Let a security group call AWS services through the interface endpoints.

        In the rules' description it is `described`, if that is given.
        """
        ids = self.security_group_ids
        repeated(
            length(ids),
            lambda count: ingress_rule(
                self,
                source_name,
                security_group_id=expression(f"element({source(list(ids))}, count.index)"),
                from_security_group_id=security_group_id,
                port=HTTPS,
                description=f"Interface endpoints of {self._name}",
                described=described,
                tags=self._tags,
                count=count,
            ),
        )
