"""KMS, called by its own API."""

from __future__ import annotations

from collections.abc import Sequence

from airflow_fargate_rehearsal.access.calls import Call, Need, tag_values

_ON_NO_KEY = ("CreateKey", "GenerateRandom", "ListAliases", "ListKeys")


def needs(call: Call) -> Sequence[Need] | None:
    """What a call needs."""
    action = f"kms:{call.operation}"
    if call.operation in _ON_NO_KEY:
        return [Need(action=action)]
    found = call.facts.find("key", call.get("KeyId")) if call.get("KeyId") else None
    if found is None:
        return None  # the key's id stands in the ciphertext, which nobody here reads
    given = call.get("EncryptionContext", {})
    values = {
        **tag_values(found),
        "kms:ViaService": None,
        "kms:CallerAccount": call.account,
        "kms:EncryptionContextKeys": list(given) or None,
        "kms:GrantIsForAWSResource": None,
        "kms:EncryptionContext:": None,
        **{f"kms:EncryptionContext:{key}": value for key, value in given.items()},
    }
    return [
        Need(
            action=action,
            resource=found.arn,
            values=values,
            policies=found.policies,
            decides_alone=True,
        )
    ]
