"""A VPC as a company may have one; in yours it is somebody else's Terraform."""

import airflow_fargate as af

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
ZONES = ("a", "b")


def vpc(scope: Construct) -> af.ExistingNetwork:
    """A VPC with two private subnets and a way out."""
    network = Vpc(
        scope,
        "company_vpc",
        cidr_block="10.20.0.0/16",
        enable_dns_hostnames=True,
        tags={"Name": "company"},
    )
    gateway = InternetGateway(scope, "company_internet_gateway", vpc_id=network.id)
    private = [_subnet(scope, network, zone, f"10.20.{16 * i}.0/20") for i, zone in enumerate(ZONES)]
    public = _subnet(scope, network, ZONES[0], "10.20.240.0/24", kind="public")

    out = _route_table(scope, network, "public", [public])
    out_route = Route(
        scope,
        "company_public_route",
        route_table_id=out.id,
        destination_cidr_block=EVERYWHERE,
        gateway_id=gateway.id,
    )
    nat = NatGateway(
        scope,
        "company_nat_gateway",
        allocation_id=Eip(scope, "company_eip", domain="vpc", depends_on=[gateway]).id,
        subnet_id=public.id,
        depends_on=[out_route],
    )
    Route(
        scope,
        "company_private_route",
        route_table_id=_route_table(scope, network, "private", private).id,
        destination_cidr_block=EVERYWHERE,
        nat_gateway_id=nat.id,
    )
    return af.ExistingNetwork(
        vpc_id=network.id, private_subnet_ids=[subnet.id for subnet in private]
    )


def _subnet(
    scope: Construct, network: Vpc, zone: str, cidr_block: str, kind: str = "private"
) -> Subnet:
    return Subnet(
        scope,
        f"company_{kind}_{zone}_subnet",
        vpc_id=network.id,
        cidr_block=cidr_block,
        availability_zone=f"eu-central-1{zone}",
        tags={"Name": f"company-{kind}-{zone}"},
    )


def _route_table(scope: Construct, network: Vpc, kind: str, subnets: list[Subnet]) -> RouteTable:
    table = RouteTable(scope, f"company_{kind}_route_table", vpc_id=network.id)
    for number, subnet in enumerate(subnets):
        RouteTableAssociation(
            scope,
            f"company_{kind}_{number}_route_table_association",
            subnet_id=subnet.id,
            route_table_id=table.id,
        )
    return table
