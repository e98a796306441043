"""Airflow's options: their names, which of them are known, and how they are written.

What Airflow and its providers know stands in `airflow_options.json`, which
`tools/airflow_options.py` writes.
"""

import difflib
import json
import re
from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

from .parts import given_map
from .reserved_options import RESERVED
from .rules import InvalidValue
from .secret_names import is_secret_name
from .values import expression, is_token, literal, map_of, source

Option: TypeAlias = str | int | float | bool
"""Value of an option."""
Options: TypeAlias = Mapping[str, Mapping[str, Option]]
"""Options as Airflow names them, by section and key."""

PREFIX = "AIRFLOW__"
KNOWN_OPTIONS = Path(__file__).parent / "airflow_options.json"
"""What Airflow and its providers know."""
# What stands in these goes on to a library as it is, so that no list of it can be whole.
_FREE_SECTIONS = re.compile(r"celery_(broker|result_backend)_transport_options|\w+_configs")
# A keyword argument of a secrets backend, set by itself.
_FREE_KEYS = re.compile(r"(secrets_)?backend_kwarg__\w+")
# Sections and keys as Airflow reads them from the environment, where letters are capitals.
_SECTION = re.compile(r"[a-z][a-z0-9_.]*")
_KEY = re.compile(r"[a-z][a-z0-9_-]*")
# How alike two sections are when one is taken for a misspelling: "schedular", but not "sftp".
_ALIKE = 0.86


def variable(section: str, key: str) -> str:
    """The environment variable from which Airflow reads an option."""
    return f"{PREFIX}{section.replace('.', '_')}__{key}".upper()


def option_text(value: Option) -> str:
    """A value as Airflow reads it; a value of Terraform stays an expression."""
    if isinstance(value, str):
        return value
    return expression(f"tostring({source(value)})") if is_token(value) else str(value)


def written(options: Options) -> dict[str, str]:
    """Options as environment variables."""
    return {
        variable(section, key): option_text(value)
        for section, keys in options.items()
        for key, value in keys.items()
    }


def written_in_terraform(options: object) -> str:
    """The expression for the environment variables of options that only Terraform knows."""
    given = given_map(options)
    # No braces, as in terraform_map.
    section = 'replace(upper(section), ".", "_")'
    name = f'format("AIRFLOW__%s__%s", {section}, upper(key))'
    names = f"[for section in keys({given}) : [for key in keys({given}[section]) : {name}]]"
    values = f"[for section in keys({given}) : values({given}[section])]"
    return f"zipmap(flatten({names}), flatten({values}))"


def terraform_map(values: Mapping[str, str | None]) -> str:
    """The expression for a map, to stand in a larger one."""
    if is_token(values):
        return source(values)
    # zipmap and not braces: cdktf cannot tell where its own tokens end inside braces.
    return f"zipmap({source(list(values))}, {source(list(values.values()))})"


def merged_in_terraform(*maps: str) -> Any:
    """Maps, given as expressions, as one that only Terraform knows; the last decides."""
    return map_of(f"merge({', '.join(maps)})")


def check_options(field: str, options: Options, *, free: Collection[str] = ()) -> None:
    """Check the names of options that a user gives.

    Args:
        field: Where they are given, for messages.
        options: The options.
        free: Reserved ones, as `section.key`, that this library does not set this time.

    Raises:
        InvalidValue: An option is not known to Airflow, or is set by this library.
    """
    for section, keys in options.items():
        literal(f"{field} (a section's name)", section)
        if not _SECTION.fullmatch(section):
            raise InvalidValue(
                field,
                'made of sections as Airflow names them: lower-case letters, digits, "_" and "."',
                section,
            )
        # A section that comes from Terraform is checked by nobody but Airflow.
        if not is_token(keys):
            for key in keys:
                _check_option(field, section, key, free)


def refuse_reserved(field: str, name: str, *, free: Collection[str] = ()) -> None:
    """Refuse an environment variable that sets an option that this library sets.

    `free` is that of `check_options`.

    Raises:
        InvalidValue: It does.
    """
    option, reason = _reserved_variables().get(name.upper(), ("", ""))
    if reason and option not in free:
        raise InvalidValue(field, f"without {name}: {reason}", name)


def _check_option(field: str, section: str, key: str, free: Collection[str]) -> None:
    place = f"{section}.{key}"
    if not _KEY.fullmatch(key):
        raise InvalidValue(
            field, "made of keys as Airflow names them: lower-case letters, digits, - and _", place
        )
    if new := _known()["renamed"].get(place):
        raise InvalidValue(field, f"in Airflow's present names: this is {new} now", place)
    # Airflow reads an option also from a command, and from its secrets backend.
    option = key if _is_known(section, key) else re.sub("_(cmd|secret)$", "", key)
    reason = RESERVED.get(f"{section}.{option}")
    if reason and place not in free:
        raise InvalidValue(field, f"without {place}: {reason}", place)
    holds_secret = option != key or (is_secret_name(key) and not _is_known(section, key))
    if holds_secret or place in _known()["sensitive"]:
        raise InvalidValue(
            field,
            "without secrets: ECS hands them over",
            place,
            f'Name its ARN: secret_environment={{"{variable(section, option)}": "arn:..."}}.',
        )
    _refuse_unknown(field, section, key)


def _refuse_unknown(field: str, section: str, key: str) -> None:
    options: Mapping[str, list[str]] = _known()["options"]
    if section not in options:
        # Other providers have sections of their own; only what looks like a slip is one.
        if meant := difflib.get_close_matches(section, options, n=1, cutoff=_ALIKE):
            raise InvalidValue(
                field, "made of sections that Airflow knows", section, f"Is it {meant[0]}?"
            )
        return
    if _is_known(section, key):
        return
    meant = difflib.get_close_matches(key, options[section], n=1)
    elsewhere = [other for other, keys in options.items() if key in keys]
    hint = f"Is it {section}.{meant[0]}?" if meant else ""
    if elsewhere:
        hint = f"Is it {elsewhere[0]}.{key}?"
    where = "secret_environment" if is_secret_name(key) else "environment"
    raise InvalidValue(
        field,
        f"made of options that Airflow {_known()['version']} knows",
        f"{section}.{key}",
        f"{hint} One that it does not describe can be set as "
        f'{where}={{"{variable(section, key)}": ...}}.'.strip(),
    )


def is_free(section: str) -> bool:
    """Whether what stands in a section goes on to a library as it is."""
    return _FREE_SECTIONS.fullmatch(section) is not None


def _is_known(section: str, key: str) -> bool:
    return bool(
        is_free(section)
        or (section in ("secrets", "workers") and _FREE_KEYS.fullmatch(key))
        or key in _known()["options"].get(section, ())
    )


@cache
def _known() -> Any:
    # Read when somebody has options to check: most programs have none, or few.
    return json.loads(KNOWN_OPTIONS.read_text())


@cache
def _reserved_variables() -> Mapping[str, tuple[str, str]]:
    """Reserved options and their reasons, by each variable that Airflow reads one from."""
    names = {option: option for option in RESERVED}
    names |= {old: new for old, new in _known()["renamed"].items() if new in RESERVED}
    return {
        variable(*name.rsplit(".", 1)) + ending: (option, RESERVED[option])
        for name, option in names.items()
        for ending in ("", "_CMD", "_SECRET")
    }
