"""One health check of a target, as a load balancer makes it."""

from __future__ import annotations

import contextlib
import http.client
import re
import socket
import ssl
from dataclasses import dataclass

_MOMENT_SECONDS = 0.2
"""A gate takes a connection before it knows whether anybody listens behind it, and closes it then.
So a connection counts only when it is still there after this time."""


@dataclass(frozen=True, kw_only=True)
class HealthCheck:
    """The settings of a target group, by ELB's names.

    `port` is a number or `traffic-port`; `codes` is its matcher, as in `200` or `200-299,301`.
    """

    enabled: bool
    protocol: str
    port: str
    path: str
    codes: str
    interval_seconds: float
    timeout_seconds: float
    healthy_threshold: int
    unhealthy_threshold: int


@dataclass(frozen=True)
class Failure:
    """Why a check failed: ELB's reason and description, and what was seen, in plain words.

    `refused` says that security groups did not let the check through.
    """

    reason: str
    description: str
    seen: str
    refused: bool = False


def probe(check: HealthCheck, address: str, port: int, *, host: str) -> Failure | None:
    """Check once; `host` is the target as HTTP's `Host` names it."""
    try:
        if check.protocol not in ("HTTP", "HTTPS"):
            return _tcp(check, address, port)
        status = _status(check, address, port, host)
    except TimeoutError:
        seen = f"there was no answer within {check.timeout_seconds:g} seconds"
        return Failure("Target.Timeout", "Request timed out", seen)
    except (ConnectionError, http.client.RemoteDisconnected):
        return _failed("the connection was refused")
    except (OSError, http.client.HTTPException) as error:
        return _failed(f"it failed with {error!r}")
    if _expected(status, check.codes):
        return None
    return Failure(
        "Target.ResponseCodeMismatch",
        f"Health checks failed with these codes: [{status}]",
        f"the answer was {status}, expected is {check.codes}",
    )


def _status(check: HealthCheck, address: str, port: int, host: str) -> int:
    if check.protocol == "HTTPS":
        # Load balancers do not look at a target's certificate.
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        connection: http.client.HTTPConnection = http.client.HTTPSConnection(
            address, port, timeout=check.timeout_seconds, context=context
        )
    else:
        connection = http.client.HTTPConnection(address, port, timeout=check.timeout_seconds)
    with contextlib.closing(connection):
        headers = {"Host": host, "User-Agent": "ELB-HealthChecker/2.0", "Connection": "close"}
        connection.request("GET", check.path or "/", headers=headers)
        return connection.getresponse().status


def _tcp(check: HealthCheck, address: str, port: int) -> Failure | None:
    with socket.create_connection((address, port), timeout=check.timeout_seconds) as connection:
        connection.settimeout(_MOMENT_SECONDS)
        try:
            closed = connection.recv(1) == b""
        except TimeoutError:
            closed = False
    return _failed("the connection was refused") if closed else None


def _failed(seen: str) -> Failure:
    return Failure("Target.FailedHealthChecks", "Health checks failed", seen)


def _expected(status: int, codes: str) -> bool:
    for part in codes.split(","):
        bounds = re.fullmatch(r"\s*(\d+)(?:-(\d+))?\s*", part)
        if bounds and int(bounds[1]) <= status <= int(bounds[2] or bounds[1]):
            return True
    return False
