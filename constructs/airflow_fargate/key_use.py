"""What a role may do with the user's own KMS key, where a service needs it."""

from collections.abc import Sequence

from constructs import Construct

from .iam import Statement
from .values import Condition, choose, is_null, is_token


def key_statements(
    scope: Construct,
    *,
    sid: str,
    actions: Sequence[str],
    kms_key_arn: str | None,
    without_key: str,
    via_service: str | None = None,
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
    """
    missing: Condition = is_null(scope, kms_key_arn)
    if not is_token(missing) and missing:
        return []
    return [
        Statement(
            sid=sid,
            actions=actions,
            # A policy cannot hold a null. Actions of KMS on what is no key permit nothing.
            resources=[choose(missing, without_key, str(kms_key_arn))],
            conditions=({"StringEquals": {"kms:ViaService": via_service}} if via_service else None),
        )
    ]
