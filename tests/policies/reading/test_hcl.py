"""HCL: which blocks and attributes there are, and what they say."""

from typing import Any

import pytest

from airflow_fargate_policies.reading import is_known
from airflow_fargate_policies.reading.hcl import Attribute, Block, SyntaxInvalid, read_body


def _values(text: str) -> dict[str, Any]:
    return {each.name: each.value() for each in read_body(text) if isinstance(each, Attribute)}


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ('"text"', "text"),
        ("5432", 5432),
        ("-1.5", -1.5),
        ("true", True),
        ("null", None),
        ("[]", []),
        ("{}", {}),
        ('["a", "b",]', ["a", "b"]),
        ('[\n  "a", # first\n  /* none */\n  "b"\n]', ["a", "b"]),
        ('{ a = 1, "b c" = "x" }', {"a": 1, "b c": "x"}),
        ("{\n  a = 1 // one\n  b : [2]\n\n  c = { d = 3 }\n}", {"a": 1, "b": [2], "c": {"d": 3}}),
        ('"a\\n\\"b\\" \\\\ \\u00e9"', 'a\n"b" \\ é'),
        ('"$${kept} %%{kept}"', "${kept} %{kept}"),
        ("true # always, it's [needed]", True),
        ('"x" // "y"', "x"),
        ("1 /* one { */", 1),
    ],
)
def test_what_is_written_out_is_known(expression: str, value: Any) -> None:
    found = _values(f"a = {expression}\nb = 1\n")

    assert found == {"a": value, "b": 1}
    assert is_known(found)


@pytest.mark.parametrize(
    ("expression", "symbol"),
    [
        ("var.x", "${var.x}"),
        ("var.x # why", "${var.x}"),
        ('var.x ? "a" : "b"', '${var.x ? "a" : "b"}'),
        ('"a-${var.x}"', "a-${var.x}"),
        ('"a\\n${f("\\\\", var.x)}"', 'a\n${f("\\\\", var.x)}'),
        ('"x" == var.x', '${"x" == var.x}'),
        ("[for e in var.x : e]", "${[for e in var.x : e]}"),
        ("{ for k, e in var.x : k => e }", "${{ for k, e in var.x : k => e }}"),
        ('["a", "b"][var.x]', '${["a", "b"][var.x]}'),
        ("!var.x", "${!var.x}"),
        ("(\n  var.x\n)", "${(\n  var.x\n)}"),
        ("format(\n  var.x, # {\n  1\n)", "${format(\n  var.x, \n  1\n)}"),
    ],
)
def test_what_is_not_written_out_is_a_symbol(expression: str, symbol: str) -> None:
    found = _values(f"a = {expression}\nb = 1\n")

    assert found == {"a": symbol, "b": 1}
    assert not is_known(found["a"])


def test_a_part_that_is_not_written_out_is_a_symbol_by_itself() -> None:
    found = _values('a = { b = var.x, c = ["y", var.z], (var.k) = 1 }')

    assert found == {"a": {"b": "${var.x}", "c": ["y", "${var.z}"], "${(var.k)}": 1}}


def test_long_texts_stand_as_they_are_written() -> None:
    found = _values(
        'a = <<EOT\n  {"x": "}"}\n\n  b = "\n  EOT\nc = <<-EOT\n    one\n      ${v.w}\n  EOT\n'
    )

    assert found == {"a": '  {"x": "}"}\n\n  b = "\n', "c": "one\n  ${v.w}\n"}
    assert is_known(found["a"])
    assert not is_known(found["c"])


def test_a_long_text_in_an_object_does_not_end_it() -> None:
    assert _values("a = {\n  b = <<EOT\n}\nEOT\n  c = 1\n}\nd = 2") == {
        "a": {"b": "${<<EOT\n}\nEOT}", "c": 1},
        "d": 2,
    }


def test_blocks_have_labels_lines_and_bodies() -> None:
    (block,) = read_body(
        """# A comment with a { in it.

resource "aws_x" "a" { # another }
  text = "}" /* } */

  nested { from_port = 1 }
  dynamic "rule" {
    for_each = var.rules
    content {}
  }
}
"""
    )

    assert isinstance(block, Block)
    assert (block.type, block.labels, block.line) == ("resource", ("aws_x", "a"), 3)
    inside = [each for each in block.body() if isinstance(each, Block)]
    assert [(each.type, each.labels, each.line) for each in inside] == [
        ("nested", (), 6),
        ("dynamic", ("rule",), 7),
    ]
    assert [each.name for each in inside[0].body() if isinstance(each, Attribute)] == ["from_port"]


def test_windows_line_ends_are_line_ends() -> None:
    assert _values('a = 1\r\nb = "x"\r\n') == {"a": 1, "b": "x"}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("resource {\n", "has no end"),
        ('a = "never closed\n', "has no end"),
        ("a = [1\n", "has no end"),
        ("\n\n= 1\n", "line 3"),
        ('{"resource": {}}', "line 1"),
        ("a b c\n", "line 1"),
        ("a = <<EOT\nnever closed\n", "has no end"),
        ("a = 1 }\n", "line 1"),
        ("a = 1\nb {\n  c = 1\n", "line 2: something has no end"),
        ("a = 1\n/* never closed\n", "a comment"),
        ("a = 1 /* never closed\n", "line 1"),
    ],
)
def test_what_is_no_hcl_is_refused(text: str, why: str) -> None:
    with pytest.raises(SyntaxInvalid, match=why):
        list(read_body(text))
