"""The environment of a DAG task: names that work, and no secret among the values."""

import re
from collections.abc import Mapping

from .rules import InvalidValue
from .secret_names import is_secret_name
from .values import is_token

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
# A URL with a password, the id of an AWS key, a key in PEM.
_SECRET_VALUE = re.compile(r"://[^/\s:@]*:[^/\s@$]+@|\bA(KIA|SIA)[0-9A-Z]{16}\b|PRIVATE KEY-----")


def check_environment(
    task: str, environment: Mapping[str, str] | None, secrets: Mapping[str, str] | None
) -> None:
    """Refuse names that no program can read, names given twice, and secrets in plain sight.

    A task definition, its environment included, can be read by everybody who may look at ECS, and
    stands in Terraform's state.

    Args:
        task: The task, for messages.
        environment: Variables by name, or a map that Terraform knows: then Terraform's affair.
        secrets: Variables whose values are secrets.

    Raises:
        InvalidValue: As said; the message never shows a value.
    """
    plain = {} if environment is None or is_token(environment) else environment
    hidden = {} if secrets is None or is_token(secrets) else secrets
    for name in (*plain, *hidden):
        if not _NAME.fullmatch(name):
            raise InvalidValue(
                f"The name of an environment variable of task {task}",
                "letters, digits and underscores, not beginning with a digit",
                name,
            )
    if twice := sorted(plain.keys() & hidden.keys()):
        raise InvalidValue(
            f"An environment variable of task {task}", "in environment or in secrets", twice
        )
    for name, value in plain.items():
        if value and (is_secret_name(name) or _SECRET_VALUE.search(value)):
            raise InvalidValue(
                f"environment of task {task}",
                "without secrets: who may look at ECS or at Terraform's state reads it",
                name,
                "Keep it in Secrets Manager or Parameter Store and name its ARN in `secrets`; if "
                "it is no secret, name it otherwise.",
            )
