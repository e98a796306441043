"""What the constructs that take an `existing` resource share."""

import dataclasses
from typing import TYPE_CHECKING

from .rules import InvalidValue

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

_ALWAYS_ALLOWED = ("name", "tags", "existing")


def refuse_beside_existing(props: "DataclassInstance", made: str) -> None:
    """Refuse settings of a resource to be made beside one that is there already.

    Args:
        props: Props with a field `existing` that is set.
        made: What the other fields describe, with its article: "a VPC".

    Raises:
        InvalidValue: A field other than `name` and `tags` is set.
    """
    for field in dataclasses.fields(props):
        value = getattr(props, field.name)
        if field.name not in _ALWAYS_ALLOWED and value != field.default:
            raise InvalidValue(
                f"{type(props).__name__}.{field.name}",
                "left out when `existing` is given",
                value,
                f"It describes {made} to be made, and none is made.",
            )
