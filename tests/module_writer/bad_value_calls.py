"""The table of bad values, and calls of the modules with as many of them as go together."""

import re
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from tests.conftest import ROOT
from tests.module_writer.bad_values import (
    ARN,
    IMAGE,
    NETWORK,
    SECRET,
    STATE_BACKEND,
    SUBNETS,
    Bad,
)
from tests.module_writer.bad_values_of_airflow import AIRFLOW
from tests.module_writer.bad_values_of_tasks import TASK, WORKER_POOL

TABLE: Mapping[str, Sequence[Bad]] = {
    "network": NETWORK,
    "airflow": AIRFLOW,
    "task": TASK,
    "worker-pool": WORKER_POOL,
    "state-backend": STATE_BACKEND,
}
_CLUSTER = {
    "name": "demo",
    "private_subnet_ids": SUBNETS,
    "cluster_arn": ARN % ("ecs", "cluster/demo"),
}
_TASK_HOST = _CLUSTER | {"security_group_ids": ["sg-0123456789abcdef0"]}
_WORKER_HOST = _CLUSTER | {
    "vpc_id": "vpc-0123456789abcdef0",
    "cluster_name": "demo",
    "exec_log_group_arn": ARN % ("logs", "log-group:/demo/exec"),
    "image_uri": IMAGE,
    "environment": {"AIRFLOW__CORE__EXECUTOR": "CeleryExecutor"},
    "api_secret_key_secret_arn": SECRET,
    "api_server_security_group_id": "sg-0123456789abcdef1",
    "database_secret_arn": SECRET,
    "database_security_group_id": "sg-0123456789abcdef2",
    "queue_arns": {"large": ARN % ("sqs", "demo_large")},
    "task_logs_log_group_arn": ARN % ("logs", "log-group:/demo/tasks"),
}
GOOD: Mapping[str, Mapping[str, Any]] = {
    "network": {"name": "demo"},
    "airflow": {
        "name": "demo",
        "vpc_id": "vpc-0123456789abcdef0",
        "private_subnet_ids": SUBNETS,
        "image_uri": IMAGE,
    },
    "task": {"host": _TASK_HOST, "task": "report", "image_uri": IMAGE},
    "worker-pool": {"host": _WORKER_HOST, "pool": "large"},
    "state-backend": {"name": "demo"},
}
"""Inputs of each module with nothing bad in them."""
MAPS = {"tags", "environment", "secrets", "secret_environment", "api_server_secret_environment"}
"""Variables that are maps, whose keys are no fields."""


@dataclass
class Call:
    """A call of a module with as many bad values as do not meet in one input."""

    module: str
    inputs: dict[str, Any]
    asks: Mapping[str, set[str]]
    given: dict[str, Any] = field(default_factory=dict)
    rows: list[Bad] = field(default_factory=list)

    def takes(self, bad: Bad) -> bool:
        """Whether the row could be put in."""
        new = dict(leaves(bad.inputs))
        if any(self.given.get(path, value) != value for path, value in new.items()):
            return False
        # Terraform leaves out a check that asks for a variable which is refused itself.
        if any(row.said == bad.said or self._meet(row, bad) for row in self.rows):
            return False
        self.given |= new
        self.inputs = merged(self.inputs, bad.inputs)
        self.rows.append(bad)
        return True

    def _meet(self, first: Bad, second: Bad) -> bool:
        one, other = set(first.inputs), set(second.inputs)
        return any(
            self.asks[name] & theirs - {name}
            for names, theirs in ((one, other), (other, one))
            for name in names
        )


def asked_by_variables(module: str) -> dict[str, set[str]]:
    """Which other variables the validations of each variable ask for."""
    text = (ROOT / "modules" / module / "variables.tf").read_text()
    blocks = re.findall(r'^variable "(\w+)" \{$(.*?)^\}$', text, re.MULTILINE | re.DOTALL)
    return {name: set(re.findall(r"\bvar\.(\w+)", block)) - {name} for name, block in blocks}


def leaves(inputs: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in inputs.items():
        if isinstance(value, dict) and value and f"{before}{name}" not in MAPS:
            yield from leaves(value, f"{before}{name}.")
        else:
            yield f"{before}{name}", value


def merged(first: Any, second: Any) -> Any:
    if isinstance(first, Mapping) and isinstance(second, Mapping):
        both = {name: merged(first[name], second[name]) for name in first.keys() & second.keys()}
        return {**first, **second, **both}
    return deepcopy(second)


@cache
def calls() -> dict[str, Call]:
    found: dict[str, Call] = {}
    for module, rows in TABLE.items():
        own: list[Call] = []
        asks = asked_by_variables(module)
        for bad in rows:
            if not any(call.takes(bad) for call in own):
                own.append(Call(module, dict(GOOD[module]), asks))
                assert own[-1].takes(bad)
        found |= {f"{module}_{place}": call for place, call in enumerate(own)}
    return found
