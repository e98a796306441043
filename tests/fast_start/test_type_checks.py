"""Type checks: short for what is right, and what is wrong is refused as ever."""

import typing
from collections.abc import Sequence
from typing import Any

from airflow_fargate._fast_start._type_checks import cached_type_hints, fast_check

import pytest

from .conftest import RunPython

WRONG = """
import cdktf, json
stack = cdktf.TerraformStack(cdktf.App(), "stack")
other = cdktf.TerraformVariable(stack, "right", type="string", sensitive=True, default=1)
messages = []
for number, make in enumerate([
    lambda id_: cdktf.TerraformVariable(stack, 5),
    lambda id_: cdktf.TerraformVariable(stack, None),
    lambda id_: cdktf.TerraformVariable("stack", id_),
    lambda id_: cdktf.TerraformVariable(stack, id_, type=5),
    lambda id_: cdktf.TerraformVariable(stack, id_, type=other),
    lambda id_: cdktf.TerraformVariable(stack, id_, sensitive="yes"),
    lambda id_: cdktf.TerraformVariable(stack, id_, validation=[5]),
    lambda id_: cdktf.TerraformVariable(stack, id_, validation=stack),
    lambda id_: cdktf.TerraformOutput(stack, id_, value=1, depends_on=["stack"]),
    lambda id_: cdktf.TerraformOutput(stack, id_, value=1, description=["text"]),
    lambda id_: stack.add_override(5, 5),
    lambda id_: cdktf.TerraformVariableValidationConfig(condition=True, error_message=5),
    lambda id_: cdktf.Fn.join(5, ["a"]),
    lambda id_: cdktf.Fn.join(",", [5]),
]):
    for again in range(2):
        try:
            make(f"wrong_{number}_{again}")
            messages.append(None)
        except Exception as error:
            messages.append([type(error).__name__, str(error)])
print(json.dumps(messages))
"""


def test_what_is_wrong_is_refused_in_the_same_words(run_python: RunPython) -> None:
    shipped = run_python(WRONG)
    ours = run_python("import airflow_fargate\n" + WRONG)

    assert ours == shipped
    assert None not in ours


class Shape:
    pass


class Square(Shape):
    pass


@typing.runtime_checkable
class Named(typing.Protocol):
    name: str


class Fits:
    name = "it has one"


def check_with_a_log(seen: list[Any]) -> Any:
    """A `check_type` as generated code has it, that notes what it was asked."""

    def check_type(argname: str, value: object, expected_type: Any) -> None:
        seen.append(value)

    return fast_check(check_type)


@pytest.mark.parametrize(
    ("hint", "value", "asked"),
    [
        (typing.Optional[str], None, 0),  # noqa: UP045  the form that generated code has
        (str | None, "text", 0),
        (bool | None, True, 0),
        (int | float, 5, 0),
        # A class is right each time when it was once: the hint says so in so many words.
        (Shape | None, Square(), 1),
        # What is inside these can be right now and wrong then.
        (Sequence[str] | None, ["text"], 2),
        (dict[str, Any], {}, 2),
        (Named | None, Fits(), 2),
        # Not what the hint says, even if the check lets it pass.
        (str, 5, 2),
        (typing.Literal["text"], "text", 2),
    ],
)
def test_only_what_is_right_by_its_class_is_not_checked_again(
    hint: Any, value: object, asked: int
) -> None:
    seen: list[Any] = []
    check = check_with_a_log(seen)

    check(argname="one", value=value, expected_type=hint)
    check(argname="one", value=value, expected_type=hint)

    assert len(seen) == asked


def test_a_true_is_a_number_when_the_check_says_so() -> None:
    seen: list[Any] = []
    check = check_with_a_log(seen)
    hint = int | float

    for value in (1, True, True):
        check(argname="one", value=value, expected_type=hint)

    assert seen == [True]


def test_type_hints_are_found_out_once() -> None:
    def function(one: "int", *, two: "str | None" = None) -> None: ...

    hints = cached_type_hints(function)

    assert hints == typing.get_type_hints(function)
    assert cached_type_hints(function) is hints
    assert cached_type_hints(function, include_extras=True) is not hints
