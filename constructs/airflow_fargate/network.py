"""`Network`: the VPC that everything runs in, or one that is there already."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from cdktf import Precondition, TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.data_aws_availability_zones import (
    DataAwsAvailabilityZones,
    DataAwsAvailabilityZonesFilter,
)
from cdktf_cdktf_provider_aws.default_security_group import DefaultSecurityGroup
from cdktf_cdktf_provider_aws.internet_gateway import InternetGateway
from cdktf_cdktf_provider_aws.subnet import Subnet
from cdktf_cdktf_provider_aws.vpc import Vpc
from constructs import Construct

from .arguments import check_arguments
from .existing import refuse_beside_existing
from .existing_network import ExistingNetwork, ExistingSubnets
from .flow_logs import FlowLogs
from .parts import RepeatedPart, repeated
from .policy_exceptions import except_policy
from .props import (
    OF_THE_DEPLOYMENT,
    KmsKeyArn,
    LogRetentionDays,
    Name,
    PermissionsBoundaryArn,
    Tags,
    props,
)
from .routing import Routing
from .rules import Between, CidrBlock
from .values import expression, merged, negate, source
from .vpc_endpoints import ExistingEndpoints, VpcEndpoints


@props
class NetworkProps:
    """What a `Network` can be told."""

    name: Name = OF_THE_DEPLOYMENT
    """Name of the deployment; begins every name in AWS."""
    cidr_block: Annotated[
        str, CidrBlock(16, 21, "what a VPC allows, and a load balancer in each of six zones")
    ] = "10.0.0.0/16"
    """Addresses of the VPC. A private subnet gets an eighth, a public one a 64th."""
    az_count: Annotated[int, Between(2, 6, "RDS and the load balancer need two zones")] = 2
    """Availability zones, each with a public and a private subnet."""
    nat: Literal["single", "per_az", "none"] = "single"
    """NAT gateways: one, one in each zone, or none. With none, tasks reach the AWS services that
    they call through interface endpoints, and nothing else outside the VPC."""
    flow_logs: bool = True
    """Whether accepted and refused connections are logged to CloudWatch."""
    log_retention_days: LogRetentionDays = 30
    """Days that flow logs are kept."""
    kms_key_arn: KmsKeyArn = None
    """Key for the flow logs. Without it CloudWatch encrypts with a key of its own."""
    permissions_boundary_arn: PermissionsBoundaryArn = None
    """Permissions boundary of the flow logs' role."""
    tags: Tags = None
    """Tags of every resource, beside the provider's `default_tags`."""
    existing: ExistingNetwork | None = None
    """A VPC to use instead of making one. Only `name` and `tags` can stand beside it."""

    def __post_init__(self) -> None:
        """Refuse settings of a new VPC beside an existing one."""
        if self.existing is not None:
            refuse_beside_existing(self, "a VPC")


class Network(Construct):
    """A VPC with a public and a private subnet in each availability zone.

    Tasks and the database live in the private subnets; only load balancers and NAT gateways are
    public. The default security group lets nothing through.
    """

    def __init__(self, scope: Construct, id_: str, props: NetworkProps) -> None:
        super().__init__(scope, id_)
        check_arguments(self, props=props)
        self.props = props
        self._endpoints: VpcEndpoints | ExistingEndpoints
        self.az_count: int | float
        """Number of availability zones, and of private subnets."""
        self.vpc_id: str
        """The VPC."""
        self.vpc_cidr_block: str
        """Addresses of the VPC."""
        self.public_subnet_ids: Sequence[str]
        """Subnets that are reachable from the internet, for load balancers."""
        self.private_subnet_ids: Sequence[str]
        """Subnets of tasks, database and file system, one in each zone."""
        self.endpoints_security_group_ids: Sequence[str]
        """Security group of the interface endpoints that a network without NAT gateways has, for
        others to let their tasks in; none where there are none."""
        self.ways_out: list[Any]
        """What must be there before something in the private subnets can call AWS, for
        `depends_on`; nothing for an existing network."""
        if props.existing is not None:
            self._use(props.existing)
        else:
            self._create(props)

    def allow_endpoints_from(self, source_name: str, security_group_id: str) -> None:
        """Let a security group call AWS through the interface endpoints, where there are any."""
        self._endpoints.allow_from(source_name, security_group_id)

    def _use(self, existing: ExistingNetwork) -> None:
        subnets = ExistingSubnets(self, "_existing", existing)
        self.endpoints_security_group_ids = existing.endpoints_security_group_ids
        self._endpoints = ExistingEndpoints(
            self,
            "endpoints",
            security_group_ids=existing.endpoints_security_group_ids,
            name=self.props.name,
            tags=self.props.tags,
        )
        self.ways_out = []
        self.az_count = subnets.az_count
        self.vpc_id = existing.vpc_id
        self.vpc_cidr_block = subnets.vpc_cidr_block
        self.public_subnet_ids = subnets.public_subnet_ids
        self.private_subnet_ids = subnets.private_subnet_ids

    def _create(self, props: NetworkProps) -> None:
        def tags(suffix: str = "") -> dict[str, str]:
            return merged(props.tags, {"Name": f"{props.name}{suffix}"})

        vpc = Vpc(
            self,
            "vpc",
            cidr_block=props.cidr_block,
            enable_dns_hostnames=True,  # private DNS of endpoints and Cloud Map need both
            enable_dns_support=True,
            tags=tags(),
        )
        except_policy(
            vpc,
            "CKV2_AWS_11",
            "Without flow_logs its connections are not logged, which costs by the line.",
            when=negate(props.flow_logs),
        )
        DefaultSecurityGroup(self, "default_security_group", vpc_id=vpc.id, tags=tags("-default"))
        internet_gateway = InternetGateway(self, "internet_gateway", vpc_id=vpc.id, tags=tags())
        self._zones = DataAwsAvailabilityZones(
            self,
            "availability_zones",
            state="available",
            # Local Zones and Wavelength Zones have no RDS and no NAT gateway.
            filter=[
                DataAwsAvailabilityZonesFilter(name="opt-in-status", values=["opt-in-not-required"])
            ],
        )
        except_policy(
            self._zones,
            "CKV_AWS_394",
            "Any region's zones are meant; subnets stay in theirs when a region gets another.",
        )
        private = self._subnets("private", vpc, newbits=3, first=0)
        public = self._subnets("public", vpc, newbits=6, first=48)
        routing = Routing(
            self,
            "_routing",
            vpc_id=vpc.id,
            internet_gateway=internet_gateway,
            public=public,
            private=private,
            az_count=props.az_count,
            nat=props.nat,
            name=props.name,
            tags=props.tags,
        )
        FlowLogs(
            self,
            "_flow_logs",
            vpc_id=vpc.id,
            name=props.name,
            when=props.flow_logs,
            log_retention_days=props.log_retention_days,
            kms_key_arn=props.kms_key_arn,
            permissions_boundary_arn=props.permissions_boundary_arn,
            tags=props.tags,
        )
        self.az_count = props.az_count
        self.vpc_id = vpc.id
        self.vpc_cidr_block = vpc.cidr_block
        self.public_subnet_ids = public.all("id")
        self.private_subnet_ids = private.all("id")
        self._endpoints = VpcEndpoints(
            self,
            "_endpoints",
            vpc_id=vpc.id,
            name=props.name,
            private_subnet_ids=self.private_subnet_ids,
            route_table_ids=routing.private_route_table_ids,
            without_nat=routing.without_nat,
            tags=props.tags,
        )
        self.endpoints_security_group_ids = self._endpoints.security_group_ids
        self.ways_out = [*routing.ways_out, *self._endpoints.resources]

    def _subnets(self, kind: str, vpc: Vpc, *, newbits: int, first: int) -> RepeatedPart[Subnet]:
        zones = f"{self._zones.fqn}.names"
        lifecycle = TerraformResourceLifecycle(
            # The list of zones may change when one is out of order or new, and a subnet that moves
            # would be another one, with all that is in it.
            ignore_changes=["availability_zone"],
            precondition=[
                Precondition(
                    condition=expression(f"count.index < length({zones})"),
                    error_message=f"az_count is ${{count.index + 1}} or more, and the region has "
                    f"${{length({zones})}} availability zones. Lower az_count.",
                )
            ],
        )
        number = f"{first} + count.index" if first else "count.index"
        block = f"cidrsubnet({source(self.props.cidr_block)}, {newbits}, {number})"
        return repeated(
            self.props.az_count,
            lambda count: Subnet(
                self,
                f"{kind}_subnet",
                count=count,
                vpc_id=vpc.id,
                availability_zone=expression(f"element({zones}, count.index)"),
                cidr_block=expression(block),
                lifecycle=lifecycle,
                tags=merged(
                    self.props.tags, {"Name": f"{self.props.name}-{kind}-${{count.index}}"}
                ),
            ),
        )
