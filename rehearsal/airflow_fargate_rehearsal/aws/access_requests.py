"""An HTTP request to the embedded AWS read as a call: service, operation, parameters."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from moto.core.model import OperationModel
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import Request, determine_request_protocol
from moto.core.routing import get_service_router
from moto.core.utils import get_service_model

_SIGNED = re.compile(r"Credential=(?P<key>[^/,]+)/\d{8}/(?P<region>[^/,]+)/(?P<service>[^/,]+)/")
_PORTION = 65_536
# Services whose signing name is not boto3's.
_BOTO3_NAMES = {
    "elasticfilesystem": "efs",
    "elasticloadbalancing": "elbv2",
    "email": "ses",
    "monitoring": "cloudwatch",
    "states": "stepfunctions",
}


@dataclass(frozen=True, kw_only=True)
class Signature:
    """What a signature says: the access key, and for which region and service it is."""

    access_key: str
    region: str
    service: str


@dataclass(frozen=True, kw_only=True)
class ReadRequest:
    """A request as its service understands it."""

    operation: OperationModel
    protocol: str
    parameters: Mapping[str, Any]


def signature_of(environ: Mapping[str, Any]) -> Signature | None:
    """The signature of a request, in its header or in its address; None without one."""
    said = environ.get("HTTP_AUTHORIZATION", "")
    if not said and (query := environ.get("QUERY_STRING")):
        credential = parse_qs(query).get("X-Amz-Credential", [""])[0]
        said = f"Credential={credential}/" if credential else ""
    found = _SIGNED.search(said)
    if found is None:
        return None
    service = _BOTO3_NAMES.get(found["service"], found["service"])
    return Signature(access_key=found["key"], region=found["region"], service=service)


def read(environ: dict[str, Any], service: str) -> ReadRequest:
    """Read a request, whose body can be read again after; raises what moto does if it cannot."""
    request = Request(_with_a_copy_of_the_body(environ, service))
    model = get_service_model(service)
    name, in_address = _operation_name(request), {}
    if name is None:
        routed = get_service_router(service).match(request)
        name, in_address = str(routed[0].name), routed[1]
    operation = model.operation_model(name)
    protocol = determine_request_protocol(model, request.content_type)
    parameters = PROTOCOL_PARSERS[protocol](operation, map_type=dict).parse(
        {
            "method": request.method,
            "values": request.values,
            "headers": request.headers,
            "body": request.data,
            "url_path": request.path,
            "url_params": in_address,
        }
    )
    return ReadRequest(operation=operation, protocol=protocol, parameters=parameters)


def discard_body(environ: Mapping[str, Any]) -> None:
    """Read what a client still sends, which else does not listen to an answer."""
    left = int(environ.get("CONTENT_LENGTH") or 0)
    if environ.get("wsgi.input_terminated"):
        left = sys.maxsize
    while left > 0 and (portion := environ["wsgi.input"].read(min(left, _PORTION))):
        left -= len(portion)


def _operation_name(request: Request) -> str | None:
    if target := request.headers.get("X-Amz-Target"):
        return target.rpartition(".")[2]
    return request.values.get("Action")


def _with_a_copy_of_the_body(environ: dict[str, Any], service: str) -> dict[str, Any]:
    body = b""
    # What is put into S3 can be large, comes in chunks, and says nothing that decides.
    if service != "s3" or environ["REQUEST_METHOD"] == "POST":
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
    copied = {"CONTENT_LENGTH": str(len(body)), "wsgi.input": io.BytesIO(body)}
    return {**environ, **copied, "HTTP_TRANSFER_ENCODING": "", "wsgi.input_terminated": False}
