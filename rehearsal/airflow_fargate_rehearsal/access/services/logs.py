"""CloudWatch Logs."""

from __future__ import annotations

from collections.abc import Sequence

from airflow_fargate_rehearsal.access.calls import Call, Need

_ON_NOTHING = ("DescribeQueryDefinitions", "GetQueryResults", "StopQuery")


def needs(call: Call) -> Sequence[Need] | None:
    """What a call needs.

    CloudWatch Logs encrypts and decrypts with a right of its own, so that keys need nothing.
    """
    action = f"logs:{call.operation}"
    if call.operation in _ON_NOTHING:
        return [Need(action=action)]
    names = [call.get("logGroupName")] if call.get("logGroupName") else []
    names += [each.partition(":log-group:")[2] or each for each in _identifiers(call)]
    if call.operation == "DescribeLogGroups":
        names = [call.get("logGroupNamePrefix")]
    if not names:
        return None
    # A group is asked for with the stream's part in its ARN, so that rights on it end in `:*`.
    stream = call.get("logStreamName")
    return [
        Need(
            action=action,
            resource=call.arn("logs", f"log-group:{name.removesuffix(':*')}:log-stream:{stream}"),
            values={"aws:ResourceTag/": None},
        )
        for name in names
    ]


def _identifiers(call: Call) -> list[str]:
    one = call.get("logGroupIdentifier")
    return [
        *call.get("logGroupIdentifiers", []),
        *call.get("logGroupNames", []),
        *([one] * bool(one)),
    ]
