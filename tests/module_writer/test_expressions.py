"""Strings of Terraform JSON as expressions of HCL: what is written, and that it is the same."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from module_writer.hcl.schemas import Schemas
from module_writer.hcl.write import write
from tests.module_writer.conftest import Run
from tests.module_writer.known_values import read

VARIABLES = {
    "text": {"type": "string", "default": "a"},
    "number": {"type": "number", "default": 3},
    "flag": {"type": "bool", "default": True},
    "list": {"type": "list(string)", "default": ["x", "y"]},
    "map": {"type": "map(string)", "default": {"k1": "v1", "k2": "v2"}},
    "objects": {"type": "map(object({ url = string }))", "default": {"o": {"url": "u"}}},
}

# A value of JSON, and what is written after `value = `.
WRITTEN: dict[str, tuple[Any, str]] = {
    "a string": ("plain", '"plain"'),
    "a number": (1.5, "1.5"),
    "a boolean": (True, "true"),
    "an expression alone": ("${var.text}", "var.text"),
    "an expression in words": ("a-${var.text}-b", '"a-${var.text}-b"'),
    "an escaped interpolation": ("$${var.text}", '"$${var.text}"'),
    "an escaped directive": ("%%{if}", '"%%{if}"'),
    "a dollar before an interpolation": (
        '${format("%s$%s", var.text, var.text)}',
        '"${var.text}${"$"}${var.text}"',
    ),
    "a backslash and quotes": ('a\\d "b"', '"a\\\\d \\"b\\""'),
    "a tab and an end of line": ("a\tb\nc", '"a\\tb\\nc"'),
    "escapes in an expression": (r'${"\u007b\"a\"\n"}', '"{\\"a\\"\\n"'),
    "parentheses that do nothing": (
        "${((var.number) == (3)) ? (1) : (0)}",
        "var.number == 3 ? 1 : 0",
    ),
    "parentheses that do something": ("${(var.number + 1) * 2}", "(var.number + 1) * 2"),
    "subtraction from the right": ("${9 - (4 - 3)}", "9 - (4 - 3)"),
    "the end of a splat": ("${([{a = 1}][*].a)[0]}", "([{ a = 1 }][*].a)[0]"),
    "operators of logic": (
        "${(var.flag && true) || false}",
        "(var.flag && true) || false",
    ),
    "a comparison of comparisons": (
        '${(var.text == "a") == var.flag}',
        '(var.text == "a") == var.flag',
    ),
    "not equal": ("${!(var.text == null)}", "var.text != null"),
    "not, with a choice": ('${!var.flag ? "no" : "yes"}', 'var.flag ? "yes" : "no"'),
    "true or a comparison": (
        '${(var.flag ? true : (var.text == "b")) ? 1 : 0}',
        'var.flag || var.text == "b" ? 1 : 0',
    ),
    "true or what may fail": (
        "${var.flag ? true : length(var.list) == 0}",
        "var.flag ? true : length(var.list) == 0",
    ),
    "a chain of choices": (
        '${var.number == 1 ? "a" : (var.number == 2 ? "b" : "c")}',
        'var.number == 1 ? "a" : (var.number == 2 ? "b" : "c")',
    ),
    "zipmap of literals": (
        '${merge(var.map, zipmap(["a", "b-c", "d:e"], ["1", var.text, "3"]))}',
        'merge(var.map, {\n    a     = "1"\n    b-c   = var.text\n    "d:e" = "3"\n  })',
    ),
    "merge of nothing": (
        '${merge(zipmap([], []), merge(var.map, {"a" = 1}))}',
        "merge(var.map, { a = 1 })",
    ),
    "merge with null": ("${merge({}, var.map)}", "merge({}, var.map)"),
    "format": ('${format("%s-%s 5%%", var.text, 2)}', '"${var.text}-${2} 5%"'),
    "format of one thing": ('${format("%s", var.number)}', 'format("%s", var.number)'),
    "format with a width": ('${format("%03d-%s", 7, "a")}', 'format("%03d-%s", 7, "a")'),
    "keys and items": (
        "${[for k in keys(var.map) : {n = k, v = var.map[k]}]}",
        "[for k, v in var.map : { n = k, v = v }]",
    ),
    "keys alone": ("${[for k in keys(var.map) : upper(k)]}", "[for k in keys(var.map) : upper(k)]"),
    "keys beside another v": (
        "${[for k in keys(var.map) : [for v in var.list : var.map[k]]]}",
        "[for k in keys(var.map) : [for v in var.list : var.map[k]]]",
    ),
    "zipmap of a map": (
        "${zipmap(keys(var.objects), values(var.objects)[*].url)}",
        "{ for k, v in var.objects : k => v.url }",
    ),
    "a loop with all that it can have": (
        '${{for i, v in var.list : v => i... if v != "z"}}',
        '{ for i, v in var.list : v => i... if v != "z" }',
    ),
    "an object's key that is an expression": ("${{(var.text) = 1}}", "{\n    (var.text) = 1\n  }"),
    "arguments that are expanded": ("${concat([[1], [2]]...)}", "concat([[1], [2]]...)"),
    "an index": ('${var.map["k1"]}', 'var.map["k1"]'),
    "JSON": (
        '{"Version":"1","Id":"${var.text}","None":null,"Deep":{"a:b":[1,true]}}',
        (
            "jsonencode({\n"
            '    Version = "1"\n'
            "    Id      = var.text\n"
            "    None    = null\n"
            "    Deep = {\n"
            '      "a:b" = [1, true]\n'
            "    }\n"
            "  })"
        ),
    ),
    "JSON whose string is a number": (
        '["${var.number}"]',
        "jsonencode([tostring(var.number)])",
    ),
    "JSON with JSON in it": (
        '{"list":${jsonencode(var.list)},"n":${var.number}}',
        "jsonencode({ list = var.list, n = var.number })",
    ),
    "JSON in a string of JSON": (
        '{"a":"{\\"b\\":\\"${var.text}\\"}"}',
        "jsonencode({ a = jsonencode({ b = var.text }) })",
    ),
    "nearly JSON": ('{"a":${var.text}1}', '"{\\"a\\":${var.text}1}"'),
    "JSON of a type that is not known": (
        '{"a":${element([1], 0)}}',
        '"{\\"a\\":${element([1], 0)}}"',
    ),
    "JSON with a repeated key": ('{"a":1,"a":2}', '"{\\"a\\":1,\\"a\\":2}"'),
    "JSON of nothing": ("{}", '"{}"'),
    "lines": ("one\n\n  two ${var.text}\n", "<<-EOT\n    one\n\n      two ${var.text}\n  EOT"),
    "lines that are all indented": ("  one\n  two\n", "<<EOT\n  one\n  two\nEOT"),
    "a list too long for a line": (
        [f"{'x' * 20}{n}" for n in range(5)],
        "[\n" + "".join(f'    "{"x" * 20}{n}",\n' for n in range(5)) + "  ]",
    ),
    "a choice too long for a line": (
        f'${{var.flag ? "{"y" * 50}" : "{"n" * 50}"}}',
        f'(\n    var.flag\n    ? "{"y" * 50}"\n    : "{"n" * 50}"\n  )',
    ),
    "a condition too long for a line": (
        f'${{var.text == "{"y" * 50}" && var.text != "{"n" * 50}"}}',
        f'(\n    var.text == "{"y" * 50}" &&\n    var.text != "{"n" * 50}"\n  )',
    ),
}


def config(values: dict[str, Any]) -> dict[str, Any]:
    return {"variable": VARIABLES, "output": {name: {"value": v} for name, v in values.items()}}


@pytest.mark.parametrize(("value", "written"), WRITTEN.values(), ids=WRITTEN)
def test_a_value_is_written_as_a_person_would(
    value: Any, written: str, schemas: Schemas, fmt: Callable[[str], str]
) -> None:
    text = fmt(write({"output": {"x": {"value": value}}, "variable": VARIABLES}, schemas))
    body = text[text.index('output "x" {\n') :]
    assert body == f'output "x" {{\n  value = {written}\n}}\n'


@pytest.mark.real
def test_terraform_gives_each_value_the_same_in_both_forms(
    tmp_path: Path, run_terraform: Run, schemas: Schemas
) -> None:
    values = config({f"case_{n}": value for n, (value, _) in enumerate(WRITTEN.values())})
    found = []
    for name, text in (("a.tf.json", json.dumps(values)), ("a.tf", write(values, schemas))):
        folder = tmp_path / name
        folder.mkdir()
        (folder / name).write_text(text)
        run_terraform(folder, "init", "-input=false")
        run_terraform(folder, "apply", "-input=false", "-auto-approve")
        outputs = json.loads(run_terraform(folder, "output", "-json"))
        found.append({name: each["value"] for name, each in outputs.items()})
    for n, case in enumerate(WRITTEN):
        assert read(found[1][f"case_{n}"]) == read(found[0][f"case_{n}"]), case


def test_a_directive_is_refused_and_not_written_wrongly(schemas: Schemas) -> None:
    with pytest.raises(ValueError, match="use a conditional"):
        write(config({"x": "%{if true}a%{endif}"}), schemas)
