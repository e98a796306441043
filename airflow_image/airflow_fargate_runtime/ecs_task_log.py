"""The output of an ECS task, as CloudWatch Logs keeps it."""

from typing import Any

from botocore.exceptions import ClientError

from .ecs_clients import logs_client

LINES_AT_ONCE = 1000


class EcsTaskLog:
    """A log stream that is read once, from its beginning to its end, while it grows.

    Args:
        region: Region of the log group.
        group: Name of the log group.
        stream: Name of the stream.
    """

    def __init__(self, region: str, group: str, stream: str) -> None:
        self._logs = logs_client(region)
        self._place = {"logGroupName": group, "logStreamName": stream}
        self._next: str | None = None

    def __str__(self) -> str:
        return f"{self._place['logStreamName']} of {self._place['logGroupName']}"

    def read(self) -> tuple[list[Any], bool]:
        """Read on, and return some events, and whether these were all that there are by now.

        An event is a dictionary with `timestamp` in milliseconds and `message`.

        Raises:
            ClientError: CloudWatch refuses or throttles; also `BotoCoreError`. Nothing is lost: the
                next call reads on from the same place.
        """
        place: dict[str, Any] = dict(self._place)
        if self._next is not None:
            place["nextToken"] = self._next
        try:
            answer = self._logs.get_log_events(startFromHead=True, limit=LINES_AT_ONCE, **place)
        except ClientError as error:
            if error.response["Error"]["Code"] == "ResourceNotFoundException":
                return [], True  # the container has not begun
            raise
        # CloudWatch may give an empty page before the end; only a repeated token is the end.
        at_end = answer["nextForwardToken"] == self._next
        self._next = answer["nextForwardToken"]
        return answer["events"], at_end
