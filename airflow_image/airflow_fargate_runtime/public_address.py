"""Tells the API server that people came by HTTPS, where a load balancer ends TLS: a plugin.

A network load balancer passes the request on as it is, by HTTP. Airflow would then mark its login
cookie as one for HTTP too, and have an identity provider send people back to `http://`, where
nobody listens.
"""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import urlsplit

from airflow.configuration import conf
from airflow.plugins_manager import AirflowPlugin

Scope = MutableMapping[str, Any]
Application = Callable[[Scope, Any, Any], Awaitable[None]]


class PublicAddressMiddleware:
    """Gives requests to the host of `[api] base_url` the scheme `https`, if it has it.

    No other header is trusted: whoever says that host without TLS gets a cookie that his browser
    sends by HTTPS only. Requests to other hosts, of workers and health checks, stay as they are.

    Args:
        application: What answers the requests.
    """

    def __init__(self, application: Application) -> None:
        self._application = application
        address = urlsplit(conf.get("api", "base_url", fallback=""))
        self._is_https = address.scheme == "https"
        self._host = address.netloc.lower().removesuffix(":443").encode()

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """Handle a request, as ASGI has it."""
        if scope["type"] == "http" and self._is_https and self._host == _host(scope):
            # In place: what stands around this one looks at the scheme of the same request.
            scope["scheme"] = "https"
        await self._application(scope, receive, send)


def _host(scope: Scope) -> bytes:
    return dict(scope["headers"]).get(b"host", b"").lower().removesuffix(b":443")


class PublicAddressPlugin(AirflowPlugin):
    """Has the API server know that people came by HTTPS."""

    name = "airflow_fargate_public_address"
    fastapi_root_middlewares: list[Any] = [  # noqa: RUF012 -- so Airflow wants it
        {"name": "public address", "middleware": PublicAddressMiddleware}
    ]
