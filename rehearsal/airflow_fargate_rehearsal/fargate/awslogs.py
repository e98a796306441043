"""The log driver `awslogs`: a container's lines become events in CloudWatch Logs."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from airflow_fargate_rehearsal.fargate.clients import Clients
from airflow_fargate_rehearsal.fargate.errors import CannotInitialize

_LONGEST_LINE = 16_384
"""Bytes; Docker cuts longer lines into pieces of this length."""
_EVENTS_IN_A_CALL = 1_000


class Awslogs:
    """One container's log stream, `<prefix>/<container>/<task id>`.

    Raises CannotInitialize when the stream cannot be made, for example since there is no such
    group. A container without a log configuration has no stream; its output is dropped. `shown`
    makes of a line what is written.
    """

    def __init__(
        self,
        clients: Clients,
        configuration: Mapping[str, Any] | None,
        *,
        container: str,
        task_id: str,
        region: str,
        shown: Callable[[str], str],
    ) -> None:
        self._rest = b""
        self._shown = shown
        self._client: Any = None
        if configuration is None:
            return
        if (driver := configuration.get("logDriver")) != "awslogs":
            raise CannotInitialize(f"local Fargate has only the log driver awslogs, not {driver}")
        options = configuration.get("options", {})
        self._client = clients("logs", options.get("awslogs-region", region))
        self._group = options["awslogs-group"]
        self._stream = f"{options['awslogs-stream-prefix']}/{container}/{task_id}"
        try:
            if options.get("awslogs-create-group") == "true":
                self._create_group()
            self._client.create_log_stream(logGroupName=self._group, logStreamName=self._stream)
        except ClientError as error:
            raise CannotInitialize(
                "failed to validate logger args: create stream has been retried 1 times: failed to "
                f"create Cloudwatch log stream: {error} (group {self._group})"
            ) from error

    def write(self, portion: bytes) -> None:
        """Write the lines that are complete; the rest waits for its end."""
        *lines, self._rest = (self._rest + portion).split(b"\n")
        if len(self._rest) >= _LONGEST_LINE:
            lines.append(self._rest)
            self._rest = b""
        self._put(lines)

    def close(self) -> None:
        """Write what is left."""
        self._put([self._rest])
        self._rest = b""

    def _create_group(self) -> None:
        with contextlib.suppress(self._client.exceptions.ResourceAlreadyExistsException):
            self._client.create_log_group(logGroupName=self._group)

    def _put(self, lines: list[bytes]) -> None:
        if self._client is None:
            return
        now = int(time.time() * 1000)
        events = [
            {"timestamp": now, "message": self._shown(piece.decode(errors="replace"))}
            for line in lines
            for piece in _pieces(line.rstrip(b"\r"))
        ]
        try:
            for first in range(0, len(events), _EVENTS_IN_A_CALL):
                self._client.put_log_events(
                    logGroupName=self._group,
                    logStreamName=self._stream,
                    logEvents=events[first : first + _EVENTS_IN_A_CALL],
                )
        except (BotoCoreError, ClientError) as error:
            # As on AWS: the container goes on, and the lines are lost.
            print(f"local Fargate: {self._stream} is not written: {error}", file=sys.stderr)


def _pieces(line: bytes) -> list[bytes]:
    # An empty line has no piece: CloudWatch Logs takes no empty event.
    return [line[first : first + _LONGEST_LINE] for first in range(0, len(line), _LONGEST_LINE)]
