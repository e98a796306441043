"""Secrets Manager: a name inside its recovery window is taken."""

from __future__ import annotations

from typing import Any

from moto.secretsmanager.exceptions import InvalidRequestException
from moto.secretsmanager.models import SecretsManagerBackend

from airflow_fargate_rehearsal.aws.patching import around


# moto answers ResourceExistsException. AWS answers InvalidRequestException, which the Terraform
# provider and people tell apart: wait, restore, or delete without recovery.
@around(SecretsManagerBackend, "create_secret")
def _refuse_name_in_recovery(
    original: Any, self: SecretsManagerBackend, name: str, *arguments: Any, **named: Any
) -> str:
    existing = self.secrets.get(name)
    if existing is not None and existing.is_deleted():
        raise InvalidRequestException(
            "You can't create this secret because a secret with this name is already scheduled "
            "for deletion."
        )
    return original(self, name, *arguments, **named)
