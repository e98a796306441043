"""A service of local Fargate, for the tests of services."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

PYTHON = "FROM python:3.13-slim\n"


class Services:
    """The service of one test, which ends it."""

    def __init__(self, fargate: Any, name: str) -> None:
        self.fargate = fargate
        self.ecs = fargate.client("ecs")
        self.name = name.replace("[", "-").replace("]", "")[-60:]

    def define(
        self, command: str, check: str = "true", *, start_period: int = 0, **more: Any
    ) -> str:
        """A definition with one container, healthy when `check` succeeds."""
        health = {
            "command": ["CMD-SHELL", check],
            "interval": 1,
            "timeout": 20,
            "retries": 1,
            "startPeriod": start_period,
        }
        container = self.fargate.container(
            self.fargate.image(PYTHON),
            command=["sh", "-c", command],
            healthCheck=health,
            stopTimeout=2,
            **more,
        )
        return self.fargate.define(container, family=self.name)

    def create(self, definition: str, **more: Any) -> dict[str, Any]:
        """CreateService."""
        answer = self.ecs.create_service(
            **{
                "cluster": "airflow",
                "serviceName": self.name,
                "taskDefinition": definition,
                "desiredCount": 1,
                "capacityProviderStrategy": [{"capacityProvider": "FARGATE", "weight": 1}],
                "networkConfiguration": self.fargate.network,
                **more,
            }
        )
        return answer["service"]

    def update(self, **more: Any) -> dict[str, Any]:
        """UpdateService."""
        return self.ecs.update_service(cluster="airflow", service=self.name, **more)["service"]

    def describe(self) -> dict[str, Any]:
        """DescribeServices."""
        answer = self.ecs.describe_services(cluster="airflow", services=[self.name])
        return answer["services"][0]

    def until(self, comes: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
        """Wait until something holds for the service; gives it."""
        end = time.monotonic() + 60
        while not comes(service := self.describe()):
            assert time.monotonic() < end, (service, self.tasks())
            time.sleep(0.05)
        return service

    def settles(self, tasks: int = 1) -> dict[str, Any]:
        """Wait until its deployment is completed."""
        return self.until(
            lambda s: (
                s["deployments"][0]["rolloutState"] == "COMPLETED"
                and s["runningCount"] == tasks
                and len(s["deployments"]) == 1
            )
        )

    def tasks(self, status: str = "RUNNING") -> list[dict[str, Any]]:
        """Its tasks."""
        arns = self.ecs.list_tasks(cluster="airflow", serviceName=self.name, desiredStatus=status)[
            "taskArns"
        ]
        if not arns:
            return []
        return self.ecs.describe_tasks(cluster="airflow", tasks=arns, include=["TAGS"])["tasks"]

    def replaces(self, arn: str) -> None:
        """Wait until another task than this one runs or starts."""
        self.until(lambda _: any(each["taskArn"] != arn for each in self.tasks()))

    def root_of(self, arn: str) -> Path:
        """The root folder of the container of one of its tasks."""
        return Path(self.fargate.folder) / "tasks" / arn.rpartition("/")[2] / "main/root"

    def messages(self) -> list[str]:
        """What the service tells, the newest first."""
        return [each["message"] for each in self.describe()["events"]]

    def complaints(self) -> list[str]:
        """Messages of the findings of the service."""
        found = self.fargate.findings()
        return [each["message"] for each in found if each["subject"] == f"service {self.name}"]

    def end(self) -> None:
        """DeleteService, if there is one, and wait until it is gone."""
        if not self.ecs.describe_services(cluster="airflow", services=[self.name])["services"]:
            return
        self.ecs.delete_service(cluster="airflow", service=self.name, force=True)
        self.until(lambda service: service["status"] == "INACTIVE")
        assert self.tasks() == []
