"""Calls that are tried again: what was done already is not done twice, and it is logged."""

from __future__ import annotations

import sys
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import Any

WsgiApplication = Callable[[dict[str, Any], Any], Iterable[bytes]]

_KEPT = 500
"""Answers that are remembered: a client tries again within seconds."""
_MOST_BYTES = 100_000


def answering_once(application: WsgiApplication) -> WsgiApplication:
    """Wrap moto so that an attempt whose answer was lost on the way gets that answer again.

    The SDKs give all attempts of a call one `amz-sdk-invocation-id`. Without this, a second attempt
    to create something would end with "it exists already", and Terraform with it. A call that
    failed is made again.
    """
    answers: OrderedDict[str, tuple[tuple[Any, ...], list[bytes]]] = OrderedDict()
    lock = threading.Lock()

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        call = environ.get("HTTP_AMZ_SDK_INVOCATION_ID")
        if not call or environ.get("REQUEST_METHOD") == "GET":
            return application(environ, start_response)
        attempt = environ.get("HTTP_AMZ_SDK_REQUEST", "").partition(";")[0]
        with lock:
            known = answers.get(call)
        if attempt not in ("", "attempt=1"):
            what = environ.get("HTTP_X_AMZ_TARGET") or environ.get("PATH_INFO")
            then = "it was answered" if known else "it failed, or is not answered"
            print(f"embedded AWS: {attempt} of {what}; {then}", file=sys.stderr, flush=True)
        if known:
            start_response(*known[0])
            return known[1]
        started: list[Any] = []
        body = list(application(environ, lambda *arguments: started.extend(arguments)))
        if started[0].startswith("2") and sum(map(len, body)) <= _MOST_BYTES:
            with lock:
                answers[call] = (tuple(started), body)
                while len(answers) > _KEPT:
                    answers.popitem(last=False)
        start_response(*started)
        return body

    return answer
