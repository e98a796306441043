"""Parameters of Systems Manager."""

from __future__ import annotations

from collections.abc import Sequence

from airflow_fargate_rehearsal.access.calls import Call, Found, Need, key_uses, on

_READS = ("GetParameter", "GetParameterHistory", "GetParameters", "GetParametersByPath")


def needs(call: Call) -> Sequence[Need] | None:
    """What a call needs; of Systems Manager, only what concerns parameters is known."""
    operation = call.operation
    if operation == "DescribeParameters":
        return [Need(action="ssm:DescribeParameters")]
    if operation == "GetParametersByPath":
        return _below_a_path(call)
    names = call.get("Names", []) or [call.get("Name")]
    if not operation.endswith(("Parameter", "Parameters", "ParameterHistory")) or not names[0]:
        return None
    return [need for name in names for need in _of_a_parameter(call, name)]


def _of_a_parameter(call: Call, name: str) -> list[Need]:
    name = name.partition(":parameter")[2] if name.startswith("arn:") else name
    name = name.partition(":")[0]  # behind a colon, a version or a label
    arn = _arn(call, name)
    found = call.facts.find("parameter", name)
    need = on(found, f"ssm:{call.operation}", otherwise=arn)
    return [need, *_key(call, found)]


def _below_a_path(call: Call) -> list[Need]:
    path = call.get("Path").rstrip("/")
    recursive = "true" if call.get("Recursive", False) else "false"
    values = {"ssm:Recursive": recursive, "aws:ResourceTag/": None}
    own = Need(action="ssm:GetParametersByPath", resource=_arn(call, path), values=values)
    below = call.facts.find("parameters", path)
    found = below.more["parameters"] if below else ()
    return [own, *(need for each in found for need in _key(call, each))]


def _key(call: Call, found: Found | None) -> list[Need]:
    if found is None or call.operation not in _READS or not call.get("WithDecryption", False):
        return []
    context = {"PARAMETER_ARN": found.arn}
    return key_uses(call, found.kms_key_arn, ["Decrypt"], service="ssm", encryption_context=context)


def _arn(call: Call, name: str) -> str:
    return call.arn("ssm", f"parameter/{name.lstrip('/')}")
