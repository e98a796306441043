"""SARIF 2.1.0, for code scanning: the problems.

Exceptions are not in it: code scanning shows what is suppressed as an open alert all the same.
JUnit's XML and the table in Markdown have them, with their reasons.
"""

import json
import re
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any
from urllib.parse import quote

from airflow_fargate_policies.gate import Result
from airflow_fargate_policies.output.together import Together, together
from airflow_fargate_policies.resource import without_keys
from airflow_fargate_policies.targets import shown

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_STACK = "cdk.tf.json"
_AT_LINE = re.compile(r"(?P<file>[^\s:]+\.[\w]+|[^\s:]*Dockerfile[^\s:]*):(?P<line>\d+)")


def sarif_of(result: Result) -> str:
    """The file's text."""
    # Not the plan, where what it is a plan of is there: that is what people change.
    by_form = sorted(result.targets, key=lambda each: each.form != "plan")
    paths = {target.unit: target.path for target in by_form}
    units = {target.name: target.unit for target in result.targets}
    asks = {
        each.rule: each.title for target in result.targets for each in target.findings if each.title
    }
    try:
        package_version = version("airflow-fargate")
    except PackageNotFoundError:
        package_version = "0"
    driver = {
        "name": "airflow-fargate-policies",
        "version": package_version,
        "rules": [
            {
                "id": rule,
                "shortDescription": {"text": asks.get(rule, rule)},
                "help": {"text": _help(rule, asks.get(rule, rule))},
            }
            for rule in sorted({each.rule for each in result.problems})
        ],
    }
    results = [
        _result(each, unit, paths.get(unit, each.address))
        for each in together(result.problems)
        for unit in [units.get(each.targets[0], each.targets[0])]
    ]
    content = {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "results": results}],
    }
    return json.dumps(content, indent=2) + "\n"


def _help(rule: str, title: str) -> str:
    if rule.startswith("AF_GATE_"):
        return f"{title}: there is no exception from this."
    return (
        f"{title.rstrip('.')}. Mend it; or say beside the resource why it is left: in Python "
        f'except_policy(construct, "{rule}", "The reason, in a full sentence."), in HCL and in '
        f"Dockerfiles # checkov:skip={rule}:The reason, in a full sentence."
    )


def _result(problem: Together, unit: str, path: str) -> dict[str, Any]:
    return {
        "ruleId": problem.rule,
        "level": "error",
        "message": {"text": f"{problem.address}: {problem.what}"},
        "locations": [_location(problem.address, problem.where, path)],
        # One problem is one alert in code scanning, wherever a line moves to.
        "partialFingerprints": {"address/v1": f"{unit}/{problem.rule}/{problem.address}"},
    }


def _location(address: str, where: str, path: str) -> dict[str, Any]:
    found = _AT_LINE.fullmatch(where)
    file, line = (Path(found["file"]), int(found["line"])) if found else (Path(path), 1)
    if not found and Path(address).is_file():
        file = Path(address)
    elif not found and (file / _STACK).is_file():
        file /= _STACK
        line = _line_of(address, file)
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(_in_repository(file).as_posix())},
            "region": {"startLine": line},
        },
        "logicalLocations": [
            {"fullyQualifiedName": address},
            *([{"name": where}] if where else []),
        ],
    }


def _in_repository(file: Path) -> Path:
    """A file's path from the root of its repository, by which code scanning knows it."""
    absolute = file.resolve()
    for folder in absolute.parents:
        if (folder / ".git").exists():
            return absolute.relative_to(folder)
    return shown(file)


@cache
def _text_of(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def _line_of(address: str, file: Path) -> int:
    """The line of a resource in synthesized JSON; the first where it is not there."""
    text, at = _text_of(file), 0
    labels = without_keys(address).split(".")
    if labels[0] not in ("data", "ephemeral"):
        labels.insert(0, "resource")
    for label in labels:
        found = re.compile(rf'^\s*"{re.escape(label)}"\s*:', re.MULTILINE).search(text, at)
        if not found:
            return 1
        at = found.end()
    return text.count("\n", 0, at) + 1
