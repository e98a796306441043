"""ServiceRole: on whose behalf a service may take a role on."""

import json
from typing import Any

from airflow_fargate.service_role import ServiceRole

import pytest


def trust(synth: Any, service: str, acting_for: str) -> dict[str, Any]:
    config = synth(
        lambda stack: ServiceRole(
            stack,
            "role",
            name="demo",
            service=service,
            acting_for=acting_for,
            description="A role",
        )
    )
    (role,) = config["resource"]["aws_iam_role"].values()
    (statement,) = json.loads(role["assume_role_policy"])["Statement"]
    return statement


@pytest.mark.parametrize(
    ("service", "acting_for", "source"),
    [
        ("ecs-tasks.amazonaws.com", "ecs:*", "ecs:{place}:*"),
        ("vpc-flow-logs.amazonaws.com", "ec2:vpc-flow-log/*", "ec2:{place}:vpc-flow-log/*"),
        ("monitoring.rds.amazonaws.com", "rds:db:demo", "rds:{place}:db:demo"),
    ],
)
def test_a_service_takes_it_on_for_resources_of_this_account_and_region_only(
    synth: Any, service: str, acting_for: str, source: str
) -> None:
    account = "${data.aws_caller_identity.current.account_id}"
    place = f"${{data.aws_region.current.id}}:{account}"
    trusted = trust(synth, service, acting_for)
    assert trusted["Principal"] == {"Service": service}
    assert trusted["Condition"] == {
        "StringEquals": {"aws:SourceAccount": account},
        "ArnLike": {
            "aws:SourceArn": "arn:${data.aws_partition.current.partition}:"
            + source.format(place=place)
        },
    }
