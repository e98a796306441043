"""What the variables of modules/airflow must be in regard to each other."""

from collections.abc import Iterable, Sequence

from module_writer.interface.checks import (
    certificate_or_plain_http,
    checked,
    fits_fargate,
    gone_before_it_returns,
    holds_its_tasks,
    key_of_ones_own,
    named_networks,
    not_the_default_pool,
    room_to_grow,
    subnets_differ,
    windows_apart,
)
from module_writer.interface.environments import (
    arns_of_secrets,
    free_names,
    free_options,
    given_once,
    names_of_variables,
    no_secrets,
)
from module_writer.interface.statements import sound_statements
from module_writer.interface.variables import Validation, Variable


def checked_variables(variables: Iterable[Variable]) -> list[Variable]:
    """The variables with all their checks."""
    return [checked(each, *_CHECKS.get(each.name, ())) for each in variables]


def _of_service(name: str) -> list[Validation]:
    return [fits_fargate(name), *sound_statements(f"{name}.statements")]


def _of_secrets(name: str) -> list[Validation]:
    return [
        names_of_variables(name),
        *free_names(name),
        arns_of_secrets(name),
        given_once("environment", name),
    ]


_CHECKS: dict[str, Sequence[Validation]] = {
    "public_subnet_ids": [subnets_differ()],
    "configuration": free_options(),
    "environment": [
        names_of_variables("environment"),
        *free_names("environment"),
        no_secrets("environment", "secret_environment"),
    ],
    "secret_environment": _of_secrets("secret_environment"),
    "api_server_secret_environment": _of_secrets("api_server_secret_environment"),
    "database": [room_to_grow(), windows_apart()],
    "broker": [gone_before_it_returns()],
    "load_balancer": [certificate_or_plain_http(), named_networks()],
    "api_server": _of_service("api_server"),
    "scheduler": _of_service("scheduler"),
    "dag_processor": _of_service("dag_processor"),
    "triggerer": _of_service("triggerer"),
    "worker": [*_of_service("worker"), holds_its_tasks("worker")],
    "worker_pools": [not_the_default_pool()],
    "kms_key_arn": [key_of_ones_own()],
}
