"""Optional and repeated parts of a construct, the same for Python values and for variables.

Decision (docs/decisions.md): an optional part whose condition Python knows is left out or is a
plain resource, as a person would write it; with a variable it gets `count`. A repeated part always
says `count` or `for_each`, so its addresses (`aws_subnet.public[0]`) are the same for all callers.
"""

from collections.abc import Callable, Sequence
from typing import Any, Generic, Protocol, TypeVar

from cdktf import TerraformCount

from .nulls import never_null
from .values import Condition, expression, is_token, list_of, number, source


class Block(Protocol):
    """A resource or a data source: what has an address in Terraform."""

    @property
    def fqn(self) -> str:
        """The address, as a token."""
        ...

    def add_override(self, path: str, value: Any) -> None:
        """Set an attribute as Terraform writes it."""
        ...


R = TypeVar("R", bound=Block)


class OptionalPart(Generic[R]):
    """A resource that may be left out."""

    def __init__(self, resource: R | None, *, counted: bool) -> None:
        self.resource = resource
        self._counted = counted
        self._address: str | None = None

    def get(self, attribute: str) -> Any:
        """An attribute as a string, or None (null in Terraform) when the part is left out."""
        if self.resource is None:
            return None
        # Asked of Node once, for all attributes.
        self._address = self._address or self.resource.fqn
        if self._counted:
            return expression(f"one({self._address}[*].{attribute})")
        return expression(f"{self._address}.{attribute}")

    def all(self, attribute: str) -> list[str]:
        """An attribute as a list of one string, or of none when the part is left out."""
        if self.resource is None:
            return []
        if self._counted:
            return list_of(f"{self.resource.fqn}[*].{attribute}")
        return [self.get(attribute)]


class RepeatedPart(Generic[R]):
    """Resources made from one block by `count` or `for_each`; none when the number is 0.

    Those of `count` are told apart by their numbers, those of `for_each` by their keys.
    """

    def __init__(self, resource: R | None, *, keyed: bool) -> None:
        self.resource = resource
        self._keyed = keyed

    def all(self, attribute: str) -> list[str]:
        """An attribute of each, as a list of strings; in the order of their keys, if they have."""
        if self.resource is None:
            return []
        each = f"values({self.resource.fqn})" if self._keyed else self.resource.fqn
        return list_of(f"{each}[*].{attribute}")

    def keys(self) -> list[str]:
        """The keys of a part made by `for_each`, in the order of `all`."""
        return list_of(f"keys({self.resource.fqn})") if self.resource and self._keyed else []

    def at(self, index: int | str, attribute: str) -> str:
        """An attribute of one of them, counting from 0 and starting again after the last.

        An index that is a string is a Terraform expression; `count.index` pairs two parts.

        Raises:
            IndexError: The part is left out.
            TypeError: The part is made by `for_each`.
        """
        if self._keyed:
            raise TypeError(f"a part made by for_each has no number {index}: name a key with of()")
        return expression(f"element({self._present(index).fqn}[*].{attribute}, {index})")

    def of(self, key: str, attribute: str) -> str:
        """An attribute of the one with a key; `${each.key}` pairs two parts.

        Raises:
            IndexError: The part is left out.
            TypeError: The part is made by `count`.
        """
        if not self._keyed:
            raise TypeError(f"a part made by count has no key {key!r}: give a number to at()")
        return expression(f"{self._present(key).fqn}[{source(key)}].{attribute}")

    def _present(self, which: int | str) -> R:
        if self.resource is None:
            raise IndexError(f"there is no part {which!r}: the part is left out")
        return self.resource


def optional(condition: Condition, build: Callable[[TerraformCount | None], R]) -> OptionalPart[R]:
    """A part that exists when the condition holds; `build` passes what it is given as `count`."""
    if is_token(condition):
        return OptionalPart(build(count_when(condition)), counted=True)
    return OptionalPart(build(None) if condition else None, counted=False)


def count_when(condition: Condition) -> TerraformCount | None:
    """The `count` of a resource that is there when a condition holds; None if Python knows it."""
    if is_token(condition):
        return TerraformCount.of(number(f"{source(condition)} ? 1 : 0"))
    return None


def repeated(count: float, build: Callable[[TerraformCount], R]) -> RepeatedPart[R]:
    """A part that exists `count` times; `build` passes what it is given as `count`.

    Inside, `${count.index}` counts from 0.
    """
    if not is_token(count) and count == 0:
        return RepeatedPart(None, keyed=False)
    return RepeatedPart(build(TerraformCount.of(count)), keyed=False)


def for_each(
    keys: Sequence[str], build: Callable[[], R], *, when: Condition = True
) -> RepeatedPart[R]:
    """A part that exists once for each key, if the condition holds.

    `keys` is a list, or a list variable. What `build` makes can say `${each.key}`.
    """
    if not is_token(when) and (not when or not keys):
        return RepeatedPart(None, keyed=True)
    chosen = source(keys)
    if is_token(when):
        chosen = f"{source(when)} ? {chosen} : []"
    resource = build()
    resource.add_override("for_each", expression(f"toset({chosen})"))
    return RepeatedPart(resource, keyed=True)


def given_map(value: object) -> str:
    """The expression for a map of Terraform's that may be null: an empty one then."""
    text = source(value)
    if never_null(value) or text.lstrip("(").startswith("merge("):
        return text
    # merge passes over null. No braces, as cdktf takes them for the end of an expression.
    return f"merge(zipmap([], []), {text})"
