"""`FlowLogs`: a log of the connections in a VPC."""

from collections.abc import Mapping

from cdktf_cdktf_provider_aws.flow_log import FlowLog
from constructs import Construct

from .iam import Statement
from .log_group import LogGroup, find_statement
from .parts import optional
from .service_role import ServiceRole
from .values import Condition, merged


class FlowLogs(Construct):
    """The accepted and refused connections of a VPC, in a CloudWatch log group."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        vpc_id: str,
        name: str,
        when: Condition,
        log_retention_days: int,
        kms_key_arn: str | None,
        permissions_boundary_arn: str | None,
        tags: Mapping[str, str] | None,
    ) -> None:
        super().__init__(scope, id_)
        group = LogGroup(
            self,
            "flow_logs_log_group",
            name=f"/airflow-fargate/{name}/vpc-flow-logs",
            retention_days=log_retention_days,
            kms_key_arn=kms_key_arn,
            tags=tags,
            when=when,
        )
        role = ServiceRole(
            self,
            "flow_logs_role",
            name=f"{name}-vpc-flow-logs",
            service="vpc-flow-logs.amazonaws.com",
            acting_for="ec2:vpc-flow-log/*",
            description=f"Writes the VPC flow logs of {name}",
            statements=[
                # Looked up by its name before it is written to.
                find_statement(self, "FindLogGroup"),
                Statement(
                    sid="WriteFlowLogs",
                    actions=[
                        "logs:CreateLogStream",
                        "logs:DescribeLogStreams",
                        "logs:PutLogEvents",
                    ],
                    resources=[f"{group.arn}:*"],
                ),
            ],
            permissions_boundary_arn=permissions_boundary_arn,
            tags=tags,
            when=when,
        )
        optional(
            when,
            lambda count: FlowLog(
                self,
                "flow_log",
                vpc_id=vpc_id,
                traffic_type="ALL",
                log_destination=group.arn,
                iam_role_arn=role.arn,
                count=count,
                tags=merged(tags, {"Name": name}),
            ),
        )
