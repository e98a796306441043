"""Airflow's secrets backend: connections and variables in Secrets Manager or in SSM."""

from collections.abc import Mapping
from typing import Literal

from constructs import Construct

from .airflow_options import terraform_map
from .iam import Statement, only_when
from .key_use import key_statements
from .nulls import is_null
from .surroundings import account_id, partition, region
from .values import choose, equals, expression, is_token, json_text, map_of, negate, source

Place = Literal["secretsmanager", "ssm"]

_PACKAGE = "airflow.providers.amazon.aws.secrets"
_CLASSES: Mapping[Place, str] = {
    "secretsmanager": f"{_PACKAGE}.secrets_manager.SecretsManagerBackend",
    "ssm": f"{_PACKAGE}.systems_manager.SystemsManagerParameterStoreBackend",
}
_ACTIONS: Mapping[Place, str] = {
    "secretsmanager": "secretsmanager:GetSecretValue",
    "ssm": "ssm:GetParameter",
}
_ENCRYPTION_CONTEXT: Mapping[Place, str] = {
    "secretsmanager": "SecretARN",
    "ssm": "PARAMETER_ARN",
}
# Operators of AWS ask for it at each run. It is what they use when there is no such connection:
# the role of the container that asks.
_NOT_LOOKED_UP = "(?!aws_default$)"


class SecretsBackend:
    """Where Airflow looks first for connections and variables.

    Args:
        scope: Whose stack says account and region.
        name: Name of the deployment.
        place: Which service keeps them.
        kms_key_arn: Key that they are encrypted with, if it is not AWS's own.
    """

    def __init__(
        self, scope: Construct, *, name: str, place: Place, kms_key_arn: str | None
    ) -> None:
        prefix = name if place == "secretsmanager" else f"/airflow-fargate/{name}"
        # In the order in which Terraform writes them.
        keywords = {
            # Options of Airflow are not looked up there.
            "config_prefix": None,
            "connections_lookup_pattern": _NOT_LOOKED_UP,
            "connections_prefix": f"{prefix}/connections",
            "variables_prefix": f"{prefix}/variables",
        }
        self.environment: Mapping[str, str] = {
            "AIRFLOW__SECRETS__BACKEND": _CLASSES[place],
            "AIRFLOW__SECRETS__BACKEND_KWARGS": _json(keywords),
        }
        """Airflow's options, for the components that look up."""
        where = f"{region(scope)}:{account_id(scope)}"
        root = f"arn:{partition(scope)}:{place}:{where}:" + (
            f"secret:{prefix}" if place == "secretsmanager" else f"parameter{prefix}"
        )
        read = [f"{root}/connections/*", f"{root}/variables/*"]
        self.statements: list[Statement] = [
            Statement(sid="ReadConnectionsAndVariables", actions=[_ACTIONS[place]], resources=read),
            *key_statements(
                scope,
                sid="DecryptConnectionsAndVariables",
                actions=["kms:Decrypt"],
                kms_key_arn=kms_key_arn,
                via_service=f"{place}.{region(scope)}.amazonaws.com",
                encryption_context={_ENCRYPTION_CONTEXT[place]: read},
            ),
        ]
        """Permission to look up, for their roles."""


class ChosenSecretsBackend:
    """The same, where only Terraform knows which service it is, or none.

    Args:
        scope: Whose stack says account and region.
        name: Name of the deployment.
        place: The variable that says which, or null.
        kms_key_arn: Key that they are encrypted with, if it is not AWS's own.
    """

    def __init__(self, scope: Construct, *, name: str, place: str, kms_key_arn: str | None) -> None:
        backends = {
            each: SecretsBackend(scope, name=name, place=each, kms_key_arn=kms_key_arn)
            for each in _CLASSES
        }
        in_ssm = equals(place, "ssm")
        told = {
            name: choose(in_ssm, value, backends["secretsmanager"].environment[name])
            for name, value in backends["ssm"].environment.items()
        }
        given = negate(is_null(scope, place))
        if is_token(given):
            told = map_of(f"{source(given)} ? {terraform_map(told)} : zipmap([], [])")
        self.environment: Mapping[str, str] = told
        """Airflow's options, for the components that look up; none if it is null."""
        self.statements: list[Statement] = [
            statement
            for each, backend in backends.items()
            # The other way round, searches for secrets take the name of the service for one.
            for statement in only_when(equals(each, place), backend.statements)
        ]
        """Permission to look up, for their roles."""


def _json(values: Mapping[str, str | None]) -> str:
    text = json_text(values)
    if "${" not in text:
        return text
    return expression(f"jsonencode({terraform_map(values)})")
