"""Secrets Manager; https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html."""

from __future__ import annotations

from collections.abc import Sequence

from airflow_fargate_rehearsal.access.calls import Call, Found, Need, key_uses, on

_ON_NO_SECRET = ("GetRandomPassword", "ListSecrets")
_READS = ("GetSecretValue",)
_WRITES = ("PutSecretValue", "UpdateSecret")


def needs(call: Call) -> Sequence[Need] | None:
    """What a call needs."""
    action = f"secretsmanager:{call.operation}"
    if call.operation in _ON_NO_SECRET:
        return [Need(action=action)]
    if call.operation == "BatchGetSecretValue":
        each = [_of_a_secret(call, name, "GetSecretValue") for name in call.get("SecretIdList", [])]
        return [Need(action=action), *(need for needs in each for need in needs)]
    if call.operation == "CreateSecret":
        arn = call.arn("secretsmanager", f"secret:{call.get('Name')}")
        return [Need(action=action, resource=f"{arn}-000000")]
    if "SecretId" in call.parameters:
        return _of_a_secret(call, call.get("SecretId"), call.operation)
    return None


def _of_a_secret(call: Call, name: str, operation: str) -> list[Need]:
    found = call.facts.find("secret", name)
    # A secret that is not there is looked up by its name, with no random letters behind it.
    otherwise = name if name.startswith("arn:") else call.arn("secretsmanager", f"secret:{name}")
    values = {
        "secretsmanager:SecretId": found.arn if found else otherwise,
        "secretsmanager:VersionStage": call.get("VersionStage", "AWSCURRENT"),
        "secretsmanager:VersionId": call.get("VersionId", None),
    }
    own = on(found, f"secretsmanager:{operation}", otherwise=otherwise, **values)
    return [own, *_key(call, found, operation)]


def _key(call: Call, found: Found | None, operation: str) -> list[Need]:
    if found is None or operation not in (*_READS, *_WRITES):
        return []
    actions = ["Decrypt"] if operation in _READS else ["GenerateDataKey", "Decrypt"]
    context = {"SecretARN": found.arn}
    return key_uses(
        call,
        found.kms_key_arn,
        actions,
        service="secretsmanager",
        encryption_context={**context, "SecretVersionId": str(found.more.get("version_id"))},
    )
