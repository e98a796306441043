"""Where a construct hangs in the tree: known in Python for most, asked of Node for the others."""

from typing import Any

from cdktf import TerraformStack
from constructs import IConstruct

from ._fast_start import scope_and_id

_KNOWN = "_path_of"


def path_of(construct: IConstruct) -> str:
    """The ids from the root of the tree to a construct, with slashes between them."""
    known = vars(construct)
    if _KNOWN not in known:
        known[_KNOWN] = _path_of(construct)
    return known[_KNOWN]


def stack_of(construct: IConstruct) -> TerraformStack:
    """The stack that a construct belongs to.

    Raises:
        RuntimeError: It is in none.
    """
    seen: Any = construct
    while not isinstance(seen, TerraformStack):
        place = scope_and_id(seen)
        if place is None:
            return TerraformStack.of(seen)
        seen, _ = place
    return seen


def _path_of(construct: IConstruct) -> str:
    place = scope_and_id(construct)
    if place is None:
        return construct.node.path
    scope, id_ = place
    return "/".join(part for part in (path_of(scope), id_) if part)
