"""checkov says that something is right which is not; the gate does not."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.policies.blind_spots.both import (
    checkov_says,
    gate_findings,
    write_hcl,
    write_stack,
)

READ_ONLY, PRIVILEGED = "CKV_AWS_336", "CKV_AWS_334"


def _task(*containers: dict[str, Any]) -> dict[str, Any]:
    definitions = json.dumps([{"image": "x:1", **each} for each in containers])
    task = {"family": "x", "container_definitions": definitions}
    return {"aws_ecs_task_definition": {"t": task}}


@pytest.mark.parametrize("encoded", [False, True], ids=["as text", "by a function"])
def test_a_root_file_system_that_can_be_written(tmp_path: Path, *, encoded: bool) -> None:
    resource = _task({"name": "web", "readonlyRootFilesystem": False})
    if encoded:
        task = resource["aws_ecs_task_definition"]["t"]
        task["container_definitions"] = f"${{jsonencode({task['container_definitions']})}}"
    stack = write_stack(tmp_path, resource)

    assert checkov_says("terraform_json", stack)["resource.t", READ_ONLY] == "passed"
    assert gate_findings(stack)["aws_ecs_task_definition.t", READ_ONLY] == "failed"
    assert gate_findings(stack)["aws_ecs_task_definition.t", "AF_WRITABLE_ROOT"] == "failed"


def test_egress_to_the_world_with_the_nulls_that_cdktf_writes(tmp_path: Path) -> None:
    rule = {"cidr_blocks": ["0.0.0.0/0"], "from_port": 0, "to_port": 0, "protocol": "-1"}
    nulls = dict.fromkeys(("ipv6_cidr_blocks", "prefix_list_ids", "security_groups", "self"))
    stack = write_stack(
        tmp_path, {"aws_security_group": {"g": {"name": "x", "egress": [{**rule, **nulls}]}}}
    )

    assert checkov_says("terraform_json", stack)["resource.g", "CKV_AWS_382"] == "passed"
    assert gate_findings(stack)["aws_security_group.g", "CKV_AWS_382"] == "failed"


def test_a_privileged_container(tmp_path: Path) -> None:
    module = write_hcl(
        tmp_path,
        'resource "aws_ecs_task_definition" "t" {\n  family = "x"\n  container_definitions = '
        'jsonencode([{ name = "web", image = "x:1", privileged = true }])\n}\n',
    )
    address = "aws_ecs_task_definition.t"

    # checkov looks for a key `privilege`, which ECS does not have.
    assert checkov_says("terraform", module)[address, PRIVILEGED] == "passed"
    assert gate_findings(module)[address, "AF_PRIVILEGED_CONTAINER"] == "failed"


def test_one_of_two_containers_without_logs(tmp_path: Path) -> None:
    # A rule of checkov in YAML asks whether there is one that logs, not whether every one does.
    logs = {"logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "g"}}}
    stack = write_stack(tmp_path, _task({"name": "web", **logs}, {"name": "silent"}))

    rule = ("aws_ecs_task_definition.t", "AF_CONTAINER_LOGS")
    assert gate_findings(stack)[rule] == "failed"
    both = write_stack(tmp_path, _task({"name": "web", **logs}, {"name": "other", **logs}))
    assert gate_findings(both)[rule] == "passed"
