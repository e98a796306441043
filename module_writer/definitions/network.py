"""modules/network."""

from airflow_fargate import Network, NetworkProps, Stack

from module_writer.definition import Definition, Made, Output
from module_writer.interface.docs import attribute_docs
from module_writer.interface.inputs import input_of

_FIELDS = (
    *("name", "cidr_block", "az_count", "nat", "flow_logs", "log_retention_days", "kms_key_arn"),
    *("permissions_boundary_arn", "tags"),
)


def network() -> Definition:
    """A VPC for Airflow."""
    inputs = {field: input_of(NetworkProps, field) for field in _FIELDS}

    def build(stack: Stack) -> Made:
        made = Network(
            stack, "_network", NetworkProps(**{name: each.value for name, each in inputs.items()})
        )
        docs = attribute_docs(Network)
        return Made(
            {
                "endpoints_security_group_ids": Output(
                    made.endpoints_security_group_ids, docs["endpoints_security_group_ids"]
                ),
                "vpc_id": Output(made.vpc_id, docs["vpc_id"]),
                "vpc_cidr_block": Output(made.vpc_cidr_block, docs["vpc_cidr_block"]),
                "public_subnet_ids": Output(made.public_subnet_ids, docs["public_subnet_ids"]),
                "private_subnet_ids": Output(
                    made.private_subnet_ids, docs["private_subnet_ids"], depends_on=made.ways_out
                ),
            }
        )

    return Definition(
        name="network",
        title="Network",
        summary=(
            "A VPC with a public and a private subnet in each availability zone, NAT gateways or "
            "endpoints, and flow logs: what `modules/airflow` stands on."
        ),
        variables=[each.variable for each in inputs.values()],
        build=build,
        headings={
            "_network": "VPC and subnets",
            "_routing": "Routes",
            "_endpoints": "VPC endpoints",
            "_flow_logs": "Flow logs",
        },
    )
