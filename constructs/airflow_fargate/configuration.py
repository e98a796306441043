"""`Configuration`: what each component of Airflow is told, by environment variables and secrets."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from .airflow_options import merged_in_terraform, terraform_map, written, written_in_terraform
from .airflow_settings import API_SERVER_PORT, airflow_settings
from .arguments import refuse_other_regions
from .broker import Broker
from .cluster import Cluster
from .component import Component
from .component_secrets import ComponentSecrets
from .configuration_props import ConfigurationProps
from .credentials import Credentials
from .dag_bundle import bundle_environment, read_dags_statements
from .iam import Statement
from .metadata_database import MetadataDatabase
from .props import OF_THE_DEPLOYMENT
from .recovery_options import RECOVERY_OPTIONS
from .rules import InvalidValue
from .secrets_backend import ChosenSecretsBackend, SecretsBackend
from .task_logs import TaskLogs
from .values import expression, has_token, is_token, source

__all__ = ["API_SERVER_PORT", "Component", "Configuration", "ConfigurationProps"]

# Workers ask the API server. The scheduler runs nothing that has a connection.
_LOOKS_UP_CONNECTIONS: tuple[Component, ...] = ("api-server", "dag-processor", "triggerer")
# Who runs code of DAGs, which can start Fargate tasks.
_RUNS_DAG_CODE: tuple[Component, ...] = ("dag-processor", "triggerer", "worker")
# Who reads the files of DAGs. The triggerer imports triggers, which are in the image.
_READS_DAGS: tuple[Component, ...] = ("dag-processor", "worker")


class Configuration:
    """What each component of Airflow is told, by environment variables and secrets.

    It makes no resources: the services put it into their task definitions.

    Args:
        props: What the user says.
        database: Where Airflow keeps its state, and Celery its results.
        broker: The queues.
        credentials: Airflow's own secrets.
        cluster: Where the API server is found by name.
        task_logs: Where the logs of tasks are kept.
        base_url: Address at which people reach the user interface.

    Raises:
        InvalidValue: An argument is of another type, or the default queue is no pool's.
    """

    def __init__(
        self,
        props: ConfigurationProps,
        *,
        database: MetadataDatabase,
        broker: Broker,
        credentials: Credentials,
        cluster: Cluster,
        task_logs: TaskLogs,
        base_url: str | None = None,
    ) -> None:
        _check(
            cluster,
            props=(props, ConfigurationProps),
            database=(database, MetadataDatabase),
            broker=(broker, Broker),
            credentials=(credentials, Credentials),
            cluster=(cluster, Cluster),
            task_logs=(task_logs, TaskLogs),
        )
        self.props = props
        self._database = database
        self._broker = broker
        self._cluster = cluster
        self._task_logs = task_logs
        self._base_url = base_url
        self.depends_on = credentials.versions
        """What must be there before a container starts: the values of Airflow's secrets."""
        self._secrets = ComponentSecrets(props, credentials=credentials, cluster=cluster)
        self._check_default_queue()

    def environment(self, component: Component) -> Mapping[str, str]:
        """Environment variables of a component's containers."""
        own: dict[str, str] = {}
        looked_up: Mapping[str, str] = {}
        if component in _LOOKS_UP_CONNECTIONS and self._backend:
            looked_up = self._backend.environment
        if component in _RUNS_DAG_CODE:
            own["AIRFLOW_FARGATE_TASKS_PATH"] = f"/airflow-fargate/{self.props.name}/tasks"
        maps = [self.common_environment, looked_up, own]
        if not any(is_token(each) for each in maps):
            return {name: value for each in maps for name, value in each.items()}
        given = [terraform_map(each) for each in maps if each]
        return merged_in_terraform(*given) if len(given) > 1 else maps[0]

    @cached_property
    def common_environment(self) -> Mapping[str, str]:
        """What all components have in common of that."""
        options, further = self.props.configuration, self.props.environment
        bundles = bundle_environment(self.props.dags)
        if not any(is_token(each) for each in (options, further, bundles)):
            chosen = {**self._defaults, **written(options or {}), **(further or {})}
            return {**chosen, **self._everybodys, **bundles}
        # The last map decides: a user cannot undo what holds the deployment together.
        return merged_in_terraform(
            terraform_map(self._defaults),
            written_in_terraform(options)
            if is_token(options)
            else terraform_map(written(options or {})),
            terraform_map(further or {}),
            terraform_map(
                self._everybodys if is_token(bundles) else {**self._everybodys, **bundles}
            ),
            *([source(bundles)] if is_token(bundles) else []),
        )

    def secrets(self, component: Component) -> Mapping[str, str]:
        """ARNs of a component's secrets, by the environment variables that their values go into."""
        return self._secrets.values(component)

    def secret_environment(self, component: Component) -> Mapping[str, str]:
        """Those of a component's secrets that are not Airflow's own, but the user's."""
        return self._secrets.chosen(component)

    def secret_statements(self, component: Component) -> list[Statement]:
        """Permission to read exactly those, for the role with which ECS starts the containers."""
        return self._secrets.statements(component)

    @property
    def migration_secrets(self) -> Mapping[str, str]:
        """Secrets that the container which migrates the database has beside the scheduler's.

        Under another auth manager than FAB there are none.
        """
        return self._secrets.migration_values

    @property
    def migration_secret_statements(self) -> list[Statement]:
        """Permission to read those, for the role with which ECS starts that container."""
        return self._secrets.migration_statements

    def statements(self, component: Component) -> list[Statement]:
        """What a component's own code needs for what it is told here, for its task role.

        That is the database's password; for those that look them up, connections and variables;
        and for those that read them, DAGs in a bucket.
        """
        looks_up = component in _LOOKS_UP_CONNECTIONS
        reads_dags = component in _READS_DAGS
        return [
            *self._database.read_secret_statements,
            *(self.secrets_backend_statements if looks_up else []),
            *(read_dags_statements(self._cluster, self.props.dags) if reads_dags else []),
        ]

    @property
    def secrets_backend_statements(self) -> list[Statement]:
        """Permission to look up connections and variables, for task roles.

        API server, DAG processor and triggerer look them up; workers ask the API server.
        """
        return self._backend.statements if self._backend else []

    @cached_property
    def _backend(self) -> SecretsBackend | ChosenSecretsBackend | None:
        place = self.props.secrets_backend
        if place is None:
            return None
        made: Any = ChosenSecretsBackend if is_token(place) else SecretsBackend
        return made(
            self._cluster, name=self.props.name, place=place, kms_key_arn=self.props.kms_key_arn
        )

    @cached_property
    def _defaults(self) -> Mapping[str, str]:
        """Options that a user can set otherwise."""
        pools = self._broker.props.pools
        first = expression(f"{source(pools)}[0]") if is_token(pools) else pools[0]
        secret = self.props.secret_environment
        defaults = {
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__OPERATORS__DEFAULT_QUEUE": first,
            **RECOVERY_OPTIONS,
        }
        # ECS refuses a name that is both a variable and a secret.
        taken = {} if secret is None or is_token(secret) else secret
        return {name: value for name, value in defaults.items() if name not in taken}

    @cached_property
    def _everybodys(self) -> Mapping[str, str]:
        """What all components are told, and no user can change."""
        return airflow_settings(
            auth_manager=self.props.auth_manager,
            database=self._database,
            broker=self._broker,
            cluster=self._cluster,
            task_logs=self._task_logs,
            base_url=self._base_url,
        )

    def _check_default_queue(self) -> None:
        options, pools = self.props.configuration, self._broker.props.pools
        if not options or is_token(options) or is_token(options.get("operators")):
            return
        queue = options.get("operators", {}).get("default_queue")
        if queue is not None and not has_token([pools, queue]) and queue not in pools:
            raise InvalidValue(
                "ConfigurationProps.configuration: operators.default_queue",
                f"one of the worker pools: {', '.join(pools)}",
                queue,
            )


def _check(scope: Cluster, **arguments: tuple[object, type]) -> None:
    for name, (value, expected) in arguments.items():
        if not isinstance(value, expected):
            raise InvalidValue(f"Configuration({name}=...)", f"of type {expected.__name__}", value)
        if isinstance(value, ConfigurationProps):
            if value.name == OF_THE_DEPLOYMENT:
                raise InvalidValue(
                    "ConfigurationProps.name",
                    "given, where a Configuration is used by itself",
                    value.name,
                    "Give the name of the deployment.",
                )
            refuse_other_regions(scope, value)
