"""`Routing`: the ways out of a network's subnets."""

from collections.abc import Mapping

from cdktf_cdktf_provider_aws.eip import Eip
from cdktf_cdktf_provider_aws.internet_gateway import InternetGateway
from cdktf_cdktf_provider_aws.nat_gateway import NatGateway
from cdktf_cdktf_provider_aws.route import Route
from cdktf_cdktf_provider_aws.route_table import RouteTable
from cdktf_cdktf_provider_aws.route_table_association import RouteTableAssociation
from cdktf_cdktf_provider_aws.subnet import Subnet
from constructs import Construct

from .parts import RepeatedPart, repeated
from .values import choose, equals, merged

ANYWHERE = "0.0.0.0/0"


class Routing(Construct):
    """Route tables: public subnets to the internet gateway, private ones to NAT gateways.

    Each private subnet has a route table of its own, whatever the number of NAT gateways, so that
    going from one to another number changes routes and nothing else.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        vpc_id: str,
        internet_gateway: InternetGateway,
        public: RepeatedPart[Subnet],
        private: RepeatedPart[Subnet],
        az_count: float,
        nat: str,
        name: str,
        tags: Mapping[str, str] | None,
    ) -> None:
        super().__init__(scope, id_)
        self.without_nat = equals(nat, "none")
        """Whether private subnets have no way to the internet."""
        public_table = RouteTable(
            self,
            "public_route_table",
            vpc_id=vpc_id,
            tags=merged(tags, {"Name": f"{name}-public"}),
        )
        Route(
            self,
            "public_internet_route",
            route_table_id=public_table.id,
            destination_cidr_block=ANYWHERE,
            gateway_id=internet_gateway.id,
        )
        repeated(
            az_count,
            lambda count: RouteTableAssociation(
                self,
                "public_route_table_association",
                count=count,
                subnet_id=public.at("count.index", "id"),
                route_table_id=public_table.id,
            ),
        )
        private_tables = repeated(
            az_count,
            lambda count: RouteTable(
                self,
                "private_route_table",
                count=count,
                vpc_id=vpc_id,
                tags=merged(tags, {"Name": f"{name}-private-${{count.index}}"}),
            ),
        )
        associations = repeated(
            az_count,
            lambda count: RouteTableAssociation(
                self,
                "private_route_table_association",
                count=count,
                subnet_id=private.at("count.index", "id"),
                route_table_id=private_tables.at("count.index", "id"),
            ),
        )
        self.private_route_table_ids = private_tables.all("id")
        """Route tables of the private subnets."""

        nat_count = choose(self.without_nat, 0, choose(equals(nat, "per_az"), az_count, 1))
        addresses = repeated(
            nat_count,
            lambda count: Eip(
                self,
                "nat_eip",
                count=count,
                domain="vpc",
                # EC2 refuses addresses and NAT gateways in a VPC that has no way out yet.
                depends_on=[internet_gateway],
                tags=merged(tags, {"Name": f"{name}-nat-${{count.index}}"}),
            ),
        )
        gateways = repeated(
            nat_count,
            lambda count: NatGateway(
                self,
                "nat_gateway",
                count=count,
                allocation_id=addresses.at("count.index", "id"),
                subnet_id=public.at("count.index", "id"),
                depends_on=[internet_gateway],
                tags=merged(tags, {"Name": f"{name}-${{count.index}}"}),
            ),
        )
        routes = repeated(
            choose(self.without_nat, 0, az_count),
            lambda count: Route(
                self,
                "private_nat_route",
                count=count,
                route_table_id=private_tables.at("count.index", "id"),
                destination_cidr_block=ANYWHERE,
                # The only gateway, or the one of the same zone: indexes begin again at the end.
                nat_gateway_id=gateways.at("count.index", "id"),
            ),
        )
        parts = (associations.resource, routes.resource)
        self.ways_out = [part for part in parts if part is not None]
        """What makes up the private subnets' way out, for `depends_on`."""
