"""Secrets that ECS hands to Airflow's components, to each those that it needs."""

from collections.abc import Mapping
from typing import Any

from .airflow_options import merged_in_terraform, terraform_map
from .cluster import Cluster
from .component import Component
from .configuration_props import FAB, ConfigurationProps
from .credentials import Credentials
from .iam import Statement
from .secret_reading import read_secret_statements
from .task_secrets import TaskSecrets
from .values import is_token

_FERNET_KEY = "AIRFLOW__CORE__FERNET_KEY"
_JWT_SECRET = "AIRFLOW__API_AUTH__JWT_SECRET"  # noqa: S105  names of variables, no values
API_SECRET_KEY = "AIRFLOW__API__SECRET_KEY"  # noqa: S105
_ADMIN_PASSWORD = "AIRFLOW_FARGATE_ADMIN_PASSWORD"  # noqa: S105

# docs/configuration.md tells what each needs them for.
_NEEDED: Mapping[Component, tuple[str, ...]] = {
    "api-server": (_FERNET_KEY, _JWT_SECRET, API_SECRET_KEY),
    "scheduler": (_FERNET_KEY, _JWT_SECRET),
    "dag-processor": (_FERNET_KEY,),
    "triggerer": (_FERNET_KEY, API_SECRET_KEY),
    "worker": (API_SECRET_KEY,),
}


class ComponentSecrets:
    """Secrets by environment variable, and what ECS needs to read them.

    Args:
        props: What the user says.
        credentials: Airflow's own secrets.
        cluster: Whose stack says account and region.
    """

    def __init__(
        self, props: ConfigurationProps, *, credentials: Credentials, cluster: Cluster
    ) -> None:
        self._props = props
        self._credentials = credentials
        self._cluster = cluster
        self._arns = {
            _FERNET_KEY: credentials.fernet_key_secret_arn,
            _JWT_SECRET: credentials.jwt_secret_arn,
            API_SECRET_KEY: credentials.api_secret_key_secret_arn,
        }

    def values(self, component: Component) -> Mapping[str, str]:
        """ARNs by environment variable."""
        own = {name: self._arns[name] for name in _NEEDED[component]}
        further = self._further(component).values
        if is_token(further):
            return merged_in_terraform(terraform_map(further), terraform_map(own))
        return {**further, **own}

    def chosen(self, component: Component) -> Mapping[str, str]:
        """ARNs by environment variable of those that are the user's own."""
        return self._further(component).values

    def statements(self, component: Component) -> list[Statement]:
        """Permission to read exactly those."""
        return [
            *self._credentials.read_statements(*(self._arns[n] for n in _NEEDED[component])),
            *self._further(component).statements,
        ]

    @property
    def migration_values(self) -> Mapping[str, str]:
        """What the migration has beside the scheduler's; nothing without FAB's users."""
        manager = self._props.auth_manager
        if not is_token(manager) and manager != FAB:
            return {}
        return {_ADMIN_PASSWORD: self._credentials.admin_password_secret_arn}

    @property
    def migration_statements(self) -> list[Statement]:
        """Permission to read that."""
        if not (arns := list(self.migration_values.values())):
            return []
        return read_secret_statements(
            self._credentials, "AdminPassword", arns, self._credentials.props.kms_key_arn
        )

    def _further(self, component: Component) -> TaskSecrets:
        """The user's own."""
        chosen: Any = self._props.secret_environment
        only = self._props.api_server_secret_environment
        if component == "api-server" and only is not None:
            if is_token(chosen) or is_token(only):
                chosen = merged_in_terraform(terraform_map(chosen or {}), terraform_map(only))
            else:
                chosen = {**(chosen or {}), **only}
        return TaskSecrets(
            self._cluster,
            task="Airflow",
            secrets=chosen,
            kms_key_arns=[self._props.kms_key_arn],
        )
