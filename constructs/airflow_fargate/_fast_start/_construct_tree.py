"""The construct tree, as Python made it: scope and id of each construct, without asking Node."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from ._upstream import TREE_TYPES

Create = Callable[..., Any]

_PLACE = "_fast_start_place"
# Node changes some other characters in an id.
_PLAIN_ID = re.compile(r"[\w.-]+")


def remembering(create: Create) -> Create:
    """Return `create`, by which jsii makes an object in Node, with a memory for constructs."""

    def create_and_remember(klass: Any, obj: Any, args: Sequence[Any] | None = None) -> Any:
        # Before Node makes it: Node may ask for its name while it does.
        if args and len(args) > 1 and _is_of_the_tree(klass) and _is_plain_id(args[1]):
            vars(obj)[_PLACE] = (args[0], args[1])
        return create(klass, obj, args)

    return create_and_remember


def scope_and_id(construct: object) -> tuple[Any, str] | None:
    """Return where a construct hangs in the tree; None where that was not seen here."""
    return getattr(construct, "__dict__", {}).get(_PLACE)


def _is_of_the_tree(klass: Any) -> bool:
    return str(getattr(klass, "__jsii_type__", "")).startswith(TREE_TYPES)


def _is_plain_id(id_: object) -> bool:
    return isinstance(id_, str) and _PLAIN_ID.fullmatch(id_) is not None
