"""`GeneratedSecret`: a random value that only Secrets Manager knows."""

from collections.abc import Mapping
from typing import Any

from cdktf import TerraformResourceLifecycle, TerraformStack
from cdktf_cdktf_provider_aws.secretsmanager_secret import SecretsmanagerSecret
from cdktf_cdktf_provider_aws.secretsmanager_secret_version import SecretsmanagerSecretVersion
from constructs import Construct

from .nulls import is_null
from .policy_exceptions import except_policy
from .values import expression, merged

_KEPT = "made-by-terraform"


class GeneratedSecret(Construct):
    """A secret whose value Terraform makes, hands over, and never writes down.

    The value is of an ephemeral resource and goes into a write-only argument, so that neither the
    state nor a plan holds it. Terraform looks at the argument again only when `version` changes;
    what is put into the secret by other means stays.

    Args:
        name: The secret's name, at most 512 characters. A hyphen and six characters must not end
            it: Secrets Manager takes those for the end of an ARN.
        description: What the secret is for.
        length: Letters and digits of the random text.
        hashed: Whether the value is the text's SHA-256 as URL-safe base64, not the text.
        version: Another number replaces the value with a new one.
        rotation: How it is replaced, in a sentence: AWS's own rotation would not tell who uses it.
        rotated_elsewhere: Whether later values are put into the secret by other means, so that
            `version` stays what it is.
        kms_key_arn: Key to encrypt with; None for AWS's own.
        recovery_window_days: Days that a deleted secret is kept, 0 or from 7 to 30.
        tags: Tags of the secret.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        description: str,
        length: int,
        rotation: str,
        hashed: bool = False,
        version: int = 1,
        rotated_elsewhere: bool = False,
        kms_key_arn: str | None,
        recovery_window_days: int,
        tags: Mapping[str, str] | None,
    ) -> None:
        super().__init__(scope, id_)
        secret = SecretsmanagerSecret(
            self,
            "secretsmanager_secret",
            name=name,
            description=description,
            kms_key_id=kms_key_arn,
            recovery_window_in_days=recovery_window_days,
            tags=merged(tags, {"Name": name}),
        )
        except_policy(secret, "CKV2_AWS_57", rotation)
        except_policy(
            secret,
            "CKV_AWS_149",
            "Without kms_key_arn, Secrets Manager encrypts with AWS's own key.",
            when=is_null(self, kms_key_arn),
        )
        text = self._random_text(secret.friendly_unique_id, length)
        value = f'replace(replace(base64sha256({text}), "+", "-"), "/", "_")' if hashed else text
        self.version = SecretsmanagerSecretVersion(
            self,
            "secretsmanager_secret_version",
            secret_id=secret.id,
            secret_string_wo=expression(value),
            secret_string_wo_version=version,
            **(self._kept() if rotated_elsewhere else {}),
        )
        """The secret's value, for `depends_on`: who reads the secret must wait for it."""
        self.arn: str = secret.arn
        """The secret, with the six characters that Secrets Manager adds."""

    def _kept(self) -> dict[str, Any]:
        # Secrets Manager may delete a version that has lost its labels to later ones. Terraform
        # would miss it, and put a new value in place of the one that others wrote since.
        return {
            "version_stages": ["AWSCURRENT", _KEPT],
            # AWSCURRENT moves on, and is not to be taken back.
            "lifecycle": TerraformResourceLifecycle(ignore_changes=["version_stages"]),
        }

    def _random_text(self, logical_id: str, length: int) -> str:
        kind = "aws_secretsmanager_random_password"
        # Letters and digits pass through shells, URLs and connection strings unchanged.
        settings: dict[str, Any] = {"password_length": length, "exclude_punctuation": True}
        # cdktf 0.21 has no ephemeral resources; it writes what it is told beside its own.
        TerraformStack.of(self).add_override(f"ephemeral.{kind}.{logical_id}", settings)
        return f"ephemeral.{kind}.{logical_id}.random_password"
