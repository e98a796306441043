"""What a call needs: the actions that AWS checks for an operation, and on which resources."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from airflow_fargate_rehearsal.access.context import Value
from airflow_fargate_rehearsal.access.decision import NamedPolicies


@dataclass(frozen=True, kw_only=True)
class Found:
    """What an AWS knows of a resource that decides about access to it.

    `kms_key_arn` is set where a customer's key encrypts it, and not where AWS's own does.
    `policies` is its own policy, if it has one; `more` what only one kind of resource has.
    """

    arn: str
    kms_key_arn: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    policies: NamedPolicies = ()
    more: Mapping[str, Any] = field(default_factory=dict)


class Facts(Protocol):
    """Looks resources up, in the AWS in which a call is made."""

    def find(self, kind: str, name: str) -> Found | None:
        """A resource by its kind (`queue`, `secret`, `key`, ...) and its name, id or ARN."""
        ...


@dataclass(frozen=True, kw_only=True)
class Call:
    """One call: an operation of a service, by boto3's names, with its parameters."""

    service: str
    operation: str
    parameters: Mapping[str, Any]
    region: str
    account: str
    facts: Facts
    partition: str = "aws"

    def arn(self, service: str, resource: str) -> str:
        """ARN of a resource in the call's account and region."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{resource}"

    def get(self, name: str, default: Any = "") -> Any:
        """A parameter."""
        value = self.parameters.get(name)
        return default if value is None else value


@dataclass(frozen=True, kw_only=True)
class Need:
    """An action on a resource that must be allowed for a call.

    `values` are condition keys that the service sets. `policies` and `decides_alone` are as in
    `Policies`.
    """

    action: str
    resource: str = "*"
    values: Mapping[str, Value] = field(default_factory=dict)
    policies: NamedPolicies = ()
    decides_alone: bool = False


Needs = Callable[[Call], Sequence[Need] | None]
"""What a call of one service needs; None when this emulation does not know."""


def tag_values(found: Found | None) -> dict[str, Value]:
    """The condition keys of a resource's tags; those that it does not have are absent."""
    tags = found.tags if found else {}
    return {
        "aws:ResourceTag/": None,
        **{f"aws:ResourceTag/{key}": value for key, value in tags.items()},
    }


def on(found: Found | None, action: str, *, otherwise: str = "*", **values: Value) -> Need:
    """The need of an action on a resource that was looked up; `otherwise` if it is not there."""
    return Need(
        action=action,
        resource=found.arn if found else otherwise,
        values={**tag_values(found), **values},
        policies=found.policies if found else (),
    )


def key_uses(
    call: Call,
    key_arn: str | None,
    actions: Sequence[str],
    *,
    service: str,
    encryption_context: Mapping[str, str],
) -> list[Need]:
    """The needs of a service that uses a customer's key in the name of who called it."""
    if key_arn is None:
        return []
    key = call.facts.find("key", key_arn)
    return [
        Need(
            action=f"kms:{action}",
            resource=key_arn,
            values={
                **tag_values(key),
                "aws:ViaAWSService": "true",
                "kms:ViaService": f"{service}.{call.region}.amazonaws.com",
                "kms:CallerAccount": call.account,
                "kms:EncryptionContextKeys": list(encryption_context),
                "kms:GrantIsForAWSResource": None,
                "kms:EncryptionContext:": None,
                **{f"kms:EncryptionContext:{key}": v for key, v in encryption_context.items()},
            },
            policies=key.policies if key else (),
            decides_alone=True,
        )
        for action in actions
    ]
