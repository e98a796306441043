"""RDS: rotating the password that RDS manages changes it, in the secret and in the database."""

from __future__ import annotations

import json
from typing import Any

from moto.moto_api._internal import mock_random
from moto.rds.models import rds_backends
from moto.secretsmanager.models import SecretsManagerBackend

from airflow_fargate_rehearsal.aws.patching import around, sibling


# moto: RotateSecret of a secret that RDS manages leaves a version without any value. RDS sets a new
# password in the server first, under AWSPENDING, and shows it as AWSCURRENT a moment later.
@around(SecretsManagerBackend, "rotate_secret")
def _rotate(
    original: Any, self: SecretsManagerBackend, secret_id: str, *arguments: Any, **named: Any
) -> str:
    instance = _instance_of(self, secret_id)
    if instance is None:
        return original(self, secret_id, *arguments, **named)
    secret: Any = self.secrets[secret_id]
    days = (named.get("rotation_rules") or {}).get("AutomaticallyAfterDays")
    secret.rotation_enabled, secret.rotation_requested = True, True
    secret.auto_rotate_after_days = days or secret.auto_rotate_after_days
    if named.get("rotate_immediately", True):
        before = secret.default_version_id
        password = mock_random.get_random_string(length=28)
        content = json.dumps({"username": instance.master_username, "password": password})
        version = str(mock_random.uuid4())
        self.put_secret_value(secret.arn, content, "", version, ["AWSPENDING"])
        if hasattr(instance, "running"):
            instance.running.set_password(password)
        self.update_secret_version_stage(secret.arn, "AWSCURRENT", before, version)
        self.update_secret_version_stage(secret.arn, "AWSPENDING", version, "")
        secret.set_default_version_id(version)
    return secret.to_short_dict()


def _instance_of(secrets: SecretsManagerBackend, secret_id: str) -> Any:
    databases = sibling(rds_backends, secrets).databases.values()
    for instance in databases:
        managed = getattr(instance, "master_user_secret", None)
        if managed is not None and secret_id in (managed.secret.arn, managed.secret.name):
            return instance
    return None
