"""Requests of nobody: an address of this machine is open to all of its users, and to web pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from airflow_fargate_rehearsal.aws import access_requests
from airflow_fargate_rehearsal.aws.failures import refuse

WsgiApplication = Callable[[dict[str, Any], Any], Iterable[bytes]]


def refusing_strangers(
    application: WsgiApplication, access_key: str | None, is_task: Callable[[str], bool]
) -> WsgiApplication:
    """Wrap moto so that a request needs an access key that this rehearsal has given out.

    `access_key` is that of Terraform, of the rehearsal itself and of its user; without one all may
    come. `is_task` says whether a key is that of a running task's role. Without this, whoever is
    logged in to the machine could have a command run as its user, with RunTask. As on AWS, a
    container that uses other keys than its role's is refused.
    """
    if access_key is None:
        return application

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        signature = access_requests.signature_of(environ)
        if signature and (signature.access_key == access_key or is_task(signature.access_key)):
            return application(environ, start_response)
        access_requests.discard_body(environ)
        message = "The security token included in the request is invalid."
        return refuse(environ, start_response, "InvalidClientTokenId", message, "403 Forbidden")

    return answer
