"""A VPC as a company has one: two private subnets, and a NAT gateway as their way out.

It is made here so that the example can be applied as it stands. In your program there is no such
file: your VPC is somebody else's Terraform, and you name it by its ids.
"""

import airflow_fargate as af

from cdktf_cdktf_provider_aws.default_security_group import DefaultSecurityGroup
from cdktf_cdktf_provider_aws.eip import Eip
from cdktf_cdktf_provider_aws.internet_gateway import InternetGateway
from cdktf_cdktf_provider_aws.nat_gateway import NatGateway
from cdktf_cdktf_provider_aws.route import Route
from cdktf_cdktf_provider_aws.route_table import RouteTable
from cdktf_cdktf_provider_aws.route_table_association import RouteTableAssociation
from cdktf_cdktf_provider_aws.subnet import Subnet
from cdktf_cdktf_provider_aws.vpc import Vpc
from constructs import Construct

EVERYWHERE = "0.0.0.0/0"


class CompanyNetwork(Construct):
    """The company's VPC."""

    def __init__(self, scope: Construct, id_: str, *, region: str) -> None:
        super().__init__(scope, id_)
        self._region = region
        # What runs in the VPC is found by names in it: the database, the file system, the API.
        self._vpc = Vpc(self, "vpc", cidr_block="10.20.0.0/16", enable_dns_hostnames=True)
        af.except_policy(
            self._vpc,
            "CKV2_AWS_11",
            "It stands for a VPC that is there, whose flow logs are its owner's.",
        )
        DefaultSecurityGroup(self, "default_security_group", vpc_id=self._vpc.id)  # all closed
        internet = InternetGateway(self, "internet_gateway", vpc_id=self._vpc.id)

        public = self._subnet("public_a", "10.20.240.0/24", zone="a")
        self._way_out("public", [public], gateway_id=internet.id)
        address = Eip(self, "nat_eip", domain="vpc", depends_on=[internet])
        nat = NatGateway(
            self,
            "nat_gateway",
            allocation_id=address.id,
            subnet_id=public.id,
            depends_on=[internet],
        )
        private = [
            self._subnet("private_a", "10.20.0.0/20", zone="a"),
            self._subnet("private_b", "10.20.16.0/20", zone="b"),
        ]
        routed = self._way_out("private", private, nat_gateway_id=nat.id)
        self.existing = af.ExistingNetwork(vpc_id=self._vpc.id, private_subnet_ids=routed)
        """The VPC and its private subnets, for `NetworkProps`."""

    def _subnet(self, name: str, cidr_block: str, *, zone: str) -> Subnet:
        return Subnet(
            self,
            f"{name}_subnet",
            vpc_id=self._vpc.id,
            cidr_block=cidr_block,
            availability_zone=f"{self._region}{zone}",
        )

    def _way_out(
        self,
        name: str,
        subnets: list[Subnet],
        *,
        gateway_id: str | None = None,
        nat_gateway_id: str | None = None,
    ) -> list[str]:
        """Route subnets to the internet; returns their ids, known once they are routed."""
        table = RouteTable(self, f"{name}_route_table", vpc_id=self._vpc.id)
        route = Route(
            self,
            f"{name}_route",
            route_table_id=table.id,
            destination_cidr_block=EVERYWHERE,
            gateway_id=gateway_id,
            nat_gateway_id=nat_gateway_id,
        )
        # The ids come from here and not from the subnets: Airflow's first containers pull their
        # images by the way out, and so must wait for it.
        return [
            RouteTableAssociation(
                self,
                f"{name}_{number}_route_table_association",
                subnet_id=subnet.id,
                route_table_id=table.id,
                depends_on=[route],
            ).subnet_id
            for number, subnet in enumerate(subnets)
        ]
