"""The secret with the database's user and password."""

import json
import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import boto3
from airflow.sdk.log import mask_secret
from botocore.exceptions import BotoCoreError, ClientError

PATIENCE_SECONDS = 30.0
"""How long refused logins are tried again. RDS sets a new password in the server first and shows it
in the secret a moment later."""
_PAUSE_SECONDS = 1.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Login:
    """A database user and their password."""

    user: str
    password: str = field(repr=False)


class DatabaseSecret:
    """A secret with `username` and `password` as JSON, as RDS writes it.

    What was read is kept until the server refuses it, so that opening connections costs no calls.
    """

    def __init__(self, arn: str) -> None:
        self._arn = arn
        self._kept: Login | None = None

    def logins(self, sleep: Callable[[float], object] = time.sleep) -> Iterator[Login]:
        """Logins to try, one after another, for as long as the server refuses them.

        The kept one first; then what the secret holds now, which while a password is being replaced
        can be under either of two labels. At least one is given.

        Args:
            sleep: Waits for some seconds.

        Raises:
            ClientError: The secret cannot be read; also `BotoCoreError`.
        """
        tried: Login | None = None
        if self._kept is not None:
            tried = self._kept
            yield tried
        # A login that is taken is the one that works, so it is kept before it is handed out.
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            current = self._read("AWSCURRENT")
            if current != tried:
                tried = self._kept = current
                yield current
            pending = self._read_pending()
            if pending not in (None, current):
                tried = self._kept = pending
                yield pending
            if time.monotonic() >= until:
                return
            sleep(_PAUSE_SECONDS)

    def _read(self, label: str) -> Login:
        # A client of its own each time: this happens once a week, and processes fork in between.
        client = boto3.Session().client("secretsmanager")
        value = client.get_secret_value(SecretId=self._arn, VersionStage=label)
        content = json.loads(value["SecretString"])
        # No log line of Airflow's shows it.
        mask_secret(content["password"])
        return Login(content["username"], content["password"])

    def _read_pending(self) -> Login | None:
        try:
            return self._read("AWSPENDING")
        except (ClientError, BotoCoreError, KeyError) as error:
            _log.debug("No password is being prepared: %s", error)
            return None
