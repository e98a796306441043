"""What a DAG may give as command, environment and numbers, before and after templates."""

import os
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from .fargate_task_owner import RESERVED_PREFIXES

_TEMPLATE = re.compile(r"\{[{%]")
_VARIABLE = re.compile(r"[^\s=\0]+")


def check_whole_number(name: str, value: Any, unit: str) -> None:
    """Refuse what is no whole number, or None.

    Raises:
        ValueError: As said.
    """
    if value is not None and not _is_whole(value):
        raise ValueError(
            f"FargateTaskOperator.{name} must be a whole number of {unit}, written without "
            f"quotes; got {value!r}"
        )


def check_exit_codes(value: Any) -> None:
    """Refuse exit codes to skip on that no exit code could ever equal.

    Raises:
        ValueError: As said.
    """
    several = isinstance(value, Collection) and not isinstance(value, str | bytes | Mapping)
    codes = value if several else [value]
    if value is None or isinstance(value, range) or all(map(_is_whole, codes)):
        return
    raise ValueError(
        "FargateTaskOperator.skip_on_exit_code must be a whole number or a list of them, 3 or "
        f"[3, 4] for example; got {value!r}"
    )


def check_command(value: Any) -> None:
    """Refuse a command that cannot be one, whatever its templates and XComs will be.

    Raises:
        ValueError: As said.
    """
    if value is None or comes_later(value):
        return
    if isinstance(value, str):
        raise ValueError(  # noqa: TRY004 -- all that DAGs get wrong is a ValueError
            "FargateTaskOperator.command must be a list of strings, as ECS passes them on, "
            f'["--day", "{{{{ ds }}}}"] for example; got the text {value!r}. When mapped over, '
            'each item is a list: expand(command=[["a"], ["b"]])'
        )
    if isinstance(value, bytes | bytearray) or not isinstance(value, Sequence):
        raise ValueError(  # noqa: TRY004 -- as above
            'FargateTaskOperator.command must be a list of strings, ["--day", "{{ ds }}"] for '
            f"example; got {value!r}"
        )
    for at, each in enumerate(value):
        _check_text(f"command[{at}]", each)


def check_environment(value: Any) -> None:
    """Refuse an environment that cannot be one, whatever its templates and XComs will be.

    Raises:
        ValueError: As said.
    """
    if value is None or comes_later(value):
        return
    if not isinstance(value, Mapping):
        raise ValueError(  # noqa: TRY004 -- as above
            'FargateTaskOperator.environment must be a dictionary of strings, {"LEVEL": "info"} '
            f"for example; got {value!r}"
        )
    for name, each in value.items():
        if not isinstance(name, str) or not _VARIABLE.fullmatch(name):
            raise ValueError(
                "FargateTaskOperator.environment must have names of variables as its keys: text "
                f"without blanks and without =; got {name!r}"
            )
        if name.startswith(RESERVED_PREFIXES):
            raise ValueError(
                f"FargateTaskOperator.environment cannot set {name}: names that begin with "
                f"{' or '.join(RESERVED_PREFIXES)} tell the container which DAG run it is for"
            )
        _check_text(f"environment[{name!r}]", each)


def comes_later(value: Any) -> bool:
    """Whether Airflow makes the value when the task runs: of a template, or of an XCom."""
    if isinstance(value, str):
        return _TEMPLATE.search(value) is not None
    # As Airflow tells them itself: what can be resolved, and is no path.
    return hasattr(value, "resolve") and not isinstance(value, os.PathLike)


def _check_text(where: str, value: Any) -> None:
    # Numbers come from XComs and from mapping over ranges; what they look like is beyond doubt.
    if comes_later(value) or (isinstance(value, str | int | float) and not isinstance(value, bool)):
        return
    raise ValueError(f"FargateTaskOperator.{where} must be a string or a number; got {value!r}")


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
