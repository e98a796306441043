"""boto3 clients of the embedded AWS, for what Fargate itself does: logs, secrets, volumes."""

from __future__ import annotations

import functools
import threading
from collections.abc import Mapping
from typing import Any

import boto3
from botocore.config import Config

from airflow_fargate_rehearsal.terraform.environment import DUMMY_CREDENTIAL


def with_access_key(access_key: str | None) -> Mapping[str, str]:
    """Credentials of the one key that an embedded AWS was given; None for one that takes any."""
    return {"AccessKeyId": access_key, "SecretAccessKey": access_key} if access_key else {}


_making = threading.Lock()  # making clients of one session is not safe in threads


@functools.cache
def _session() -> boto3.Session:
    # One for all: each would read the descriptions of the services for itself, 10 MB of them.
    return boto3.Session()


class Clients:
    """Clients by service and region, each made once.

    `credentials` are a role's, as Fargate's agent gives them; without, they may do everything.
    """

    def __init__(self, endpoint_url: str, credentials: Mapping[str, str] | None = None) -> None:
        self.endpoint_url = endpoint_url
        self._credentials = credentials or {}
        self._made: dict[tuple[str, str], Any] = {}

    def __call__(self, service: str, region: str) -> Any:
        """Client of a service."""
        with _making:
            if (service, region) not in self._made:
                given = self._credentials
                self._made[service, region] = _session().client(
                    service,  # type: ignore[arg-type]  # any service
                    region_name=region,
                    endpoint_url=self.endpoint_url,
                    aws_access_key_id=given.get("AccessKeyId", DUMMY_CREDENTIAL),
                    aws_secret_access_key=given.get("SecretAccessKey", DUMMY_CREDENTIAL),
                    aws_session_token=given.get("Token"),
                    # No proxy, whatever the environment says: this is loopback.
                    config=Config(proxies={}, max_pool_connections=64),
                )
            return self._made[service, region]
