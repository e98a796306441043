"""Refusals: in AWS's words, in the protocol of the service, and in words for people."""

from __future__ import annotations

import secrets
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from moto.core.exceptions import ServiceException
from moto.core.serialize import SerializationContext, get_serializer_class

from airflow_fargate_rehearsal.access.calls import Need
from airflow_fargate_rehearsal.access.decision import Decision
from airflow_fargate_rehearsal.access.principal import Principal
from airflow_fargate_rehearsal.aws.access_requests import ReadRequest

_CODES = {"ec2": "UnauthorizedOperation", "sns": "AuthorizationError"}
_FORBIDDEN = 403
_BAD_REQUEST = 400


class AccessRefused(ServiceException):
    """A refusal; a class of ours, for moto looks up the service of its own by their module."""


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """A request that is refused, with AWS's message."""

    request: ReadRequest
    message: str


def in_words(principal: Principal, refused: tuple[Need, Decision]) -> str:
    """AWS's message."""
    need, decision = refused
    return (
        f"User: {principal.session_arn} is not authorized to perform: {need.action} on resource: "
        f"{need.resource} {decision.because}"
    )


def for_people(role_arn: str, refused: tuple[Need, Decision]) -> str:
    """Which role may not do what, and what of its policies came nearest."""
    need, decision = refused
    role = role_arn.rpartition("/")[2]
    nearest = f" {decision.hint}." if decision.hint else ""
    return (
        f"The role {role} may not do {need.action} on {need.resource}, {decision.because}.{nearest}"
    )


def answer(refusal: Refusal, start_response: Any) -> Iterable[bytes]:
    """Answer with AWS's error."""
    request = refusal.request
    service = request.operation.service_model
    in_json = request.protocol in ("json", "rest-json")
    name = str(service.service_name)
    code = _CODES.get(name, "AccessDeniedException" if in_json else "AccessDenied")
    serializer = get_serializer_class(name, request.protocol)(
        request.operation, SerializationContext(request_id=secrets.token_hex(16))
    )
    with warnings.catch_warnings():  # moto warns that few service models know the error
        warnings.simplefilter("ignore")
        made = serializer.serialize(AccessRefused(code, refusal.message))
    headers = made["headers"]
    if "x-amzn-query-error" in headers:  # its clients hear the old protocol's name of the error
        headers["x-amzn-query-error"] = "AccessDenied;Sender"
    status = _BAD_REQUEST if request.protocol == "json" else _FORBIDDEN
    start_response(f"{status} -", list(headers.items()))
    body = made["body"]
    return [body.encode() if isinstance(body, str) else body]
