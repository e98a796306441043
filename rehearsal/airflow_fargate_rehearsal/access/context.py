"""The context of a request: the values that conditions in policies ask for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

Value = str | Sequence[str] | None
"""What a condition key has; None is for a key that AWS does not set in this request."""


class UnknownKey(Exception):
    """Nobody here knows what AWS would set this condition key to."""

    def __init__(self, key: str) -> None:
        super().__init__(f"this emulation does not know the condition key {key}")


class Context:
    """Values by condition key, whose case does not matter.

    A key that ends in `/` or `:`, such as `aws:ResourceTag/`, with None says that all keys which
    begin so and are not given are absent. A key of which nothing is said is not known, which is not
    the same as absent.
    """

    def __init__(self, values: Mapping[str, Value]) -> None:
        self._values = {key.lower(): value for key, value in values.items()}

    def get(self, key: str) -> list[str] | None:
        """Values of a key, None when it is absent; raises UnknownKey."""
        lower = key.lower()
        if lower not in self._values:
            if not any(lower.startswith(each) for each in self._values if each[-1] in "/:"):
                raise UnknownKey(key)
            return None
        value = self._values[lower]
        if value is None:
            return None
        return [value] if isinstance(value, str) else list(value)

    def with_values(self, values: Mapping[str, Value]) -> Context:
        """The same context with more values, which win."""
        return Context({**self._values, **{key.lower(): value for key, value in values.items()}})
