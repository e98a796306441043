"""Reasons for what is allowed: each thing has one, and each reason is used."""

import fnmatch
from collections.abc import Mapping


class ReasonsError(Exception):
    """Something has no reason, or a reason has nothing that it is for."""


class Reasons:
    """Reasons by patterns such as `*_execution/PullImage`.

    Args:
        reasons: By pattern, in the order in which they are tried.
    """

    def __init__(self, reasons: Mapping[str, str]) -> None:
        self._reasons = reasons
        self._used: set[str] = set()

    def of(self, subject: str) -> str:
        """The reason of the first pattern that fits.

        Raises:
            ReasonsError: There is none.
        """
        for pattern, reason in self._reasons.items():
            if fnmatch.fnmatchcase(subject, pattern):
                self._used.add(pattern)
                return reason
        raise ReasonsError(f"There is no reason for {subject}: write one in tables/reasons.toml.")

    def refuse_unused(self) -> None:
        """Refuse reasons for what is not there any more.

        Raises:
            ReasonsError: There are some.
        """
        if unused := sorted(set(self._reasons) - self._used):
            raise ReasonsError(
                f"Nothing applied has these reasons any more: {', '.join(unused)}. Remove them "
                "from tables/reasons.toml."
            )
