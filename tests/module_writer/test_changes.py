"""What an upgrade of a module would break is said, unless it is moved or told."""

import copy
import json
from typing import Any

import pytest
from module_writer.checks.compare import changes
from module_writer.checks.manifest import manifest, manifest_text
from module_writer.checks.types import narrowed

CONFIG: dict[str, Any] = {
    "terraform": {
        "required_version": ">= 1.11.0",
        "required_providers": {"aws": {"source": "hashicorp/aws", "version": ">= 5.1, < 7.0.0"}},
    },
    "variable": {
        "name": {"type": "string", "nullable": False},
        "nat": {"type": "string", "default": "one", "nullable": False},
        "key": {"type": "string", "default": None},
        "host": {"type": 'object({ name = string, kind = optional(string, "x") })'},
    },
    "output": {"url": {"value": "${aws_lb.this.dns_name}"}},
    "resource": {
        "aws_lb": {"this": {}},
        "aws_eip": {"nat": {"count": 2}},
        "aws_sqs_queue": {"broker": {"for_each": "${toset([])}"}},
    },
}


def changed(**paths: Any) -> list[tuple[str, bool]]:
    """What changes between CONFIG and the same with values at paths (`a__b`); None takes away."""
    config = copy.deepcopy(CONFIG)
    for path, value in paths.items():
        *parents, last = path.split("__")
        place = config
        for parent in parents:
            place = place[parent]
        if value is None:
            del place[last]
        else:
            place[last] = value
    found = changes(manifest("m", CONFIG), manifest("m", config))
    return [(each.of, each.breaking) for each in found]


def moves(*pairs: tuple[str, str]) -> list[dict[str, str]]:
    return [{"from": from_, "to": to} for from_, to in pairs]


def test_the_manifest_says_what_a_version_promises() -> None:
    assert json.loads(manifest_text("m", CONFIG)) == {
        "module": "m",
        "required_version": ">= 1.11.0",
        "required_providers": {"aws": {"source": "hashicorp/aws", "version": ">= 5.1, < 7.0.0"}},
        "variables": {
            "host": {
                "type": 'object({ name = string, kind = optional(string, "x") })',
                "required": True,
                "nullable": True,
                "sensitive": False,
            },
            "key": {
                "type": "string",
                "required": False,
                "nullable": True,
                "sensitive": False,
                "default": None,
            },
            "name": {"type": "string", "required": True, "nullable": False, "sensitive": False},
            "nat": {
                "type": "string",
                "required": False,
                "nullable": False,
                "sensitive": False,
                "default": "one",
            },
        },
        "outputs": {"url": {"sensitive": False}},
        "resources": {
            "aws_eip.nat": "count",
            "aws_lb.this": "one",
            "aws_sqs_queue.broker": "for_each",
        },
        "moved": [],
    }


@pytest.mark.parametrize(
    "added",
    [
        {},
        {"variable__cpu": {"type": "number", "default": 256}},
        {"output__arn": {"value": 1}},
        {"resource__aws_lb__other": {}},
        {"variable__nat__nullable": True},
        {"variable__name__default": "a"},
        {"resource__aws_lb__this": {"count": 1}},  # Terraform moves it to [0] by itself
    ],
)
def test_what_only_comes_in_addition_is_no_change(added: dict[str, Any]) -> None:
    assert changed(**added) == []


@pytest.mark.parametrize(
    ("change", "of"),
    [
        ({"variable__nat": None}, "var.nat"),
        ({"variable__nat__default": None}, "var.nat"),
        ({"variable__key__nullable": False, "variable__key__default": "x"}, "var.key"),
        ({"variable__host__nullable": False}, "var.host"),
        ({"variable__new": {"type": "string"}}, "var.new"),
        ({"variable__name__type": "number"}, "var.name"),
        ({"variable__host__type": "object({ name = string })"}, "var.host"),
        ({"output__url": None}, "output.url"),
        ({"output__url__sensitive": True}, "output.url"),
        ({"terraform__required_version": ">= 1.12.0"}, "terraform"),
        ({"terraform__required_version": "~> 1.11"}, "terraform"),
        (
            {"terraform__required_providers__aws__version": ">= 5.1, < 6.0.0"},
            "provider.aws",
        ),
        (
            {"terraform__required_providers__random": {"source": "hashicorp/random"}},
            "provider.random",
        ),
        ({"resource__aws_lb__this": None}, "aws_lb.this"),
        ({"resource__aws_lb": {"main": {}}}, "aws_lb.this"),
        ({"resource__aws_lb__this": {"for_each": {}}}, "aws_lb.this"),
        ({"resource__aws_eip__nat": {"for_each": {}}}, "aws_eip.nat"),
        ({"resource__aws_sqs_queue__broker": {}}, "aws_sqs_queue.broker"),
        (
            {"resource__aws_lb": {"main": {}}, "moved": moves(("aws_lb.other", "aws_lb.main"))},
            "aws_lb.this",
        ),
        (
            {"resource__aws_lb__this": None, "moved": moves(("aws_lb.this", "aws_lb.gone"))},
            "aws_lb.this",
        ),
    ],
)
def test_what_breaks_roots_is_said_of_what_it_is(change: dict[str, Any], of: str) -> None:
    found = changed(**change)
    assert (of, True) in found
    assert {each for each, breaking in found if breaking} == {of}


@pytest.mark.parametrize(
    ("change", "of"),
    [
        ({"variable__nat__default": "none"}, "var.nat"),
        ({"terraform__required_version": ">= 1.10"}, "terraform"),
        ({"terraform__required_providers__aws__version": ">= 5.1, < 8.0.0"}, "provider.aws"),
    ],
)
def test_what_breaks_nothing_but_is_felt_is_said_too(change: dict[str, Any], of: str) -> None:
    assert changed(**change) == [(of, False)]


@pytest.mark.parametrize(
    ("resources", "moved"),
    [
        ({"resource__aws_lb": {"main": {}}}, [("aws_lb.this", "aws_lb.main")]),
        (
            {"resource__aws_lb": {"last": {}}},
            [("aws_lb.this", "aws_lb.main"), ("aws_lb.main", "aws_lb.last")],
        ),
        ({"resource__aws_lb": {"main": {"count": 1}}}, [("aws_lb.this", "aws_lb.main[0]")]),
        ({"resource__aws_lb__this": {"for_each": {}}}, [("aws_lb.this", 'aws_lb.this["a"]')]),
        (
            {"resource__aws_eip__nat": {"for_each": {}}},
            [("aws_eip.nat[0]", 'aws_eip.nat["a"]'), ("aws_eip.nat[1]", 'aws_eip.nat["b"]')],
        ),
    ],
)
def test_what_a_moved_block_covers_is_no_change(
    resources: dict[str, Any], moved: list[tuple[str, str]]
) -> None:
    assert changed(**resources)
    assert changed(**resources, moved=moves(*moved)) == []


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("string", "any", []),
        ("object({ a = string })", "object({ a = string, b = optional(number, 1) })", []),
        ("object({ a = string })", "object({ a = optional(string) })", []),
        ("object({ a = optional(string) })", "object({ a = string })", ["v.a became required"]),
        ("list(string)", "set(string)", ["v has another type"]),
        (
            "list(object({ a = map(string) }))",
            "list(object({ a = map(number) }))",
            ["v[*].a[*] has another type"],
        ),
        (
            "object({ a = string })",
            "object({ b = string })",
            ["v has no attribute a any more", "v has a new attribute that must be given: b"],
        ),
    ],
)
def test_a_type_that_takes_less_is_told_from_one_that_takes_more(
    old: str, new: str, words: list[str]
) -> None:
    assert narrowed(old, new, "v") == words
