"""SARIF 2.1.0, for code scanning: problems as results, exceptions as suppressed ones."""

import json
import re
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from airflow_fargate_policies.gate import Result
from airflow_fargate_policies.verdict import Problem, Target, Verdict

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_AT_LINE = re.compile(r"(?P<file>[^\s:]+\.[\w]+|[^\s:]*Dockerfile[^\s:]*):(?P<line>\d+)")


def sarif_of(result: Result) -> str:
    """The file's text."""
    paths = {target.name: target.path for target in result.targets}
    results = [_result(each, paths.get(each.target, each.target)) for each in result.problems]
    results += [each for target in result.targets for each in _excepted(target)]
    rules = sorted({each["ruleId"] for each in results})
    try:
        package_version = version("airflow-fargate")
    except PackageNotFoundError:
        package_version = "0"
    driver = {
        "name": "airflow-fargate-policies",
        "version": package_version,
        "rules": [{"id": each} for each in rules],
    }
    content = {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "results": results}],
    }
    return json.dumps(content, indent=2) + "\n"


def _result(problem: Problem, path: str) -> dict[str, Any]:
    return {
        "ruleId": problem.rule,
        "level": "error",
        "message": {"text": f"{problem.address}: {problem.what}"},
        "locations": [_location(problem.address, problem.where, path)],
        # One problem is one alert in code scanning, wherever a line moves to.
        "partialFingerprints": {"address/v1": f"{problem.target}/{problem.rule}/{problem.address}"},
    }


def _excepted(target: Target) -> list[dict[str, Any]]:
    return [
        {
            "ruleId": each.finding.rule,
            "level": "error",
            "message": {"text": f"{each.finding.address}: {each.finding.message}"},
            "locations": [_location(each.finding.address, each.finding.where, target.path)],
            "partialFingerprints": {
                "address/v1": f"{target.name}/{each.finding.rule}/{each.finding.address}"
            },
            "suppressions": [{"kind": "inSource", "justification": each.exception.reason}],
        }
        for each in target.judged
        if each.verdict is Verdict.EXCEPTED and each.exception
    ]


def _location(address: str, where: str, path: str) -> dict[str, Any]:
    found = _AT_LINE.fullmatch(where)
    uri, line = (found["file"], int(found["line"])) if found else (path, 1)
    if not found and Path(path).is_dir() and Path(path, "cdk.tf.json").is_file():
        uri = f"{path}/cdk.tf.json"
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": uri},
            "region": {"startLine": line},
        },
        "logicalLocations": [
            {"fullyQualifiedName": address},
            *([{"name": where}] if where else []),
        ],
    }
