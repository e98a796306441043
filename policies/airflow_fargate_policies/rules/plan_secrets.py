"""A rule about what can be read in a plan and in the state."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from airflow_fargate_policies.finding import Finding, Outcome
from airflow_fargate_policies.resource import Configuration, Resource, Template
from airflow_fargate_policies.rules.rule import Rule, known
from airflow_fargate_policies.rules.secret_values import (
    given_secrets,
    is_harmless,
    is_secret_name,
    secrets_in,
    texts_of,
)

_SECRET = {
    "aws_secretsmanager_secret_version": ("secret_string", "secret_binary"),
    "aws_db_instance": ("password",),
    "aws_rds_cluster": ("master_password",),
    "aws_elasticache_replication_group": ("auth_token",),
    "aws_mq_broker": ("password",),
    "aws_iam_access_key": ("secret", "ses_smtp_password_v4"),
    "random_password": ("result", "bcrypt_hash"),
    "random_bytes": ("base64", "hex"),
    "tls_private_key": ("private_key_pem", "private_key_openssh"),
}
_READS_SECRETS = (
    "aws_kms_secrets",
    "aws_secretsmanager_random_password",
    "aws_secretsmanager_secret_version",
    "aws_ssm_parameter",
)
# They keep a call to AWS from being made twice.
_TOKENS_OF_CALLS = ("client_token", "creation_token", "idempotency_token")
# What machines run when they start: whoever may describe one can read it.
_SCRIPTS = ("user_data",)
# `required`, and what keeps two changes apart.
_SWITCHES = ("http_tokens", "lock_token", "update_token")
_MADE_BY_TERRAFORM = ("random_password", "random_bytes", "tls_private_key", "aws_iam_access_key")


def _in_resource(resource: Resource, _: Configuration) -> Iterator[str]:
    if resource.type in _MADE_BY_TERRAFORM:
        yield "what it makes stands in the state: use an ephemeral resource"
    for name in _SECRET.get(resource.type, ()):
        if resource.values.get(name) not in (None, ""):
            yield f"{name} stands in the plan and in the state: use {name}_wo"
    if resource.type == "aws_ssm_parameter":
        yield from _in_parameter(resource)
    for path, text in texts_of(resource.values):
        if path.endswith("_wo") and text and not isinstance(text, Template):
            yield f"{path} is written out in the configuration"
        # The documents of containers are looked at by AF_SECRET_IN_ENVIRONMENT.
        if not path.startswith("container_definitions"):
            yield from (f"{path} holds {each}" for each in _certain(text))
            if path in _SCRIPTS:
                yield from (f"{path} gives {each} a value" for each in given_secrets([text]))
            passed_over = (*_SECRET.get(resource.type, ()), *_TOKENS_OF_CALLS, *_SWITCHES)
            if path.rpartition(".")[2] not in passed_over and _is_secret_by_its_name(path, text):
                yield f"{path} is a secret by its name, with a value that can be read"


def _in_parameter(resource: Resource) -> Iterator[str]:
    if known(resource.values.get("type", "String")) == "SecureString":
        if resource.values.get("value") not in (None, ""):
            yield "its value stands in the plan and in the state: use value_wo"
    elif _is_named_as_secret(resource):
        yield "it is a secret by its name, with a value that can be read: use SecureString"


def _is_named_as_secret(parameter: Resource) -> bool:
    name = str(parameter.values.get("name", "")).rpartition("/")[2]
    values = (parameter.values.get(each) for each in ("value", "insecure_value"))
    return any(_is_secret_by_its_name(name, each) for each in values if isinstance(each, str))


def _in_data(resource: Resource, _: Configuration) -> Iterator[str]:
    values = resource.values
    if resource.type == "aws_ssm_parameter":
        # Of which type a parameter is, only a plan knows.
        is_sealed = values.get("with_decryption", True) in (False, "false")
        if values.get("type") != "SecureString" or is_sealed:
            return
    yield "what it reads stands in the plan and in the state: use an ephemeral resource"


def _certain(text: str) -> Iterator[str]:
    # A reference to an ephemeral value is refused by Terraform where it would be kept.
    return (each for each in secrets_in(text) if not each.startswith("the value of ephemeral."))


SECRET_IN_STATE = Rule(
    id="AF_SECRET_IN_PLAN",
    title="No secret stands in a plan or in the state.",
    types=(),
    check=_in_resource,
)


def findings_of_all(configuration: Configuration) -> Iterator[Finding]:
    """What the rule says of every resource, and of a plan's outputs and variables."""
    types = sorted({each.type for each in configuration.resources if each.mode == "managed"})
    rule = Rule(
        id=SECRET_IN_STATE.id, title=SECRET_IN_STATE.title, types=tuple(types), check=_in_resource
    )
    yield from rule.findings(configuration)
    of_data = replace(rule, check=_in_data)
    for each in configuration.resources:
        if each.mode == "data" and each.type in _READS_SECRETS:
            yield of_data.finding(each, configuration)
    # Where there is no resource, nothing was looked at, whatever stands beside.
    for name, value in configuration.outside.items() if types else ():
        wrong = list(_outside(name, value))
        yield Finding(
            target=configuration.name,
            rule=rule.id,
            address=name,
            outcome=Outcome.FAILED if wrong else Outcome.PASSED,
            title=rule.title,
            message=f"{rule.title[:-1]}: {'; '.join(wrong)}" if wrong else rule.title,
            where=configuration.path.as_posix(),
        )


def _is_secret_by_its_name(path: str, text: str) -> bool:
    is_read = not isinstance(text, Template)
    return is_read and is_secret_name(path.rpartition(".")[2]) and not is_harmless(text)


def _outside(name: str, value: Any) -> Iterator[str]:
    for path, text in texts_of(value, name):
        yield from (f"{path} holds {each}" for each in _certain(text))
        if _is_secret_by_its_name(path, text):
            yield f"{path} is a secret by its name, with a value that can be read"
