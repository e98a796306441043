"""What a role may do with the user's own KMS key, where a service needs it."""

from collections.abc import Mapping, Sequence
from typing import Any

from constructs import Construct

from .iam import Statement
from .nulls import is_null
from .values import Condition, choose, is_token


def key_statements(
    scope: Construct,
    *,
    sid: str,
    actions: Sequence[str],
    kms_key_arn: str | None,
    without_key: str,
    via_service: str | None = None,
    encryption_context: Mapping[str, Sequence[str]] | None = None,
) -> list[Statement]:
    """Statements about a KMS key; none when Python knows that there is no key.

    Args:
        scope: The construct that asks.
        sid: What the statement is for.
        actions: Actions of KMS.
        kms_key_arn: The key, or None, or a variable that may be null.
        without_key: ARN of a resource that is no key, to stand where the variable is null.
        via_service: The only service through which the key may be used:
            `sqs.<region>.amazonaws.com`.
        encryption_context: What that service says it is encrypting, and patterns that one of must
            fit: `{"SecretARN": [...]}`. Others' data has the same key.
    """
    missing: Condition = is_null(scope, kms_key_arn)
    if not is_token(missing) and missing:
        return []
    conditions: dict[str, dict[str, Any]] = {}
    if via_service:
        conditions["StringEquals"] = {"kms:ViaService": via_service}
    if encryption_context:
        conditions["StringLike"] = {
            f"kms:EncryptionContext:{key}": list(values)
            for key, values in encryption_context.items()
        }
    return [
        Statement(
            sid=sid,
            actions=actions,
            # A policy cannot hold a null. Actions of KMS on what is no key permit nothing.
            resources=[choose(missing, without_key, str(kms_key_arn))],
            conditions=conditions or None,
        )
    ]
