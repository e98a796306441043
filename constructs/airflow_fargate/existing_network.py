"""`ExistingNetwork`: a VPC and subnets that are there already."""

from collections.abc import Sequence
from typing import Annotated

from cdktf import Postcondition, TerraformCount, TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.data_aws_subnet import DataAwsSubnet
from cdktf_cdktf_provider_aws.data_aws_vpc import DataAwsVpc
from constructs import Construct

from .props import props
from .rules import InvalidValue, Items, Matches
from .values import expression, has_token, is_token, length, list_of, source

_VPC_ID = Matches(r"vpc-[0-9a-f]{8,17}", 'a VPC\'s id, such as "vpc-0123456789abcdef0"')
_SUBNET_ID = Matches(r"subnet-[0-9a-f]{8,17}", 'a subnet\'s id, such as "subnet-0123456789abcdef0"')

_SECURITY_GROUP_ID = Matches(r"sg-[0-9a-f]{8,17}", 'a security group\'s id, such as "sg-0123abcd"')


@props
class ExistingNetwork:
    """A VPC and subnets that are there already, for `NetworkProps.existing`.

    The VPC must resolve DNS host names, and the private subnets must reach the AWS services that
    tasks call (by NAT or by endpoints). Terraform refuses subnets of another VPC when it plans.
    """

    vpc_id: Annotated[str, _VPC_ID]
    """The VPC."""
    private_subnet_ids: Annotated[Sequence[str], Items(_SUBNET_ID, minimum=2)]
    """Subnets for tasks, database and file system: two or more, each in a zone of its own."""
    public_subnet_ids: Annotated[Sequence[str], Items(_SUBNET_ID)] = ()
    """Subnets for a load balancer that the internet reaches."""
    endpoints_security_group_ids: Annotated[Sequence[str], Items(_SECURITY_GROUP_ID)] = ()
    """Security groups of the VPC's interface endpoints, which tasks are let into: the output
    `endpoints_security_group_ids` of `modules/network`. Left out where tasks call AWS by NAT, or
    where those let them in already."""

    def __post_init__(self) -> None:
        """Refuse a subnet that is both private and public."""
        if has_token(self.private_subnet_ids) or has_token(self.public_subnet_ids):
            return
        both = sorted(set(self.private_subnet_ids) & set(self.public_subnet_ids))
        if both:
            raise InvalidValue(
                "ExistingNetwork.public_subnet_ids", "other subnets than private_subnet_ids", both
            )


class ExistingSubnets(Construct):
    """What Terraform looks up about an existing network, and its checks at plan time."""

    def __init__(self, scope: Construct, id_: str, existing: ExistingNetwork) -> None:
        super().__init__(scope, id_)
        self.az_count = length(existing.private_subnet_ids)
        self.private_subnet_ids = self._subnets("private", existing, existing.private_subnet_ids)
        self.public_subnet_ids = self._subnets("public", existing, existing.public_subnet_ids)
        zones = f"data.aws_subnet.{self._private_address}[*].availability_zone"
        vpc = DataAwsVpc(
            self,
            "existing_vpc",
            id=existing.vpc_id,
            lifecycle=_checks(
                (
                    "self.enable_dns_hostnames && self.enable_dns_support",
                    (
                        f"VPC {existing.vpc_id} must have DNS host names and DNS support enabled, "
                        "for the private names of components and endpoints."
                    ),
                ),
                (
                    f"length(distinct({zones})) == length({zones})",
                    (
                        "private_subnet_ids must be in different availability zones: database "
                        "and file system need one subnet in each. They are in "
                        f'${{join(", ", {zones})}}.'
                    ),
                ),
            ),
        )
        self.vpc_cidr_block = vpc.cidr_block

    def _subnets(self, kind: str, existing: ExistingNetwork, ids: Sequence[str]) -> Sequence[str]:
        if not is_token(ids) and len(ids) == 0:
            return []
        subnets = DataAwsSubnet(
            self,
            f"existing_{kind}_subnet",
            count=TerraformCount.of(length(ids)),
            id=expression(f"element({source(list(ids))}, count.index)"),
            lifecycle=_checks(
                (
                    f"self.vpc_id == {source(existing.vpc_id)}",
                    (
                        f"Subnet ${{self.id}} of {kind}_subnet_ids is in VPC ${{self.vpc_id}}, and "
                        f"vpc_id is {existing.vpc_id}. Give subnets of that VPC."
                    ),
                )
            ),
        )
        if kind == "private":
            self._private_address = subnets.friendly_unique_id
        # By way of the look-up, so that nothing is made in a subnet that fails its check.
        return list_of(f"{subnets.fqn}[*].id")


def _checks(*rules: tuple[str, str]) -> TerraformResourceLifecycle:
    """Conditions that what was looked up must hold, each with the message if it does not."""
    return TerraformResourceLifecycle(
        postcondition=[
            Postcondition(condition=expression(condition), error_message=message)
            for condition, message in rules
        ]
    )
