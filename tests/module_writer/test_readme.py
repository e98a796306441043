"""READMEs of modules: all of the interface, in tables that GitHub reads."""

import re
from dataclasses import replace
from typing import Any

import pytest
from module_writer.interface.hints import STATEMENTS
from module_writer.interface.variables import REQUIRED, Validation, Variable
from module_writer.publish import DEFINITIONS
from module_writer.readme.inputs import inputs, outputs, short_type
from module_writer.readme.page import readme_files
from module_writer.readme.resources import resources
from module_writer.readme.usage import examples_of, main_example, terraform_tests, usage
from tests.conftest import ROOT
from tests.module_writer.modules import EXAMPLES, module, readme


def rows(text: str) -> list[list[str]]:
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]


def cells(text: str, section: str) -> list[list[str]]:
    return rows(text.split(f"\n## {section}\n", 1)[1].split("\n## ", 1)[0])[2:]


def every_attribute(variables: Any, path: str = "") -> list[str]:
    return [
        name
        for each in variables
        for name in [f"{path}{each.name}", *every_attribute(each.attributes, f"{path}{each.name}.")]
    ]


@pytest.mark.parametrize("name", DEFINITIONS)
def test_every_variable_and_attribute_has_a_row(name: str) -> None:
    definition, _ = module(name)
    listed = [row[0] for row in cells(readme(name)["README.md"], "Inputs")]
    wanted = [f"`{each.name}`" for each in definition.variables]
    for each in definition.variables:
        wanted += [f"`{attribute}`" for attribute in every_attribute(each.attributes)]
    assert sorted(row for row in listed if row not in ("Name", "---")) == sorted(wanted)


@pytest.mark.parametrize("name", DEFINITIONS)
def test_every_output_and_every_resource_has_a_row(name: str) -> None:
    _, config = module(name)
    text = readme(name)["README.md"]
    assert [row[0] for row in cells(text, "Outputs")] == [f"`{each}`" for each in config["output"]]
    addresses = {
        f"{prefix}{kind}.{each}"
        for section, prefix in {"resource": "", "data": "data.", "ephemeral": "ephemeral."}.items()
        for kind, named in config.get(section, {}).items()
        for each in named
    }
    listed = [re.sub(r".*`(.+)`.*", r"\1", row[0]) for row in cells(text, "Resources")]
    assert sorted(listed) == sorted(addresses)


@pytest.mark.parametrize("name", DEFINITIONS)
def test_every_row_has_as_many_cells_as_its_header(name: str) -> None:
    for table in re.findall(r"(?:^\|.*\n)+", readme(name)["README.md"], re.MULTILINE):
        assert len({len(row) for row in rows(table)}) == 1, table


@pytest.mark.parametrize("name", DEFINITIONS)
def test_links_lead_to_files_and_headings_that_are_there(name: str) -> None:
    text = readme(name)["README.md"]
    headings = {
        re.sub(r"[^\w -]", "", h.lower()) for h in re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    }
    for link in re.findall(r"\]\(([^)]+)\)", text):
        if link.startswith("#"):
            assert link[1:] in headings
        elif link.startswith(".."):
            assert (ROOT / "modules" / name / link).resolve().is_file(), link


@pytest.mark.parametrize("name", DEFINITIONS)
def test_readme_and_picture_are_the_same_each_time(name: str) -> None:
    definition, config = module(name)
    again = readme_files(
        definition, config, EXAMPLES, repository="https://git.test/it.git", version="1.2"
    )
    assert again == readme(name)


def test_pipes_and_lines_stay_inside_their_cell() -> None:
    text = inputs([Variable("a", "string", "one | `two | three`\n- four", "x|y")])
    (row,) = rows(text)[2:]
    assert row == [
        "`a`",
        r"one \| `two \| three`<br>- four",
        "`string`",
        r"`" + r'"x\|y"' + "`",
        "no",
    ]


def test_text_that_looks_like_html_or_emphasis_is_shown_as_it_is() -> None:
    text = inputs(
        [Variable("a", "string", "<name> *is* _not_ snake_case, `<b>` and `*`", REQUIRED)]
    )
    assert r"&lt;name&gt; \*is\* \_not\_ snake_case, `<b>` and `*`" in text
    assert text.endswith("| yes |")


def test_a_rule_stands_beside_the_variable_or_attribute_that_must_keep_it() -> None:
    inner = Variable("size", "number", "Size.", 1)
    rule = Validation("true", "box.size must be one of 'S', 'L'; got ${jsonencode(var.box.size)}.")
    text = inputs([Variable("box", "object", "A box.", {}, [inner], [rule])])
    assert '| `size` | Size. Must be one of `"S"`, `"L"`. | `number` | `1` | no |' in text
    assert "| `box` | A box. | [`object`](#box) | `{}` | no |" in text


def test_a_rule_with_values_that_only_a_plan_knows_is_left_to_the_message() -> None:
    rule = Validation("true", "size must be one of ${local.sizes}; got ${jsonencode(var.size)}.")
    text = inputs([Variable("size", "number", "Size.", 1, validations=[rule])])
    assert text.endswith("| `size` | Size. | `number` | `1` | no |")


def test_types_of_objects_are_short_in_tables_and_whole_below() -> None:
    assert short_type("list(object({ a = map(object({ b = bool })) }))") == "list(object)"
    assert short_type("map(list(string))") == "map(list(string))"
    text = inputs([Variable("statements", STATEMENTS, "Statements.", [])])
    assert "| [`list(object)`](#statements) |" in text
    assert "```hcl\nlist(object({\n  sid = string\n  actions = list(string)\n" in text


def test_a_long_default_stands_where_there_is_room() -> None:
    text = inputs(
        [Variable("a", "string", "A class.", "a.long.name.of.a.class.in.a.package.Class")]
    )
    default = '`"a.long.name.of.a.class.in.a.package.Class"`'
    assert f"| `a` | A class. Default: {default}. | `string` | … | no |" in text


def test_an_output_says_that_it_is_sensitive() -> None:
    config = {"output": {"key": {"value": "x", "description": "The key.", "sensitive": True}}}
    assert outputs(config).endswith("| `key` | The key. Sensitive. |")


def test_resources_say_how_many_there_are_and_link_to_the_registry() -> None:
    given = {
        "one": {},
        "some": {"count": "${var.number}"},
        "maybe": {"count": "${var.on ? 1 : 0}"},
        "each": {"for_each": "${var.all}"},
    }
    config = {
        "terraform": {"required_providers": {"aws": {"source": "hashicorp/aws"}}},
        "resource": {"aws_sqs_queue": given},
    }
    page = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/sqs_queue"
    listed = rows(resources(config, {}))[2:]
    assert [row[2] for row in listed] == ["`for_each`", "0 or 1", "1", "`count`"]
    assert listed[0][0] == f"[`aws_sqs_queue.each`]({page})"


def test_usage_is_the_basic_example_with_sources_that_others_can_reach() -> None:
    assert main_example(EXAMPLES) == "basic"
    text = usage("airflow", EXAMPLES, "https://git.test/it.git", "1.2")
    assert 'source = "git::https://git.test/it.git//modules/airflow?ref=v1.2"' in text
    assert 'source   = "git::https://git.test/it.git//modules/network?ref=v1.2"' in text


def test_examples_and_tests_are_described_by_the_comments_at_their_top() -> None:
    assert r"- [other](examples/other): With \*stars\*. And a second line." in examples_of(EXAMPLES)
    assert (
        terraform_tests(EXAMPLES)
        == "- [`tests/names.tftest.hcl`](tests/names.tftest.hcl): Names are refused."
    )


def test_a_module_without_examples_and_tests_has_no_empty_sections() -> None:
    definition, config = module("network")
    text = readme_files(replace(definition, summary=""), config, {}, repository="x", version="1")
    titles = re.findall(r"^## (.+)$", text["README.md"], re.MULTILINE)
    assert titles == ["Requirements", "Inputs", "Outputs", "Resources", "More"]
    assert "\n\n\n" not in text["README.md"]
