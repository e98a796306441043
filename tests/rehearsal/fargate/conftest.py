"""An embedded AWS whose ECS tasks run, and what a task needs to be run in it."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from tests.surroundings.services import Services

from airflow_fargate_rehearsal import emulator

REGION = "eu-west-1"
GROUP = "/tasks"
PYTHON = "FROM python:3.13-slim\n"


class Fargate:
    """ECS of an embedded AWS with a cluster, a network and images that tests write."""

    def __init__(self, endpoint_url: str, folder: Path) -> None:
        self.endpoint_url = endpoint_url
        self.folder = folder
        self._clients: dict[str, Any] = {}
        self._images = 0
        self.client("ecs").create_cluster(clusterName="airflow")
        self.client("logs").create_log_group(logGroupName=GROUP)
        # Without DNS host names, as a VPC is if nobody says otherwise.
        ec2 = self.client("ec2")
        vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
        subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.9.1.0/24")["Subnet"]["SubnetId"]
        self.network = {"awsvpcConfiguration": {"subnets": [subnet]}}

    def client(self, service: str) -> Any:
        """A boto3 client."""
        if service not in self._clients:
            self._clients[service] = boto3.client(
                service,  # type: ignore[arg-type]  # any service
                region_name=REGION,
                endpoint_url=self.endpoint_url,
                aws_access_key_id="testing",
                aws_secret_access_key="testing",
            )
        return self._clients[service]

    def image(self, dockerfile: str, **files: str) -> str:
        """An image of a new folder; names of files have `__` for the dot. Gives its URI."""
        self._images += 1
        folder = self.folder / f"image-{self._images}"
        folder.mkdir()
        (folder / "Dockerfile").write_text(dockerfile)
        for name, content in files.items():
            (folder / name.replace("__", ".")).write_text(content)
        return self.listed(folder)

    def listed(self, folder: Path, **more: Any) -> str:
        """A folder as an image, as the image builder writes it down."""
        uri = f"123456789012.dkr.ecr.{REGION}.amazonaws.com/{folder.name}:{self._images}"
        with (self.folder / "images.jsonl").open("a") as file:
            file.write(json.dumps({"uri": uri, "folder": str(folder), **more}) + "\n")
        return uri

    def container(self, image: str, name: str = "main", **more: Any) -> dict[str, Any]:
        """A container definition that writes to CloudWatch Logs and has no memory of its own."""
        options = {
            "awslogs-group": GROUP,
            "awslogs-region": REGION,
            "awslogs-stream-prefix": "task",
        }
        log = {"logDriver": "awslogs", "options": options}
        return {"name": name, "image": image, "essential": True, "logConfiguration": log, **more}

    def define(self, *containers: dict[str, Any], family: str = "task", **more: Any) -> str:
        """A task definition; gives its ARN."""
        answer = self.client("ecs").register_task_definition(
            family=family,
            requiresCompatibilities=["FARGATE"],
            networkMode="awsvpc",
            cpu="256",
            memory="512",
            containerDefinitions=containers,
            **more,
        )
        return answer["taskDefinition"]["taskDefinitionArn"]

    def run(self, definition: str, **more: Any) -> dict[str, Any]:
        """RunTask; gives the task as it is answered."""
        answer = self.client("ecs").run_task(
            **{
                "cluster": "airflow",
                "taskDefinition": definition,
                "networkConfiguration": self.network,
                "capacityProviderStrategy": [{"capacityProvider": "FARGATE", "weight": 1}],
                **more,
            }
        )
        assert answer["failures"] == []
        return answer["tasks"][0]

    def describe(self, arn: str, **more: Any) -> dict[str, Any]:
        """One task, by DescribeTasks."""
        answer = self.client("ecs").describe_tasks(**{"cluster": "airflow", **more}, tasks=[arn])
        return answer["tasks"][0]

    def reaches(self, arn: str, status: str, seconds: float = 60, **more: Any) -> dict[str, Any]:
        """Wait until a task is in a state; gives it."""
        end = time.monotonic() + seconds
        while (task := self.describe(arn, **more))["lastStatus"] != status:
            assert time.monotonic() < end, task
            time.sleep(0.02)
        return task

    def environments(self) -> list[Path]:
        """Python environments that there are."""
        return list(self.folder.glob("cache/airflow-fargate/environments/*/complete"))

    def findings(self) -> list[dict[str, Any]]:
        """What the embedded AWS has found."""
        return emulator.EmbeddedAws(endpoint_url=self.endpoint_url, log=self.folder).findings()

    def until(self, arn: str, comes: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Wait until something holds for a task; gives it."""
        end = time.monotonic() + 60
        while not comes(task := self.describe(arn)):
            assert time.monotonic() < end, task
            time.sleep(0.05)
        return task

    def ends(self, definition: str, **more: Any) -> dict[str, Any]:
        """Run a task to its end; gives it."""
        return self.reaches(self.run(definition, **more)["taskArn"], "STOPPED")

    def says(self, arn: str, text: str, container: str = "main") -> None:
        """Wait until a container has said something."""
        end = time.monotonic() + 60
        while not any(text in line for line in self.said(arn, container)):
            assert time.monotonic() < end, self.describe(arn)
            time.sleep(0.02)

    def said(self, arn: str, container: str = "main") -> list[str]:
        """Lines of a container in CloudWatch Logs; none while there is no stream."""
        logs = self.client("logs")
        stream = f"task/{container}/{arn.rpartition('/')[2]}"
        found = logs.describe_log_streams(logGroupName=GROUP, logStreamNamePrefix=stream)
        if not found["logStreams"]:
            return []
        answer = logs.get_log_events(
            logGroupName=GROUP, logStreamName=stream, startFromHead=True, limit=10_000
        )
        return [event["message"] for event in answer["events"]]


@pytest.fixture(scope="session")
def fargate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fargate]:
    """ECS tasks that run, in an embedded AWS that the whole session shares."""
    folder = tmp_path_factory.mktemp("fargate")
    with pytest.MonkeyPatch.context() as patch:
        # What the tests install is nobody else's.
        patch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
        with emulator.embedded_aws(folder / "log", fargate=folder) as aws:
            yield Fargate(aws.endpoint_url, folder)
    assert "Traceback" not in (folder / "log").read_text()


@pytest.fixture
def shell(fargate: Fargate) -> Any:
    """A task definition with one container that runs a shell command."""

    def define(command: str, **more: Any) -> str:
        image = fargate.image(PYTHON)
        return fargate.define(fargate.container(image, command=["sh", "-c", command], **more))

    return define


@pytest.fixture
def services(fargate: Fargate, request: pytest.FixtureRequest) -> Iterator[Services]:
    """A service of the test's own."""
    found = Services(fargate, request.node.name)
    yield found
    found.end()
