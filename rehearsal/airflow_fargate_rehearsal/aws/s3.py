"""S3: what bucket policies deny and let write logs, and how versions are listed and deleted."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from moto.core.responses import ActionResult
from moto.iam.access_control import IAMPolicy
from moto.s3.models import FakeBucket, FakeDeleteMarker
from moto.s3.responses import S3Response

from airflow_fargate_rehearsal.aws.patching import around, missing

_LOGGING_SERVICE = "logging.s3.amazonaws.com"


# moto: a Deny is taken to apply whatever its Condition says, so the usual statement that denies
# requests without TLS denies every object. AWS asks the condition. Loopback stands for TLS here,
# and conditions on headers and TLS versions guard against requests that SDKs do not make: a Deny
# under a condition does not apply.
@around(FakeBucket, "get_permission")
def _ask_what_applies(original: Any, self: FakeBucket, action: str, resource: str) -> Any:
    written = self.policy
    if written is None:
        return original(self, action, resource)
    policy = json.loads(written)
    policy["Statement"] = [
        each
        for each in _as_list(policy["Statement"])
        if not (each["Effect"] == "Deny" and each.get("Condition"))
    ]
    return IAMPolicy(json.dumps(policy)).is_action_permitted(action, resource)


# moto: PutBucketLogging reads the target's policy as if principals were always objects and
# resources and actions never lists; a Principal "*" beside it is answered with HTTP 500.
def _lets_logging_write(target_bucket: FakeBucket, target_prefix: str | None) -> bool:
    if not target_bucket.policy:
        return False
    keys = f"{target_bucket.arn}/"
    accepted = {f"{keys}*", f"{keys}{target_prefix or ''}*"}
    for statement in _as_list(json.loads(target_bucket.policy)["Statement"]):
        principal = statement.get("Principal")
        services = _as_list(principal.get("Service")) if isinstance(principal, dict) else []
        if (
            statement["Effect"] == "Allow"
            and _LOGGING_SERVICE in services
            and {"s3:PutObject", "s3:*"} & set(_as_list(statement.get("Action")))
            and accepted & set(_as_list(statement.get("Resource")))
        ):
            return True
    return False


def _as_list(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


FakeBucket._log_permissions_enabled_policy = staticmethod(_lets_logging_write)  # type: ignore[method-assign]


# moto: emptying a versioned bucket ends in HTTP 500 when a delete marker is the last version of a
# key, because markers lack this method. A marker holds no content, so there is nothing to close.
@missing(FakeDeleteMarker)
def dispose(self: FakeDeleteMarker, *, garbage: bool = False) -> None:
    """Give back what the version holds."""


# moto: ListObjectVersions passes over encoding-type, which the Terraform provider asks for when it
# empties a bucket. It then deletes keys that there are not, and never ends: a run's log has a "+".
@around(S3Response, "list_object_versions")
def _list_encoded(original: Any, self: Any) -> Any:
    if self.querystring.get("encoding-type") != ["url"]:
        return original(self)
    serialized = self.serialized
    self.serialized = lambda answer: serialized(_encoded(answer))
    try:
        return original(self)
    finally:
        del self.serialized


def _encoded(answer: ActionResult) -> ActionResult:
    result: Any = answer.result
    named = [(each, "Key") for each in [*result["Versions"], *result["DeleteMarkers"]]]
    named += [(each, "Prefix") for each in result.get("CommonPrefixes", ())]
    named += [(result, each) for each in ("Prefix", "Delimiter", "KeyMarker", "NextKeyMarker")]
    for holder, name in named:
        if holder.get(name):
            holder[name] = quote(holder[name])
    result["EncodingType"] = "url"
    return answer
