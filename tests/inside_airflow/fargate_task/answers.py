"""Answers of AWS that a test has written down."""

from collections.abc import Iterable
from typing import Any

from botocore.exceptions import ClientError

THROTTLED = ClientError(
    {"Error": {"Code": "ThrottlingException", "Message": "Rate exceeded"}}, "Any"
)


class Answers:
    """Gives answers in their order, the last one again and again."""

    def __init__(self, answers: Iterable[Any]) -> None:
        self._answers = list(answers)
        self.given = 0

    def next(self) -> Any:
        answer = self._answers[min(self.given, len(self._answers) - 1)]
        self.given += 1
        if isinstance(answer, Exception):
            raise answer
        return answer
