"""Services of which few calls are needed, or whose resources stand in one parameter."""

from __future__ import annotations

from collections.abc import Sequence

from airflow_fargate_rehearsal.access.calls import Call, Need, Needs, on

_ECR_ON_NOTHING = ("DescribeRegistry", "GetAuthorizationToken")


def _ecr(call: Call) -> Sequence[Need] | None:
    action = f"ecr:{call.operation}"
    if call.operation in _ECR_ON_NOTHING:
        return [Need(action=action)]
    names = call.get("repositoryNames", []) or [call.get("repositoryName")]
    if not names[0]:
        return None
    return [
        on(
            call.facts.find("repository", name),
            action,
            otherwise=call.arn("ecr", f"repository/{name}"),
        )
        for name in names
    ]


def _cloudwatch(call: Call) -> Sequence[Need] | None:
    on_nothing = ("GetMetricData", "GetMetricStatistics", "ListMetrics", "PutMetricData")
    if call.operation not in on_nothing:
        return None
    values = {"cloudwatch:namespace": call.get("Namespace", None)}
    return [Need(action=f"cloudwatch:{call.operation}", values=values)]


def _sns(call: Call) -> Sequence[Need] | None:
    arn = call.get("TopicArn") or call.get("TargetArn")
    if call.operation == "ListTopics":
        return [Need(action="sns:ListTopics")]
    if not arn:
        return None
    operation = call.operation.removesuffix("Batch")
    return [on(call.facts.find("topic", arn), f"sns:{operation}", otherwise=arn)]


def _dynamodb(call: Call) -> Sequence[Need] | None:
    if call.operation == "ListTables":
        return [Need(action="dynamodb:ListTables")]
    name = call.get("TableName")
    if not name:
        return None
    arn = name if name.startswith("arn:") else call.arn("dynamodb", f"table/{name}")
    if index := call.get("IndexName"):
        arn = f"{arn}/index/{index}"
    values = {"aws:ResourceTag/": None}
    return [Need(action=f"dynamodb:{call.operation}", resource=arn, values=values)]


def _lambda(call: Call) -> Sequence[Need] | None:
    name = call.get("FunctionName")
    if call.operation not in ("GetFunction", "GetFunctionConfiguration", "Invoke") or not name:
        return None
    arn = name if name.startswith("arn:") else call.arn("lambda", f"function:{name}")
    operation = "InvokeFunction" if call.operation == "Invoke" else call.operation
    values = {"aws:ResourceTag/": None}
    return [Need(action=f"lambda:{operation}", resource=arn, values=values)]


def _sts(call: Call) -> Sequence[Need] | None:
    if call.operation == "GetCallerIdentity":
        return []  # nobody can be forbidden to ask who he is
    if call.operation != "AssumeRole":
        return None
    role = call.facts.find("role", call.get("RoleArn"))
    values = {
        "sts:ExternalId": call.get("ExternalId", None),
        "sts:RoleSessionName": call.get("RoleSessionName", None),
        "aws:SourceArn": None,
        "aws:SourceAccount": None,
    }
    need = on(role, "sts:AssumeRole", otherwise=call.get("RoleArn"), **values)
    return [
        Need(
            action=need.action,
            resource=need.resource,
            values=need.values,
            policies=role.more["trust"] if role else (),
            decides_alone=True,
        )
    ]


def _ec2(call: Call) -> Sequence[Need] | None:
    # Describing knows no resource in EC2.
    return [Need(action=f"ec2:{call.operation}")] if call.operation.startswith("Describe") else None


SERVICES: dict[str, Needs] = {
    "cloudwatch": _cloudwatch,
    "dynamodb": _dynamodb,
    "ec2": _ec2,
    "ecr": _ecr,
    "lambda": _lambda,
    "sns": _sns,
    "sts": _sts,
}
