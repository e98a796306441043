"""A Configuration and all that it stands on."""

import json
from collections.abc import Callable
from typing import Any

from airflow_fargate.broker import Broker, BrokerProps
from airflow_fargate.cluster import Cluster, ClusterProps
from airflow_fargate.configuration import Configuration, ConfigurationProps
from airflow_fargate.containers import pairs
from airflow_fargate.credentials import Credentials, CredentialsProps
from airflow_fargate.existing_database import ExistingDatabase
from airflow_fargate.metadata_database import MetadataDatabase, MetadataDatabaseProps
from airflow_fargate.network import Network, NetworkProps
from airflow_fargate.task_logs import TaskLogs, TaskLogsProps
from airflow_fargate.values import json_text

import pytest
from cdktf import TerraformOutput

COMPONENTS = ("api-server", "scheduler", "dag-processor", "triggerer", "worker")

Told = dict[str, dict[str, Any]]


@pytest.fixture(scope="session")
def parts() -> Callable[..., dict[str, Any]]:
    """What a Configuration takes beside its props, in a stack."""

    def build(stack: Any, **broker: Any) -> dict[str, Any]:
        network = Network(stack, "network", NetworkProps(name="demo", nat="none"))
        database = ExistingDatabase(
            host="db.example.com",
            secret_arn="arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf",
            security_group_id="sg-00000001",
        )
        return {
            "database": MetadataDatabase(
                stack,
                "database",
                MetadataDatabaseProps(name="demo", existing=database),
                network=network,
            ),
            "broker": Broker(stack, "broker", BrokerProps(name="demo", **broker)),
            "credentials": Credentials(
                stack, "credentials", CredentialsProps(name="demo", recovery_window_days=0)
            ),
            "cluster": Cluster(stack, "cluster", ClusterProps(name="demo"), network=network),
            "task_logs": TaskLogs(
                stack, "task_logs", TaskLogsProps(name="demo", deletion_protection=False)
            ),
        }

    return build


@pytest.fixture(scope="session")
def add_outputs() -> Callable[..., None]:
    """Make outputs of all that a Configuration says: environment, secrets and statements."""

    def add(stack: Any, configuration: Configuration, prefix: str = "") -> None:
        for component in COMPONENTS:
            environment = configuration.environment(component)
            secrets = configuration.secrets(component)
            said = {
                "environment": environment,
                "secrets": secrets,
                # As task definitions have them.
                "containers": json_text([pairs(environment, "value"), pairs(secrets, "valueFrom")]),
                "read": [s.document() for s in configuration.secret_statements(component)],
                "may": [s.document() for s in configuration.statements(component)],
            }
            TerraformOutput(stack, f"{prefix}{component.replace('-', '_')}", value=said)
        said = {
            "secrets": configuration.migration_secrets,
            "read": [s.document() for s in configuration.migration_secret_statements],
        }
        TerraformOutput(stack, f"{prefix}migration", value=said)

    return add


@pytest.fixture
def tell(synth: Any, parts: Any, add_outputs: Any) -> Callable[..., Told]:
    """What a Configuration with these settings says, by component, as it is synthesized."""

    def run(*, base_url: str | None = None, broker: Any = None, **settings: Any) -> Told:
        def build(stack: Any) -> None:
            props = ConfigurationProps(name="demo", **settings)
            taken = parts(stack, **(broker or {}))
            add_outputs(stack, Configuration(props, **taken, base_url=base_url))

        outputs = synth(build)["output"]
        # What Terraform names need not concern a test of what a component is told.
        text = json.dumps({name.replace("_", "-"): o["value"] for name, o in outputs.items()})
        return json.loads(text)

    return run
