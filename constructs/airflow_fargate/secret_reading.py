"""Permission to read secrets of Secrets Manager."""

from collections.abc import Sequence

from constructs import Construct

from .iam import Statement
from .key_use import key_statements
from .surroundings import region


def read_secret_statements(
    scope: Construct, what: str, secret_arns: Sequence[str], kms_key_arn: str | None
) -> list[Statement]:
    """IAM statements that permit reading secrets, and nothing else.

    Args:
        scope: The construct that owns the secrets.
        what: What they are, for the statements' ids: letters and digits, `DatabasePassword`.
        secret_arns: The secrets, one or more.
        kms_key_arn: The key they are encrypted with. AWS's own `aws/secretsmanager` key, which is
            used without one, needs no permission.
    """
    read = Statement(
        sid=f"Read{what}", actions=["secretsmanager:GetSecretValue"], resources=list(secret_arns)
    )
    decrypt = key_statements(
        scope,
        sid=f"Decrypt{what}",
        actions=["kms:Decrypt"],
        kms_key_arn=kms_key_arn,
        via_service=f"secretsmanager.{region(scope)}.amazonaws.com",
        encryption_context={"SecretARN": secret_arns},
    )
    return [read, *decrypt]
