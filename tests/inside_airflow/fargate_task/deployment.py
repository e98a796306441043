"""A deployment in an embedded AWS, whose ECS tasks run, and tries of Airflow's tasks in it."""

import contextlib
import functools
import json
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
from botocore.exceptions import ClientError

PATH = "/airflow-fargate/airflow-dev/tasks"

client = functools.cache(boto3.client)
"""Makes clients; making one takes longer than what most tests do with it."""

DOCKERFILE = """\
FROM python:3.12-slim
COPY program.py /app/
USER 50000:50000
ENTRYPOINT ["python", "-u", "/app/program.py"]
"""


@dataclass
class Deployment:
    """A cluster, a network, and Fargate tasks that are Python programs."""

    folder: Path
    """In which the embedded AWS looks for images."""
    subnet: str
    cluster: str = ""
    """A new one for each test, as ECS tells of tasks for an hour after their end."""

    def __post_init__(self) -> None:
        self.ecs = client("ecs")
        self.cluster = self.ecs.create_cluster(
            clusterName=f"airflow-{uuid.uuid4()}", capacityProviders=["FARGATE", "FARGATE_SPOT"]
        )["cluster"]["clusterArn"]

    def add_task(self, name: str, program: str) -> None:
        """Deploy a Fargate task, as the constructs do."""
        folder = self.folder / "task_images" / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "Dockerfile").write_text(DOCKERFILE)
        (folder / "program.py").write_text(program)
        with (self.folder / "images.jsonl").open("a") as images:
            images.write(json.dumps({"uri": f"tasks/{name}:1", "folder": str(folder)}) + "\n")
        with contextlib.suppress(ClientError):
            client("logs").create_log_group(logGroupName=f"{PATH}/{name}")
        self.write_parameter(name, self.register(name))

    def register(self, name: str) -> str:
        """Register a new revision of a task's definition."""
        logs = {
            "awslogs-group": f"{PATH}/{name}",
            "awslogs-region": "eu-west-1",
            "awslogs-stream-prefix": "task",
        }
        container = {
            "name": name,
            "image": f"tasks/{name}:1",
            "essential": True,
            "logConfiguration": {"logDriver": "awslogs", "options": logs},
            "stopTimeout": 5,
        }
        return self.ecs.register_task_definition(
            family=f"airflow-dev_task_{name}",
            requiresCompatibilities=["FARGATE"],
            networkMode="awsvpc",
            cpu="256",
            memory="512",
            containerDefinitions=[container],
        )["taskDefinition"]["taskDefinitionArn"]

    def write_parameter(self, name: str, task_definition: str, **changed: Any) -> None:
        """Write what tells Airflow of a task."""
        value = {
            "version": 1,
            "task": name,
            "cluster": self.cluster,
            "task_definition": task_definition,
            "container": name,
            "subnets": [self.subnet],
            "security_groups": [],
            "capacity_provider_strategy": [{"capacityProvider": "FARGATE", "weight": 1}],
            "propagate_tags": "TASK_DEFINITION",
            "logs": {
                "group": f"{PATH}/{name}",
                "region": "eu-west-1",
                "stream_prefix": "task",
            },
            **changed,
        }
        client("ssm").put_parameter(
            Name=f"{PATH}/{name}", Value=json.dumps(value), Type="String", Overwrite=True
        )

    def tasks(self) -> list[dict[str, Any]]:
        """All ECS tasks that ECS still tells of, the oldest first."""
        arns = [
            arn
            for status in ("RUNNING", "STOPPED")
            for arn in self.ecs.list_tasks(cluster=self.cluster, desiredStatus=status)["taskArns"]
        ]
        if not arns:
            return []
        described = self.ecs.describe_tasks(cluster=self.cluster, tasks=arns)["tasks"]
        return sorted(described, key=lambda task: task["createdAt"])

    def wait_for(self, condition: Callable[[list[dict[str, Any]]], bool]) -> list[dict[str, Any]]:
        """Wait until the tasks are as a test wants them, and return them."""
        until = time.monotonic() + 20
        while not condition(tasks := self.tasks()):
            assert time.monotonic() < until, [each["lastStatus"] for each in tasks]
            time.sleep(0.1)
        return tasks


@dataclass
class Try:
    """A try of an Airflow task, as an operator sees it."""

    dag_id: str = "dag"
    run_id: str = "manual__1"
    task_id: str = "odd_task"
    map_index: int = -1
    try_number: int = 1
    max_tries: int = 0
    state: Any = "running"
    start_date: datetime = field(default_factory=lambda: datetime.now(UTC))
    xcoms: dict[str, Any] = field(default_factory=dict)

    def xcom_push(self, key: str, value: Any) -> None:
        self.xcoms[key] = value

    def get_task_states(
        self, *, dag_id: str, run_ids: list[str], task_ids: Sequence[str], map_index: int | None
    ) -> dict[str, Any]:
        """As RuntimeTaskInstance has it: the key of a mapped task ends in its index."""
        assert (dag_id, run_ids, task_ids) == (self.dag_id, [self.run_id], [self.task_id])
        if isinstance(self.state, Exception):
            raise self.state
        name = self.task_id if map_index is None else f"{self.task_id}_{map_index}"
        return {self.run_id: {name: self.state}}

    @property
    def context(self) -> Any:
        """What Airflow gives `execute`."""
        run = SimpleNamespace(run_id=self.run_id, logical_date=None, team_name=None)
        return {"ti": self, "task_instance": self, "dag_run": run, "task": None}
