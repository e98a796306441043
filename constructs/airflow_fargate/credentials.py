"""`Credentials`: the secrets that Airflow's components share."""

from dataclasses import dataclass
from typing import Annotated, Any

from constructs import Construct

from .arguments import check_arguments
from .generated_secret import GeneratedSecret
from .iam import Statement
from .props import OF_THE_DEPLOYMENT, KmsKeyArn, Name, Tags, props
from .rules import Between
from .secret_reading import read_secret_statements

_VERSION = Between(1, 9999, "raise it by one for a new value")


@dataclass(frozen=True)
class RecoveryWindow:
    """The recovery windows that Secrets Manager knows."""

    text: str = "0 (deleted at once) or from 7 to 30 days (what Secrets Manager allows)"

    def holds(self, value: object) -> bool:
        """Whether a number of days is such a window."""
        return value == 0 or Between(7, 30).holds(value)


@props
class CredentialsProps:
    """What `Credentials` can be told."""

    name: Name = OF_THE_DEPLOYMENT
    """Name of the deployment; the secrets' names begin with `<name>/credentials/`."""
    jwt_secret_version: Annotated[int, _VERSION] = 1
    """Raise it to replace the JWT secret. Tokens signed with the old one are refused from then on:
    see docs/rotation.md for when to do it."""
    api_secret_key_version: Annotated[int, _VERSION] = 1
    """Raise it to replace the API server's secret key. Whoever is logged in by a browser's token
    stays so for up to a day: docs/rotation.md says what ends every login."""
    admin_password_version: Annotated[int, _VERSION] = 1
    """Raise it to replace the admin user's password. Airflow keeps a hash of its own, which the
    scheduler sets anew when it starts: docs/rotation.md."""
    recovery_window_days: Annotated[int, RecoveryWindow()] = 7
    """Days that a destroyed secret can still be restored, and that its name cannot be used again.
    7 is the shortest that leaves a way back; 0, for deployments that come and go, leaves none.
    Without the Fernet key, stored connections and variables are lost."""
    kms_key_arn: KmsKeyArn = None
    """Key for the secrets. Without it Secrets Manager encrypts with AWS's own."""
    tags: Tags = None
    """Tags of every secret, beside the provider's `default_tags`."""


class Credentials(Construct):
    """Fernet key, JWT secret, API secret key and admin password, in Secrets Manager alone.

    Each is random and is in no state, plan or file. docs/rotation.md tells how each is replaced.
    """

    def __init__(self, scope: Construct, id_: str, props: CredentialsProps) -> None:
        super().__init__(scope, id_)
        check_arguments(self, props=props)
        self.props = props
        self.versions: list[Any] = []
        """The secrets' values, for `depends_on`: whoever reads the secrets must wait for them."""
        self.fernet_key_secret_arn: str = self._generate(
            "fernet_key",
            f"Encrypts what is secret in the database of {props.name}: one Fernet key, "
            "or several with commas between, of which the first encrypts",
            # 64 letters and digits carry 381 bits, so that the hash has all of its 256.
            length=64,
            hashed=True,
            rotation="Airflow needs the old key beside the new one until it has encrypted all "
            "anew, which four commands do (docs/rotation.md).",
            # A new key alone would leave what is stored unreadable.
            rotated_elsewhere=True,
        )
        """Secret with Airflow's `core/fernet_key`: one key, or while rotating `new,old`."""
        self.jwt_secret_arn: str = self._generate(
            "jwt_secret",
            f"Signs the tokens between the components of {props.name}",
            # Airflow signs with HMAC SHA-512, whose key should not be shorter than the hash.
            length=64,
            rotation="API server and scheduler must take a new one together, so that it comes "
            "with a deployment, by jwt_secret_version (docs/rotation.md).",
            version=props.jwt_secret_version,
        )
        """Secret with Airflow's `api_auth/jwt_secret`."""
        self.api_secret_key_secret_arn: str = self._generate(
            "api_secret_key",
            f"Signs user sessions and requests for logs of {props.name}",
            length=64,
            rotation="API server, triggerer and workers must take a new one together, so that it "
            "comes with a deployment, by api_secret_key_version (docs/rotation.md).",
            version=props.api_secret_key_version,
        )
        """Secret with Airflow's `api/secret_key`."""
        self.admin_password_secret_arn: str = self._generate(
            "admin_password",
            f"Password of the user admin of {props.name}",
            length=32,
            rotation="Airflow keeps a hash of it that the scheduler sets when it starts, so that a "
            "new one comes with a deployment, by admin_password_version (docs/rotation.md).",
            version=props.admin_password_version,
        )
        """Secret with the password of Airflow's user `admin`."""

    def read_statements(self, *secret_arns: str) -> list[Statement]:
        """Permits reading some of the secrets, given by their ARNs.

        Use it once for a policy: its statements' ids do not change with the secrets.
        """
        return read_secret_statements(self, "Credentials", secret_arns, self.props.kms_key_arn)

    def _generate(
        self,
        key: str,
        description: str,
        *,
        length: int,
        rotation: str,
        version: int = 1,
        hashed: bool = False,
        rotated_elsewhere: bool = False,
    ) -> str:
        secret = GeneratedSecret(
            self,
            key,
            # Underscores, as in Airflow's settings: "jwt-secret" would end like an ARN.
            name=f"{self.props.name}/credentials/{key}",
            description=description,
            length=length,
            rotation=rotation,
            hashed=hashed,
            version=version,
            rotated_elsewhere=rotated_elsewhere,
            kms_key_arn=self.props.kms_key_arn,
            recovery_window_days=self.props.recovery_window_days,
            tags=self.props.tags,
        )
        self.versions.append(secret.version)
        return secret.arn
