"""Failures inside moto: answered so that the caller stops, and logged."""

from __future__ import annotations

import json
import sys
import traceback
from collections.abc import Callable, Iterable
from typing import Any
from xml.sax.saxutils import escape

WsgiApplication = Callable[[dict[str, Any], Any], Iterable[bytes]]

_PAGE_OF_FLASK = b"<title>404 Not Found</title>"  # no route; what moto does not find is no page


def failing_at_once(application: WsgiApplication) -> WsgiApplication:
    """Wrap moto so that its bugs and unknown paths are AWS errors with HTTP 400.

    The AWS SDKs take HTTP 500 for a passing fault and the Terraform provider tries it for
    minutes, while a bug answers the same every time. What may pass, two requests at once over the
    same collection, stays a 500. A path that moto has no route for is a page of HTML otherwise.
    """

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        request = f"{environ.get('REQUEST_METHOD')} {environ.get('PATH_INFO')}"
        started: list[Any] = []
        try:
            body = application(environ, lambda *arguments: started.extend(arguments))
        except Exception as error:
            if "changed size during iteration" in str(error):
                raise
            print(f"embedded AWS: failure in {request}", file=sys.stderr)
            traceback.print_exc()
            refusal = ("EmbeddedAwsFailure", f"The embedded AWS failed in {request}: {error!r}")
            return refuse(environ, start_response, *refusal)
        if started[0].startswith("404"):
            body = [b"".join(body)]
            if _PAGE_OF_FLASK in body[0]:
                print(f"embedded AWS: the call {request} is not known", file=sys.stderr, flush=True)
                message = f"The embedded AWS does not know the call {request}."
                return refuse(environ, start_response, "NotInEmbeddedAws", message)
        start_response(*started)
        return body

    return answer


def refuse(
    environ: dict[str, Any],
    start_response: Any,
    code: str,
    message: str,
    status: str = "400 Bad Request",
) -> Iterable[bytes]:
    """Answer with an error in the form that the asking SDK reads."""
    xml = f"<Error><Code>{code}</Code><Message>{escape(message)}</Message></Error>"
    if "x-www-form-urlencoded" in environ.get("CONTENT_TYPE", ""):
        # The query protocol wants the error in a response, EC2's dialect in a list in it.
        content_type, body = "text/xml", f"<Response><Errors>{xml}</Errors>{xml}</Response>"
    elif "/s3/" in environ.get("HTTP_AUTHORIZATION", ""):
        content_type, body = "text/xml", xml
    else:
        content_type = "application/json"
        body = json.dumps({"__type": code, "message": message})
    start_response(status, [("Content-Type", content_type), ("X-Amzn-ErrorType", code)])
    return [body.encode()]
