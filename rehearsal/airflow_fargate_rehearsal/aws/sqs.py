"""SQS: an attribute that moto does not know, and the spelling of another."""

from __future__ import annotations

import json
from typing import Any

from moto.sqs.models import Queue

from airflow_fargate_rehearsal.aws.patching import around

# moto: RedriveAllowPolicy is refused as an unknown attribute. AWS keeps it, "" takes it away.
Queue.BASE_ATTRIBUTES.append("RedriveAllowPolicy")
Queue.redrive_allow_policy = None  # type: ignore[attr-defined]


@around(Queue, "_set_attributes")
def _keep_policy(original: Any, self: Queue, attributes: dict[str, Any], *more: Any) -> None:
    original(self, attributes, *more)
    if "RedriveAllowPolicy" in attributes:
        self.redrive_allow_policy = attributes["RedriveAllowPolicy"] or None  # type: ignore[attr-defined]


# moto: RedrivePolicy is written with blanks. AWS writes it without, and Terraform compares text.


def _attributes(self: Queue) -> dict[str, Any]:
    attributes = _moto_attributes.__get__(self)
    if policy := attributes.get("RedrivePolicy"):
        attributes["RedrivePolicy"] = json.dumps(json.loads(policy), separators=(",", ":"))
    return {name: value for name, value in attributes.items() if value is not None}


_moto_attributes = Queue.attributes
Queue.attributes = property(_attributes)  # type: ignore[assignment]
