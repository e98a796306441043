"""Checks of what a construct is given, at the moment it is given."""

import dataclasses
from typing import TYPE_CHECKING, get_type_hints

from constructs import Construct

from .props import OF_THE_DEPLOYMENT
from .rules import InvalidValue
from .tree import stack_of
from .values import is_token

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


def check_arguments(construct: Construct, **arguments: object) -> None:
    """Check the arguments of a construct: their types, and the regions of ARNs in its props.

    Raises:
        InvalidValue: An argument is of another type than the construct's signature says, or an
            ARN is of another region than the stack's.
    """
    hints = get_type_hints(type(construct).__init__)
    for name, value in arguments.items():
        if not isinstance(value, hints[name]):
            raise InvalidValue(
                f"{type(construct).__name__}({name}=...)", f"of type {hints[name].__name__}", value
            )
    if dataclasses.is_dataclass(props := arguments.get("props")) and not isinstance(props, type):
        if getattr(props, "name", None) == OF_THE_DEPLOYMENT:
            raise InvalidValue(
                f"{type(props).__name__}.name",
                "given, where the construct is used by itself",
                OF_THE_DEPLOYMENT,
                "Give the name of the deployment.",
            )
        refuse_other_regions(construct, props)


def refuse_other_regions(scope: Construct, props: "DataclassInstance") -> None:
    """Refuse ARNs of another region than the stack's, in any field of the props.

    Keys, certificates and secrets can be used in their own region only, and AWS says so in the
    middle of an apply. ARNs without a region (IAM's) pass, and so does everything in a stack that
    does not tell its region.

    Raises:
        InvalidValue: An ARN is of another region.
    """
    region = getattr(stack_of(scope), "region", None)
    for field in dataclasses.fields(props):
        value = getattr(props, field.name)
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            refuse_other_regions(scope, value)
        elif isinstance(value, str) and value.startswith("arn:") and not is_token(value):
            own = value.split(":")[3]
            if region and own and own != region:
                raise InvalidValue(
                    f"{type(props).__name__}.{field.name}",
                    f"in the stack's region, {region}",
                    value,
                    "Give the ARN of one there.",
                )
