"""Clients of AWS that all who watch ECS tasks in a process share."""

import functools
import os
import threading
from typing import Any

import boto3
from botocore.config import Config

# Adaptive: when AWS throttles, the client slows down by itself, for all who use it. Hundreds of
# triggers in one triggerer then share what AWS grants.
CONFIG = Config(
    connect_timeout=5,
    read_timeout=20,
    max_pool_connections=10,
    retries={"mode": "adaptive", "max_attempts": 8},
)

_making = threading.Lock()


def ecs_client(region: str) -> Any:
    """Client of ECS in a region."""
    return _client("ecs", region)


def logs_client(region: str) -> Any:
    """Client of CloudWatch Logs in a region."""
    return _client("logs", region)


def _client(service: str, region: str) -> Any:
    with _making:
        # Not what a parent process has made: its connections are not for two.
        return _made(service, region, os.getpid())


@functools.cache
def _made(service: str, region: str, _process: int) -> Any:
    # No hook and no connection of Airflow's: the container's role may do this.
    session: Any = boto3.Session(region_name=region)
    return session.client(service, config=CONFIG)
