"""boto3 clients of the embedded AWS, for what Fargate itself does: logs, secrets, volumes."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

import boto3
from botocore.config import Config

from airflow_fargate_rehearsal.terraform.environment import DUMMY_CREDENTIAL


class Clients:
    """Clients by service and region, each made once.

    `credentials` are a role's, as Fargate's agent gives them; without, they may do everything.
    """

    def __init__(self, endpoint_url: str, credentials: Mapping[str, str] | None = None) -> None:
        self.endpoint_url = endpoint_url
        given = credentials or {}
        self._session = boto3.Session(
            aws_access_key_id=given.get("AccessKeyId", DUMMY_CREDENTIAL),
            aws_secret_access_key=given.get("SecretAccessKey", DUMMY_CREDENTIAL),
            aws_session_token=given.get("Token"),
        )
        self._made: dict[tuple[str, str], Any] = {}
        self._lock = threading.Lock()  # making clients of one session is not safe in threads

    def __call__(self, service: str, region: str) -> Any:
        """Client of a service."""
        with self._lock:
            if (service, region) not in self._made:
                self._made[service, region] = self._session.client(
                    service,  # type: ignore[arg-type]  # any service
                    region_name=region,
                    endpoint_url=self.endpoint_url,
                    # No proxy, whatever the environment says: this is loopback.
                    config=Config(proxies={}, max_pool_connections=64),
                )
            return self._made[service, region]
