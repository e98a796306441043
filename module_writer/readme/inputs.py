"""Inputs and outputs of a module as tables, objects with a table of their own."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from module_writer.hcl.layout import layout
from module_writer.hcl.parser import parse_expression
from module_writer.interface.variables import REQUIRED, Validation, Variable, terraform_text
from module_writer.readme.markdown import anchor, block, code, prose, table

_HEADER = ("Name", "Description", "Type", "Default", "Required")
# How our messages of validations are written: "label must be RULE; got VALUE.".
_RULE = re.compile(r"(?P<label>[\w.]+) (?P<rule>must .+); got \$\{.*\}\.", re.DOTALL)
_KNOWN_LATE = re.compile(r"(?<!\$)\$\{").search
_QUOTED = re.compile(r"'([\w-]+)'")
_DOCUMENT = re.compile(r"(?<![\w/])docs/([\w-]+\.md)")
_LONGEST = 30


def description(text: str) -> str:
    """A description as Markdown, with links to the documents that it names."""
    return _DOCUMENT.sub(r"[docs/\1](../../docs/\1)", prose(text))


def inputs(variables: Sequence[Variable]) -> str:
    """All variables as a table; below it, the attributes of those that are objects."""
    rows = [_row(each, each.name, _rules(each.validations)) for each in variables]
    return "\n\n".join(
        [table(_HEADER, rows), *(_section(each) for each in variables if _big(each))]
    )


def outputs(config: Mapping[str, Any]) -> str:
    """All outputs as a table."""
    return table(
        ("Name", "Description"),
        [
            (code(name), description(each.get("description", "")) + _sensitive(each))
            for name, each in config.get("output", {}).items()
        ],
    )


def short_type(text: str) -> str:
    """A type without what is in its objects: `list(object)`."""
    while (start := text.find("object({")) >= 0:
        depth, end = 0, start + len("object")
        for end in range(start + len("object"), len(text)):
            depth += {"(": 1, ")": -1}.get(text[end], 0)
            if not depth:
                break
        text = text[: start + len("object")] + text[end + 1 :]
    return text


def _section(variable: Variable) -> str:
    parts = [f"### {code(variable.name)}", description(variable.description)]
    if variable.attributes:
        parts.append(table(_HEADER, _attributes(variable, variable.name)))
    else:
        parts.append(block("hcl", layout(parse_expression(variable.type_text), 0, 0)))
    return "\n\n".join(filter(None, parts))


def _attributes(
    variable: Variable, path: str, top: Variable | None = None
) -> Iterator[Sequence[str]]:
    top = top or variable
    for each in variable.attributes:
        inner = f"{path}.{each.name}"
        rules = {**_rules(top.validations), **_rules(each.validations)}
        yield _row(each, inner, rules, shown=inner.removeprefix(f"{top.name}."))
        yield from _attributes(each, inner, top)


def _row(
    variable: Variable, label: str, rules: Mapping[str, str], *, shown: str = ""
) -> Sequence[str]:
    type_ = code(short_type(variable.type_text))
    if _big(variable) and not shown:
        type_ = f"[{type_}](#{anchor(variable.name)})"
    default = "" if variable.default is REQUIRED else code(terraform_text(variable.default))
    texts = [description(variable.description), description(rules.get(label, ""))]
    if len(default) > _LONGEST:
        # It would take the room of the descriptions.
        texts, default = [*texts, f"Default: {default}."], "…"
    required = "yes" if variable.default is REQUIRED else "no"
    return code(shown or variable.name), " ".join(filter(None, texts)), type_, default, required


def _big(variable: Variable) -> bool:
    return bool(variable.attributes) or "object({" in variable.type


def _rules(validations: Sequence[Validation]) -> dict[str, str]:
    found: dict[str, str] = {}
    for each in validations:
        said = _RULE.fullmatch(each.error_message)
        # What only a plan knows is no text, and a whole number needs no words.
        if said and said["rule"] != "must be a whole number" and not _KNOWN_LATE(said["rule"]):
            rule = said["rule"].replace("$${", "${").replace("%%{", "%{")
            # Python's quotes around text are Terraform's here.
            rule = _QUOTED.sub(r'`"\1"`', rule[0].upper() + rule[1:])
            sentence = rule if rule.endswith("...") else f"{rule}."
            found[said["label"]] = f"{found.get(said['label'], '')} {sentence}".strip()
    return found


def _sensitive(output: Mapping[str, Any]) -> str:
    return " Sensitive." if output.get("sensitive") else ""
