"""What Airflow's configuration can be told."""

import re
from collections.abc import Collection, Mapping
from typing import Annotated, Literal

from .airflow_options import Options, check_options, refuse_reserved, written
from .dag_bundle import BUNDLE_CONFIG_LIST, FetchedDags
from .props import OF_THE_DEPLOYMENT, KmsKeyArn, Name, props
from .rules import InvalidValue, Matches
from .secret_names import is_secret_name
from .values import is_token

FAB = "airflow.providers.fab.auth_manager.fab_auth_manager.FabAuthManager"
"""The auth manager that keeps users and roles in Airflow's database."""

_CLASS = Matches(r"([A-Za-z_]\w*\.)+[A-Za-z_]\w*", "the full name of a Python class, package first")
AuthManager = Annotated[str, _CLASS]

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_OURS = "AIRFLOW_FARGATE_"
TAKEN = {
    "AIRFLOW_HOME": "it is where the image has Airflow",
    "AIRFLOW__OPERATORS__DEFAULT_QUEUE": "give it in `configuration`, where it can be checked",
    "AWS_DEFAULT_REGION": "it is the deployment's region",
    "AWS_REGION": "it is the deployment's region",
    "FORWARDED_ALLOW_IPS": "it follows from the load balancer",
    "TMPDIR": "only /tmp can be written to",
}
"""Variables that follow from the rest."""
# As TaskSecrets takes it; this message names the field.
_VALUE_FROM = re.compile(
    r"arn:aws[a-z-]*:(secretsmanager:[a-z0-9-]+:\d{12}:secret:[^:]+-[A-Za-z0-9]{6}(:[^:]*){0,3}"
    r"|ssm:[a-z0-9-]+:\d{12}:parameter/.+)"
    r"|/[A-Za-z0-9_./-]+"
)


@props
class ConfigurationProps:
    """What a `Configuration` can be told."""

    name: Name = OF_THE_DEPLOYMENT
    """Name of the deployment; begins the names of connections and variables in AWS."""
    configuration: Options | None = None
    """Airflow's options, as Airflow names them: `{"core": {"parallelism": 64}}`. Options that
    follow from the rest of the deployment are refused, with the reason, and so are those that
    neither Airflow nor the providers in its image know. Options of other providers pass."""
    auth_manager: AuthManager = FAB
    """Class of Airflow's auth manager. With FAB, the default, there is a user `admin`, whose
    password is in Secrets Manager, and docs/configuration.md tells how people log in by OAuth or
    OIDC."""
    secrets_backend: Literal["secretsmanager", "ssm"] | None = "secretsmanager"
    """Where Airflow looks first for connections and variables. `secretsmanager`: in the secrets
    `<name>/connections/...` and `<name>/variables/...`. `ssm`: in the parameters
    `/airflow-fargate/<name>/connections/...` and `/airflow-fargate/<name>/variables/...`. None: in
    its database only, or where the section `secrets` of `configuration` says."""
    dags: FetchedDags | None = None
    """DAGs that Airflow fetches while it runs: `GitDags` or `S3Dags`. Those in the image if left
    out, or what `dag_processor.dag_bundle_config_list` in `configuration` says."""
    environment: Mapping[str, str] | None = None
    """Further environment variables of all of Airflow's containers."""
    secret_environment: Mapping[str, str] | None = None
    """Further environment variables of all of Airflow's containers, each with what its
    value comes from: the ARN of a secret of Secrets Manager, whole or with the JSON key as ECS
    writes it (`arn:...:password::`), or the ARN or path of a parameter of SSM. Whoever writes a DAG
    can read them."""
    api_server_secret_environment: Mapping[str, str] | None = None
    """The same for the API server alone: the client secret of OAuth or OIDC."""
    kms_key_arn: KmsKeyArn = None
    """Key that the secrets and parameters above are encrypted with, if it is not AWS's own."""

    def __post_init__(self) -> None:
        """Refuse what Airflow does not know, what follows from the rest, and secrets in plain."""
        free: list[str] = []
        if self.secrets_backend is None:
            free += ["secrets.backend", "secrets.backend_kwargs"]
        if self.dags is None:
            free += [BUNDLE_CONFIG_LIST]
        if self.configuration is not None and not is_token(self.configuration):
            check_options("ConfigurationProps.configuration", self.configuration, free=free)
        for field in ("environment", "secret_environment", "api_server_secret_environment"):
            values: Mapping[str, str] | None = getattr(self, field)
            if values is not None and not is_token(values):
                secret = field != "environment"
                _check_variables(f"ConfigurationProps.{field}", values, free, secret=secret)
        self._refuse_twice()

    def _refuse_twice(self) -> None:
        fields = ("environment", "secret_environment", "api_server_secret_environment")
        known = [value for f in fields if (value := getattr(self, f)) and not is_token(value)]
        names = [name for values in known for name in values]
        if self.configuration is not None and not is_token(self.configuration):
            names += written(self.configuration)
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise InvalidValue(
                "ConfigurationProps",
                "without a variable in two of its environments, or beside the option that it is "
                "in `configuration`",
                twice,
            )


def _check_variables(
    field: str, values: Mapping[str, str], free: Collection[str], *, secret: bool
) -> None:
    for name, value in values.items():
        if not _VARIABLE.fullmatch(name):
            raise InvalidValue(
                field, "made of names of letters, digits and underscores, no digit first", name
            )
        if name.startswith(_OURS):
            raise InvalidValue(field, f"without names that begin with {_OURS}: they are ours", name)
        if name in TAKEN:
            raise InvalidValue(field, f"without {name}: {TAKEN[name]}", name)
        refuse_reserved(field, name, free=free)
        if secret and not is_token(value) and not _VALUE_FROM.fullmatch(value):
            raise InvalidValue(
                f"{field}[{name!r}]",
                "the ARN of a secret of Secrets Manager with the six characters at its end, "
                "or of a parameter of SSM, or the path of a parameter, which begins with /",
                value,
            )
        if not secret and value and is_secret_name(name):
            raise InvalidValue(
                field,
                "without secrets: who may look at ECS or at Terraform's state reads it",
                name,
                "Name its ARN in secret_environment; if it is no secret, name it otherwise.",
            )
