"""Fixtures of tests of the policy gate: configurations, written as Terraform has them, and read."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from airflow_fargate_policies.reading import read_module, read_plan, read_synthesized
from airflow_fargate_policies.resource import Configuration

ReadStack = Callable[..., Configuration]
ReadHcl = Callable[[str], Configuration]
ReadPlanned = Callable[..., Configuration]


@pytest.fixture
def read_stack(tmp_path: Path) -> ReadStack:
    """Reads resources as CDKTF writes them: `read_stack({"aws_sqs_queue": {"queue": {}}})`."""

    def read(resource: dict[str, Any], **blocks: Any) -> Configuration:
        file = tmp_path / "stack/cdk.tf.json"
        file.parent.mkdir(exist_ok=True)
        file.write_text(json.dumps({"resource": resource, **blocks}), encoding="utf-8")
        return read_synthesized(file.parent)

    return read


@pytest.fixture
def read_hcl(tmp_path: Path) -> ReadHcl:
    """Reads HCL, as the one file of a module."""

    def read(hcl: str) -> Configuration:
        file = tmp_path / "module/main.tf"
        file.parent.mkdir(exist_ok=True)
        file.write_text(hcl, encoding="utf-8")
        return read_module(file.parent)

    return read


@pytest.fixture
def read_planned(tmp_path: Path) -> ReadPlanned:
    """Reads a plan of some resources, given as to `plan_of`."""

    def read(
        *resources: dict[str, Any], source: Configuration | None = None, **content: Any
    ) -> Configuration:
        file = tmp_path / "plan.json"
        file.write_text(json.dumps(plan_of(*resources, **content)), encoding="utf-8")
        return read_plan(file, source)

    return read


def plan_of(*resources: dict[str, Any], **content: Any) -> dict[str, Any]:
    """What `terraform show -json` says of a plan of some resources, all of them in the root.

    Args:
        resources: `type` and `name`; at will `address` and `mode`, `values` as planned,
            `after_unknown`, `actions`, and `expressions` as the configuration has them.
        content: What stands beside them, or in their place.
    """
    planned, changes, configured = [], [], []
    for each in resources:
        configured_at = f"{each['type']}.{each['name']}"
        head = {"address": configured_at, "mode": "managed"} | {
            key: each[key] for key in ("address", "mode", "type", "name") if key in each
        }
        planned.append({**head, "values": each.get("values", {})})
        change = {
            "actions": each.get("actions", ["create"]),
            "after_unknown": each.get("after_unknown", {}),
        }
        changes.append({**head, "change": change})
        expressions = each.get("expressions", {})
        configured.append({**head, "address": configured_at, "expressions": expressions})
    return {
        "format_version": "1.2",
        "planned_values": {"root_module": {"resources": planned}},
        "resource_changes": changes,
        "configuration": {"root_module": {"resources": configured}},
        **content,
    }
