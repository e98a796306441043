"""Variables of a module, made from the fields of props, and the props made of those variables."""

import dataclasses
from collections.abc import Collection, Mapping, Sequence
from typing import Any, TypeVar, get_type_hints

from airflow_fargate.nulls import null_when
from airflow_fargate.rules import Between, Rule
from airflow_fargate.values import boolean, is_token

from module_writer.interface.conditions import condition
from module_writer.interface.docs import field_docs
from module_writer.interface.hints import Kind, kind_of
from module_writer.interface.variables import REQUIRED, Validation, Variable

P = TypeVar("P")
_SAME: Any = object()


@dataclasses.dataclass(frozen=True)
class Input:
    """One input: the variable, or the attribute of one, and the value that stands for it."""

    variable: Variable
    value: Any


def input_of(
    cls: type,
    field: str,
    *,
    name: str | None = None,
    default: Any = _SAME,
    description: str | None = None,
    inside: str = "",
    unless: str = "",
) -> Input:
    """The input for one field of props.

    ``name`` is the variable's, if not the field's; ``default`` and ``description`` are what the
    module says otherwise than the props. ``inside`` is the variable whose attribute it is, and
    ``unless`` a condition under which there is none: of an object that may be null.
    """
    kind = kind_of(get_type_hints(cls, include_extras=True)[field])
    default = _default(cls, field, kind) if default is _SAME else default
    label = f"{inside}.{name or field}" if inside else name or field
    value = kind.token(f"var.{label}")
    if default is not None and is_token(value):
        null_when(value, False)
    written = description or field_docs(cls)[field]
    checks = _validations(kind, label, nullable=default is None, unless=unless)
    return Input(Variable(name or field, kind.type, written, default, validations=checks), value)


def object_of(
    cls: type[P],
    name: str,
    description: str,
    *,
    without: Collection[str] = (),
    inside: str = "",
    nullable: bool = False,
    unless: str = "",
    inputs: Mapping[str, Input] | None = None,
    fixed: Mapping[str, Any] | None = None,
    **changed: Mapping[str, Any],
) -> tuple[Variable, P]:
    """A variable that is an object, made from all fields of props, and the props made of it.

    ``without`` are fields that stay at their defaults. ``inputs`` are attributes made otherwise,
    ``fixed`` values that no variable changes, and ``changed`` what `input_of` is told about one
    field: ``host={"default": "..."}``.
    """
    label = f"{inside}.{name}" if inside else name
    guard = " || ".join(
        each for each in (unless, f"var.{label} == null" if nullable else "") if each
    )
    own = {
        field.name: input_of(
            cls, field.name, inside=label, unless=guard, **changed.get(field.name, {})
        )
        for field in dataclasses.fields(cls)  # type: ignore[arg-type]
        if field.name not in {*without, *(inputs or {}), *(fixed or {})}
    } | dict(inputs or {})
    attributes = [each.variable for each in own.values()]
    required = any(each.default is REQUIRED for each in attributes)
    variable = Variable(
        name,
        "object",
        description,
        None if nullable else REQUIRED if required else {},
        [dataclasses.replace(each, validations=()) for each in attributes],
        [check for each in attributes for check in each.validations],
    )
    return variable, cls(**{field: each.value for field, each in own.items()}, **(fixed or {}))


def condition_of(text: str) -> Any:
    """A condition of Terraform, for `null_when`."""
    return boolean(text)


def _default(cls: type, field: str, kind: Kind) -> Any:
    found = {each.name: each for each in dataclasses.fields(cls)}[field]  # type: ignore[arg-type]
    if found.default is dataclasses.MISSING or (field == "name" and not found.default):
        return REQUIRED
    if found.default is None and kind.type.startswith("map("):
        return {}
    return list(found.default) if isinstance(found.default, tuple) else found.default


def _validations(kind: Kind, label: str, *, nullable: bool, unless: str) -> Sequence[Validation]:
    value = f"var.{label}"
    guard = unless or (f"{value} == null" if nullable else "")
    if unless and nullable:
        guard = f"{unless} ? true : {value} == null"
    # Terraform reads the message also where the condition holds.
    got = f"try({value}, null)" if unless else value
    found = []
    for rule in kind.rules or ([None] if kind.whole else []):
        checked, text = _checked(rule, value, whole=kind.whole)
        found.append(
            Validation(
                f"{guard} ? true : ({checked})" if guard else checked,
                f"{label} must be {text}; got ${{jsonencode({got})}}.",
            )
        )
    return found


def _checked(rule: Rule | None, value: str, *, whole: bool) -> tuple[str, str]:
    if rule is None:
        return f"floor({value}) == {value}", "a whole number"
    if whole and isinstance(rule, Between):
        return (
            f"floor({value}) == {value} && {condition(rule, value)}",
            f"a whole number {rule.text}",
        )
    return condition(rule, value), rule.text
