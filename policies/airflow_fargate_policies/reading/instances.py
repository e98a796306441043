"""How many of a resource there are, by its `count` or `for_each`, and what is special of each."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from airflow_fargate_policies.reading.literals import Literals
from airflow_fargate_policies.reading.templates import (
    expression_of,
    is_known,
    read_text,
    split,
    template,
)
from airflow_fargate_policies.resource import DynamicBlocks, Template

_TO_SET = re.compile(r"toset\((.*)\)", re.DOTALL)
_LOCAL = re.compile(r"local\.([\w-]+)")
_EACH = re.compile(r"\b(?:each\.(?:key|value)|count\.index)(?![\w-])((?:\.[A-Za-z_][\w-]*)*)")
_MANY = 100
"""More than this are looked at as one."""


@dataclass(frozen=True)
class Instance:
    """One of a resource.

    Attributes:
        key: What stands behind its address: `[0]`, `["a"]`, or nothing.
        meant: What `each.key`, `each.value` or `count.index` is.
    """

    key: str
    meant: Mapping[str, Any]

    def filled(self, value: Any) -> Any:
        """A value with what is special of this instance put in."""
        if not self.meant:
            return value
        if isinstance(value, dict):
            return {self.filled(name): self.filled(each) for name, each in value.items()}
        if isinstance(value, list):
            return [self.filled(each) for each in value]
        if isinstance(value, DynamicBlocks):
            return DynamicBlocks(value.name, self.filled(list(value.made)))
        if not isinstance(value, Template):
            return value
        whole = expression_of(value)
        if whole is not None and (found := self._found(whole)) is not None:
            return found
        return read_text(template(self._parts(value)))

    def _parts(self, text: Template) -> list[tuple[bool, str]]:
        parts = []
        for is_expression, part in split(text):
            found = self._found(part) if is_expression else None
            if isinstance(found, Template):
                parts.extend(split(found))
            elif isinstance(found, str | int | float):
                parts.append((False, found if isinstance(found, str) else json.dumps(found)))
            elif is_expression:
                parts.append((True, _EACH.sub(self._written, part)))
            else:
                parts.append((False, part))
        return parts

    def _written(self, found: re.Match[str]) -> str:
        """What stands in an expression for a value that is written out; else the name as it is."""
        value = self._found(found[0])
        return json.dumps(value) if value is not None and is_known(value) else found[0]

    def _found(self, expression: str) -> Any:
        """What an expression is that only names something special of this instance."""
        if not (named := _EACH.fullmatch(expression)):
            return None
        value = self.meant.get(expression.removesuffix(named[1]))
        for name in named[1].split(".")[1:]:
            value = value.get(name) if isinstance(value, dict) else None
        return value


ONE = (Instance("", {}),)


def instances(
    count: Any, for_each: Any, named: Mapping[str, Any]
) -> tuple[Sequence[Instance], bool]:
    """Those that there are, and whether it is not known if there is one at all.

    Args:
        count: As it is written; None where it is not.
        for_each: As `count`.
        named: The module's `locals`.
    """
    if count is not None:
        count = _literal(count, named)
        if not isinstance(count, int | float | str) or not is_known(count):
            return ONE, True
        try:
            number = int(count)
        except ValueError:
            return ONE, True
        found = [Instance(f"[{index}]", {"count.index": index}) for index in range(number)]
        return (found if number <= _MANY else ONE), False
    if for_each is None:
        return ONE, False
    return _of_each(_literal(for_each, named))


def _of_each(for_each: Any) -> tuple[Sequence[Instance], bool]:
    if isinstance(for_each, list):
        if not all(isinstance(each, str) and is_known(each) for each in for_each):
            return ONE, False
        for_each = {each: each for each in for_each}
    if not isinstance(for_each, dict):
        return ONE, True
    if not all(is_known(each) for each in for_each) or len(for_each) > _MANY:
        return ONE, False
    return [
        Instance(f"[{json.dumps(key)}]", {"each.key": key, "each.value": value})
        for key, value in for_each.items()
    ], False


def _literal(value: Any, named: Mapping[str, Any]) -> Any:
    """What is written out, here or in a `local`; else the expression."""
    expression = expression_of(value)
    if expression is None:
        return value
    if to_set := _TO_SET.fullmatch(expression):
        inside = _literal(Literals(to_set[1]).read(), named)
        return inside if isinstance(inside, list) else value
    if local := _LOCAL.fullmatch(expression):
        if local[1] not in named:
            return value
        # Without itself: Terraform refuses circles, and this is no place to go round in one.
        others = {name: each for name, each in named.items() if name != local[1]}
        return _literal(named[local[1]], others)
    found = Literals(expression).read()
    return value if isinstance(found, Template) else found
