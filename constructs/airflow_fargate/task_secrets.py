"""Secrets in the environment of a DAG task: where they are, and permission to read them."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from constructs import Construct

from .conditions import every, some
from .iam import Statement
from .nulls import is_null
from .parts import given_map
from .rules import InvalidValue
from .surroundings import account_id, partition, region
from .values import (
    Condition,
    boolean,
    choose,
    expression,
    is_token,
    list_of,
    negate,
    source,
)

_SECRET = re.compile(
    r"arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[^:]+-[A-Za-z0-9]{6}(:[^:]*){0,3}"
)
_PARAMETER = re.compile(r"arn:aws[a-z-]*:ssm:[a-z0-9-]+:\d{12}:parameter/.+")
_PATH = re.compile(r"/[A-Za-z0-9_./-]+")
_READ_SECRET, _READ_PARAMETER = "secretsmanager:GetSecretValue", "ssm:GetParameters"
# Through which service they are decrypted, and what it calls them then.
_KEY_USE = {
    "ReadSecrets": ("secretsmanager", "SecretARN"),
    "ReadParameters": ("ssm", "PARAMETER_ARN"),
}
# The ARN itself: a JSON key, a stage and a version that follow a secret's are for ECS alone.
_ARN = "[^:]*:[^:]*:[^:]*:[^:]*:[^:]*:[^:]*(?::[^:]*)?"


class TaskSecrets:
    """Secrets by environment variable, as ECS takes them, and what its role needs to read them.

    Args:
        scope: The task.
        task: Its name, for messages.
        secrets: ARNs or parameters' paths by environment variable. What comes from Terraform, one
            of them or the whole map, must be ARNs.
        kms_key_arns: Keys that they may be encrypted with; the first that is given counts.

    Raises:
        InvalidValue: A secret is neither ARN nor path.
    """

    def __init__(
        self,
        scope: Construct,
        *,
        task: str,
        secrets: Mapping[str, str] | None,
        kms_key_arns: Sequence[str | None],
    ) -> None:
        self._scope = scope
        self.values: Any = {}
        """ECS's `valueFrom` by environment variable."""
        self.statements: list[Statement] = []
        """Permission to read exactly these, for the execution role."""
        if is_token(secrets):
            self.values = secrets
            self.statements = _of_terraform(given_map(secrets))
        elif secrets:
            self.values = {
                name: self._arn(f"secrets.{name} of task {task}", value)
                for name, value in secrets.items()
            }
            self.statements = self._of_python()
        if self.statements:
            self.statements += self._decrypt(kms_key_arns)

    def _arn(self, field: str, value: str) -> str:
        if is_token(value) or _SECRET.fullmatch(value) or _PARAMETER.fullmatch(value):
            return value
        if not _PATH.fullmatch(value):
            raise InvalidValue(
                field,
                "the ARN of a secret of Secrets Manager with the six characters at its end, or of "
                "a parameter of SSM Parameter Store, or the path of a parameter, which begins with "
                "/",
                value,
            )
        scope = self._scope
        return f"arn:{partition(scope)}:ssm:{region(scope)}:{account_id(scope)}:parameter{value}"

    def _of_python(self) -> list[Statement]:
        secrets: set[str] = set()
        parameters: set[str] = set()
        for value in self.values.values():
            if ":parameter/" in value:
                parameters.add(value)
            elif not is_token(value):
                secrets.update(re.findall(f"^{_ARN}", value))
            else:
                # Only Terraform knows which it is. Reading one as the other permits nothing.
                arn = expression(f'regex("^{_ARN}", {source(value)})')
                secrets.add(arn)
                parameters.add(arn)
        return [
            *([_read("ReadSecrets", _READ_SECRET, sorted(secrets))] if secrets else []),
            *([_read("ReadParameters", _READ_PARAMETER, sorted(parameters))] if parameters else []),
        ]

    def _decrypt(self, keys: Sequence[str | None]) -> list[Statement]:
        chosen: str | None = None
        given: Condition = False
        for key in reversed(keys):
            missing = is_null(self._scope, key)
            chosen = key if chosen is None else choose(missing, chosen, key)
            given = some([given, negate(missing)])
        if chosen is None:
            return []
        return [
            Statement(
                sid=statement.sid.replace("Read", "Decrypt"),
                actions=["kms:Decrypt"],
                resources=[chosen],
                conditions={
                    "StringEquals": {
                        "kms:ViaService": f"{service}.{region(self._scope)}.amazonaws.com",
                        # Others' secrets have the same key.
                        f"kms:EncryptionContext:{context}": statement.resources,
                    }
                },
                when=every([statement.when, given]),
            )
            for statement in self.statements
            for service, context in [_KEY_USE[statement.sid]]
        ]


def _of_terraform(secrets: str) -> list[Statement]:
    def read(sid: str, action: str, service: str) -> Statement:
        values, its = f"for v in values({secrets}) :", f'strcontains(v, ":{service}:")'
        arns = list_of(f'distinct([{values} regex("^{_ARN}", v) if {its}])')
        # IAM refuses an empty list.
        return _read(sid, action, arns, when=boolean(f"anytrue([{values} {its}])"))

    return [
        read("ReadSecrets", _READ_SECRET, "secretsmanager"),
        read("ReadParameters", _READ_PARAMETER, "ssm"),
    ]


def _read(sid: str, action: str, arns: Sequence[str], *, when: Condition = True) -> Statement:
    return Statement(sid=sid, actions=[action], resources=arns, when=when)
