"""Application Auto Scaling: tags of scalable targets."""

from __future__ import annotations

import json
from typing import Any

from moto.applicationautoscaling.responses import ApplicationAutoScalingResponse

from airflow_fargate_rehearsal.aws.patching import around, missing

# moto: ListTagsForResource, TagResource and UntagResource are missing, and RegisterScalableTarget
# drops its Tags. The Terraform provider reads tags back after every registration.


def _tags(response: Any, arn: str) -> dict[str, str]:
    backend = response.applicationautoscaling_backend
    if not hasattr(backend, "_tags_by_arn"):
        backend._tags_by_arn = {}
    return backend._tags_by_arn.setdefault(arn, {})


@around(ApplicationAutoScalingResponse, "register_scalable_target")
def _register(original: Any, self: Any) -> str:
    answer = original(self)
    if tags := self._get_param("Tags"):
        _tags(self, json.loads(answer)["ScalableTargetARN"]).update(tags)
    return answer


@missing(ApplicationAutoScalingResponse)
def list_tags_for_resource(self: Any) -> str:
    """Tags of a scalable target."""
    return json.dumps({"Tags": _tags(self, self._get_param("ResourceARN"))})


@missing(ApplicationAutoScalingResponse)
def tag_resource(self: Any) -> str:
    """Add tags to a scalable target."""
    _tags(self, self._get_param("ResourceARN")).update(self._get_param("Tags"))
    return json.dumps({})


@missing(ApplicationAutoScalingResponse)
def untag_resource(self: Any) -> str:
    """Take tags from a scalable target."""
    tags = _tags(self, self._get_param("ResourceARN"))
    for key in self._get_param("TagKeys"):
        tags.pop(key, None)
    return json.dumps({})
