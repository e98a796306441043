"""How a mend is put into moto: around a method that is there, or as a method that is missing."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from moto.core.base_backend import BackendDict


def around(owner: type, name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Decorator: replace method ``name`` of ``owner`` by the decorated function.

    The function gets the original method first, then what the method was called with. Raises
    AttributeError when moto no longer has the method.
    """
    original = getattr(owner, name)

    def decorate(replacement: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def wrapped(self: Any, *arguments: Any, **named: Any) -> Any:
            return replacement(original, self, *arguments, **named)

        setattr(owner, name, wrapped)
        return replacement

    return decorate


def missing(owner: type) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Decorator: add the decorated function to ``owner`` as a method that moto lacks.

    Raises RuntimeError when moto has it by now, for then the mend should go.
    """

    def decorate(addition: Callable[..., Any]) -> Callable[..., Any]:
        if hasattr(owner, addition.__name__):
            raise RuntimeError(f"moto has {owner.__name__}.{addition.__name__} by now")
        setattr(owner, addition.__name__, addition)
        return addition

    return decorate


def sibling(backends: BackendDict[Any], backend: Any) -> Any:
    """Another service's backend in the account and region of ``backend``."""
    return backends[backend.account_id][backend.region_name]
