"""What calls need, by the services that this emulation knows."""

from __future__ import annotations

from collections.abc import Sequence

from airflow_fargate_rehearsal.access.calls import Call, Need, Needs
from airflow_fargate_rehearsal.access.services import (
    ecs,
    keys,
    logs,
    others,
    s3,
    secretsmanager,
    sqs,
    ssm,
)

_SERVICES: dict[str, Needs] = {
    "ecs": ecs.needs,
    "kms": keys.needs,
    "logs": logs.needs,
    "s3": s3.needs,
    "secretsmanager": secretsmanager.needs,
    "sqs": sqs.needs,
    "ssm": ssm.needs,
    **others.SERVICES,
}


def needs_of(call: Call) -> Sequence[Need] | None:
    """What a call needs, in the order in which AWS asks; None when it is not known here."""
    service = _SERVICES.get(call.service)
    return None if service is None else service(call)
