"""Policies that are written as a data source, `data "aws_iam_policy_document"`.

The provider makes JSON of one when Terraform plans. As far as it is written out, that is no secret
before: what refers to its `json` has the policy itself here.
"""

import dataclasses
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from airflow_fargate_policies.reading.templates import expression_of
from airflow_fargate_policies.resource import Resource, Template

_TYPE = "aws_iam_policy_document"
_REFERENCE = re.compile(rf"data\.{_TYPE}\.([\w-]+)\.(?:minified_)?json")
# What is put together from other documents is known to the provider only.
_OTHERS = frozenset(
    {"source_policy_documents", "override_policy_documents", "source_json", "override_json"}
)
_LISTS = {
    "Action": "actions",
    "NotAction": "not_actions",
    "Resource": "resources",
    "NotResource": "not_resources",
}


def with_documents(resources: Sequence[Resource]) -> list[Resource]:
    """The resources, with policies where they refer to a document that is written out."""
    documents = {
        (each.module, each.name): document
        for each in resources
        if each.mode == "data" and each.type == _TYPE and each.address.endswith(each.name)
        for document in _document(each)
    }
    return [
        dataclasses.replace(each, values=_filled(each.values, each.module, documents))
        if documents
        else each
        for each in resources
    ]


def _filled(value: Any, module: str, documents: Mapping[tuple[str, str], Any]) -> Any:
    if isinstance(value, Template):
        found = _REFERENCE.fullmatch(expression_of(value) or "")
        return documents.get((module, found[1]), value) if found else value
    if isinstance(value, Mapping):
        return {key: _filled(each, module, documents) for key, each in value.items()}
    if isinstance(value, list):
        return [_filled(each, module, documents) for each in value]
    return value


def _document(resource: Resource) -> Iterator[dict[str, Any]]:
    """The policy, if it stands there; nothing else where it does not."""
    statements = _blocks(resource.values.get("statement"))
    if resource.optional or statements is None or _OTHERS & resource.values.keys():
        return
    made = [_statement(each) for each in statements]
    if all(each is not None for each in made):
        yield {"Version": resource.values.get("version", "2012-10-17"), "Statement": made}


def _statement(block: Mapping[str, Any]) -> dict[str, Any] | None:
    principals = _principals(block.get("principals"))
    others = _principals(block.get("not_principals"))
    conditions = _conditions(block.get("condition"))
    if principals is None or others is None or conditions is None:
        return None
    said = {
        "Sid": block.get("sid"),
        "Effect": block.get("effect", "Allow"),
        **{name: block.get(attribute) for name, attribute in _LISTS.items()},
        "Principal": principals,
        "NotPrincipal": others,
        "Condition": conditions,
    }
    return {name: value for name, value in said.items() if value not in (None, "", [], {})}


def _principals(written: Any) -> Any:
    """Who is named, by kind; None where that is not written out."""
    found: dict[str, list[Any]] = {}
    blocks = _blocks(written)
    for each in blocks or ():
        kind, named = each.get("type"), each.get("identifiers")
        if isinstance(kind, Template) or not isinstance(kind, str):
            return None
        found.setdefault(kind, []).extend(named if isinstance(named, list) else [named])
    if blocks is None:
        return None
    return "*" if found.get("*") == ["*"] else found


def _conditions(written: Any) -> dict[str, dict[str, list[Any]]] | None:
    """What is asked for, by operator and key; None where that is not written out."""
    found: dict[str, dict[str, list[Any]]] = {}
    blocks = _blocks(written)
    for each in blocks or ():
        test, variable, values = (each.get(name) for name in ("test", "variable", "values"))
        if any(isinstance(one, Template) or not isinstance(one, str) for one in (test, variable)):
            return None
        asked = found.setdefault(str(test), {}).setdefault(str(variable), [])
        asked.extend(values if isinstance(values, list) else [values])
    return None if blocks is None else found


def _blocks(written: Any) -> list[Mapping[str, Any]] | None:
    """Blocks; None where how many there are, or one of them, is not written out."""
    listed = written if isinstance(written, list) else [written] if written is not None else []
    return listed if all(isinstance(each, Mapping) for each in listed) else None
