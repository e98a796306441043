"""What a role may do with the user's own KMS key, where a service needs it."""

from collections.abc import Mapping, Sequence
from typing import Any

from constructs import Construct

from .iam import Statement, only_when
from .nulls import is_null
from .values import negate


def key_statements(
    scope: Construct,
    *,
    sid: str,
    actions: Sequence[str],
    kms_key_arn: str | None,
    via_service: str | None = None,
    encryption_context: Mapping[str, Sequence[str]] | None = None,
) -> list[Statement]:
    """A statement about a KMS key, if there is a key.

    Args:
        scope: The construct that asks.
        sid: What the statement is for.
        actions: Actions of KMS.
        kms_key_arn: The key, or None, or a variable that may be null.
        via_service: The only service through which the key may be used:
            `sqs.<region>.amazonaws.com`.
        encryption_context: What that service says it is encrypting, and patterns that one of must
            fit: `{"SecretARN": [...]}`. Others' data has the same key.
    """
    conditions: dict[str, dict[str, Any]] = {}
    if via_service:
        conditions["StringEquals"] = {"kms:ViaService": via_service}
    if encryption_context:
        conditions["StringLike"] = {
            f"kms:EncryptionContext:{key}": list(values)
            for key, values in encryption_context.items()
        }
    use = Statement(
        sid=sid, actions=actions, resources=[str(kms_key_arn)], conditions=conditions or None
    )
    return only_when(negate(is_null(scope, kms_key_arn)), [use])
