"""A deployment for services to run in: its real parts, as small as they can be."""

import dataclasses
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

import airflow_fargate as af
from airflow_fargate.airflow_image import AirflowImage, AirflowImageProps
from airflow_fargate.api_server import ApiServer, ApiServerProps
from airflow_fargate.configuration import Configuration, ConfigurationProps
from airflow_fargate.dag_processor import DagProcessor, DagProcessorProps
from airflow_fargate.load_balancer import LoadBalancer, LoadBalancerProps
from airflow_fargate.scheduler import Scheduler, SchedulerProps
from airflow_fargate.task_logs import TaskLogs, TaskLogsProps
from airflow_fargate.triggerer import Triggerer, TriggererProps
from airflow_fargate.worker_host_of_parts import worker_host_of_parts
from airflow_fargate.worker_pool import WorkerPool, WorkerPoolProps

import pytest
from cdktf import App

Config = dict[str, Any]
KINDS: Mapping[str, tuple[Any, Any]] = {
    "scheduler": (Scheduler, SchedulerProps),
    "api_server": (ApiServer, ApiServerProps),
    "dag_processor": (DagProcessor, DagProcessorProps),
    "triggerer": (Triggerer, TriggererProps),
    "worker_default": (WorkerPool, WorkerPoolProps),
}
POOLS = ("default", "big-memory")
IMAGE_URI = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/demo/airflow:0123456789abcdef"


class Deployment:
    """The parts that services are given, in a stack."""

    kinds = KINDS

    def __init__(
        self, stack: Any, name: str = "demo", pools: Any = POOLS, **configuration: Any
    ) -> None:
        self.stack = stack
        self.name = name
        self.network = af.Network(
            stack,
            "network",
            af.NetworkProps(
                name=name,
                existing=af.ExistingNetwork(
                    vpc_id="vpc-00000001",
                    private_subnet_ids=["subnet-00000001", "subnet-00000002"],
                ),
            ),
        )
        self.cluster = af.Cluster(
            stack, "cluster", af.ClusterProps(name=name), network=self.network
        )
        database = af.ExistingDatabase(
            host="db.example.com",
            secret_arn="arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf",
            security_group_id="sg-00000001",
        )
        self.told: dict[str, Any] = {
            "database": af.MetadataDatabase(
                stack,
                "database",
                af.MetadataDatabaseProps(name=name, existing=database),
                network=self.network,
            ),
            "broker": af.Broker(stack, "broker", af.BrokerProps(name=name, pools=pools)),
            "credentials": af.Credentials(stack, "credentials", af.CredentialsProps(name=name)),
            "task_logs": TaskLogs(
                stack, "task_logs", TaskLogsProps(name=name, destination="cloudwatch")
            ),
        }
        self.configuration = Configuration(
            ConfigurationProps(name=name, **configuration), cluster=self.cluster, **self.told
        )
        self.image: Any = AirflowImage(
            stack, "image", AirflowImageProps(name=name, uri=IMAGE_URI, architecture="ARM64")
        )

    def worker_host(self) -> af.WorkerHost:
        """Where worker pools run."""
        return worker_host_of_parts(
            network=self.network,
            cluster=self.cluster,
            image=self.image,
            configuration=self.configuration,
            api_server_security_group_id="sg-00000002",
            name=self.name,
            **self.told,
        )

    def load_balancer(self, **settings: Any) -> LoadBalancer:
        """A load balancer, with plain HTTP."""
        props = LoadBalancerProps(**{"name": self.name, "plain_http": True} | settings)
        return LoadBalancer(self.stack, "load_balancer", props, network=self.network)

    def add(
        self, kind: str, *, statements: Any = (), load_balancer: Any = None, **settings: Any
    ) -> Any:
        """A service; its settings go into its props."""
        construct, props = KINDS[kind]
        if construct is WorkerPool:
            props = props(**{"name": self.name, "statements": statements} | settings)
            return construct(self.stack, kind, props, host=self.worker_host())
        front = {"load_balancer": load_balancer} if load_balancer else {}
        return construct(
            self.stack,
            kind,
            props(**{"name": self.name} | settings),
            image=self.image,
            configuration=self.configuration,
            cluster=self.cluster,
            network=self.network,
            statements=statements,
            **front,
        )

    def add_all(self, **settings: Any) -> None:
        """One service of each kind; a setting goes to those that know it."""
        for kind, (_, props) in KINDS.items():
            known = {field.name for field in dataclasses.fields(props)}
            self.add(kind, **{k: v for k, v in settings.items() if k in known})


class Synthesized:
    """What came out of a synthesis, with a service's parts at hand."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.resources = config["resource"]

    def service(self, kind: str) -> Any:
        """The ECS service."""
        return self.resources["aws_ecs_service"][kind]

    def task_definition(self, kind: str) -> Any:
        """The task definition."""
        return self.resources["aws_ecs_task_definition"][kind]

    def containers(self, kind: str) -> dict[str, Any]:
        """The containers by their names, in their order."""
        text = self.task_definition(kind)["container_definitions"]
        # An expression of Terraform that gives JSON stands without quotes; here it is text.
        text = re.sub(r"(?<=:)\$\{[^{}]*\}", lambda found: json.dumps(found.group()), text)
        return {container["name"]: container for container in json.loads(text)}

    def main(self, kind: str) -> Any:
        """The container that serves: the last."""
        return list(self.containers(kind).values())[-1]

    def statements(self, role: str) -> dict[str, Any]:
        """Statements of a role's policy, by their ids; none without a policy."""
        found = self.resources["aws_iam_role_policy"].get(role)
        if not found:
            return {}
        # Expressions of Terraform may have quotes of their own; here they are text.
        text = re.sub(r"\$\{[^{}]*\}", lambda it: json.dumps(it.group())[1:-1], found["policy"])
        return {statement["Sid"]: statement for statement in json.loads(text)["Statement"]}


Services = Callable[..., Synthesized]


@pytest.fixture
def services(synth: Any) -> Services:
    """Synthesize services of a deployment: `services(lambda deployment: deployment.add(...))`."""

    def run(build: Callable[[Deployment], object], **deployment: Any) -> Synthesized:
        return Synthesized(synth(lambda stack: build(Deployment(stack, **deployment))))

    return run


@pytest.fixture(scope="session")
def all_services(tmp_path_factory: pytest.TempPathFactory) -> Synthesized:
    """One service of each kind, as it is by default; synthesized once, to be read only."""
    out = tmp_path_factory.mktemp("services")
    app = App(outdir=str(out))
    Deployment(af.Stack(app, "test", region="eu-west-1", local_state=True)).add_all()
    app.synth()
    return Synthesized(json.loads((out / "stacks/test/cdk.tf.json").read_text()))


@pytest.fixture
def deployment() -> Callable[..., Deployment]:
    """Make the parts that services are given, in a stack."""
    return Deployment
