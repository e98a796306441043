"""The calls by which a worker fetches messages from SQS."""

import logging
import time
from collections.abc import Callable
from io import BytesIO
from typing import Any

from kombu.asynchronous.http import Response, get_client

_log = logging.getLogger(__name__)


class Polls:
    """Watches the HTTP client through which the event loop asks SQS for messages.

    Kombu sends nothing but ReceiveMessage through it; other calls of SQS go through boto3.
    """

    def __init__(self) -> None:
        self.under_way = 0
        """Calls that SQS has not answered yet. It may give a message to each of them."""
        self.ended_at = self.answered_at = time.monotonic()
        """When a call last ended, however it did; and when SQS last answered one with 200."""
        self._client: Any = None

    def watch(self, hub: Any) -> None:
        """Watch the client of an event loop. The loop has another one after it lost its connection.

        Until a call has been answered, the time that the watching began counts.
        """
        client = get_client(hub)
        if client is self._client:
            return
        self._client = client
        self.under_way = 0
        self.ended_at = self.answered_at = time.monotonic()
        add_request = client.add_request

        def add_watched(request: Any) -> Any:
            self.under_way += 1
            request.on_ready = self._ended(client, request.on_ready)
            return add_request(request)

        client.add_request = add_watched

    def _ended(self, client: Any, pass_on: Callable[[Response], object]) -> Callable:
        def ended(response: Response) -> None:
            if client is self._client:
                self.under_way -= 1
            self.ended_at = time.monotonic()
            if response.code == 200:  # noqa: PLR2004 -- HTTP's OK
                self.answered_at = self.ended_at
            else:
                response = _no_messages(response)
            pass_on(response)

        return ended


def _no_messages(refusal: Response) -> Response:
    # Kombu 5.7.0 takes what is no 200 for a list, and fails: either the worker ends, or it lives
    # on and never asks again. An empty answer has it ask once more after its usual pause.
    _log.error("SQS does not answer as it should: %s %s", refusal.code, refusal.error)
    return Response(refusal.request, 200, buffer=BytesIO(b"{}"))
