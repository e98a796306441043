"""Conditions for environment variables and options of Airflow, as props check them."""

import json
import re
from typing import Any

from airflow_fargate.airflow_options import KNOWN_OPTIONS, is_free
from airflow_fargate.configuration_props import TAKEN
from airflow_fargate.reserved_options import RESERVED
from airflow_fargate.secret_names import SECRET_NAME

from module_writer.interface.variables import Validation, terraform_text

_NAME = "^[A-Za-z_][A-Za-z0-9_]*$"
_IN_SECRETS_MANAGER = (
    r"arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[^:]+-[A-Za-z0-9]{6}(:[^:]*){0,3}"
)
_IN_PARAMETER_STORE = r"arn:aws[a-z-]*:ssm:[a-z0-9-]+:\d{12}:parameter/.+"
OPTIONS_FILE = "airflow_options.json"
"""File beside a module with what Airflow knows, as `known_options` has it."""
_IS_NAMED_AS_ONE = "can(regex(local.airflow.secret_names, key))"
_IS_SECRET = (
    'contains(local.airflow.secrets, "${section}.${key}") || '
    f"({_IS_NAMED_AS_ONE} && !contains(try(local.airflow.options[section], []), key))"
)
# Sections of providers that are not in the image have no list.
_IS_UNKNOWN = (
    f"!contains(try(local.airflow.options[section], keys(options)), key) && !{_IS_NAMED_AS_ONE}"
)
# Reserved only while `dags` is given, which is a check of its own.
_BUNDLES = "dag_processor.dag_bundle_config_list"
_PROPS = re.compile(r"\b(\w+)Props\.(\w+)")
_VARIABLES = {
    "ApiServer": "api_server.",
    "Broker": "broker.",
    "WorkerPool": "worker.",
    "Configuration": "",
}


def names_of_variables(variable: str) -> Validation:
    """The names are such that programs can read them."""
    return Validation(
        f"alltrue([for name in keys(var.{variable}) : {_found(_NAME, 'name')}])",
        f"{variable} must be made of names of letters, digits and underscores, no digit first; got "
        f"${{jsonencode(keys(var.{variable}))}}.",
    )


def free_names(variable: str) -> list[Validation]:
    """No name is one that follows from the rest of the deployment."""
    ours = f'[for name in keys(var.{variable}) : name if startswith(name, "AIRFLOW_FARGATE_")]'
    upper = f"[for name in keys(var.{variable}) : upper(name)]"
    names = f"setintersection(keys(local.reserved_variables), {upper})"
    return [
        Validation(
            f"length({ours}) == 0",
            f"{variable} must be without names that begin with AIRFLOW_FARGATE_: they are ours; "
            f'got ${{join(", ", {ours})}}.',
        ),
        Validation(
            f"length({names}) == 0",
            f"{variable} must be without what follows from the rest of the deployment: "
            f"{_told(names, 'reserved_variables')}.",
        ),
    ]


def no_secrets(variable: str, where: str) -> Validation:
    """No name says that its value is a secret."""
    pattern = f"(?i)^({SECRET_NAME.pattern})$"
    found = f'[for name, text in var.{variable} : name if text != "" && {_found(pattern, "name")}]'
    return Validation(
        f"length({found}) == 0",
        f"{variable} must be without secrets, as who may look at ECS or at Terraform's state reads "
        f'it; got ${{join(", ", {found})}}. Name the ARN in {where}; if it is no secret, name it '
        "otherwise.",
    )


def arns_of_secrets(variable: str) -> Validation:
    """Each value is the ARN of a secret or of a parameter."""
    pattern = f"^({_IN_SECRETS_MANAGER}|{_IN_PARAMETER_STORE})$"
    return Validation(
        f"alltrue([for arn in values(var.{variable}) : {_found(pattern, 'arn')}])",
        f"{variable} must be made of ARNs: of secrets of Secrets Manager, with the six characters "
        f"at the end, or of parameters of SSM; got ${{jsonencode(values(var.{variable}))}}.",
    )


def given_once(first: str, second: str) -> Validation:
    """No name is in two maps."""
    both = f"setintersection(keys(var.{first}), keys(var.{second}))"
    return Validation(
        f"length({both}) == 0",
        f'{second} must be without what {first} has; got ${{join(", ", {both})}}.',
    )


def free_options() -> list[Validation]:
    """No option is one that follows from the rest of the deployment."""
    given = (
        "flatten([for section, options in var.configuration : "
        '[for key in keys(options) : "${section}.${key}"]])'
    )
    names = f"setintersection(keys(local.reserved_options), {given})"
    old = f"setintersection(keys(local.airflow.renamed), {given})"
    secrets, unknown = _options(_IS_SECRET), _options(_IS_UNKNOWN)
    return [
        Validation(
            f"length({old}) == 0",
            "configuration must be in Airflow's present names: "
            f'${{join(", ", [for name in {old} : '
            '"${name} is ${local.airflow.renamed[name]} now"])}.',
        ),
        Validation(
            f"length({secrets}) == 0",
            f'configuration must be without secrets; got ${{join(", ", {secrets})}}. Name the ARN '
            "in secret_environment, by the variable AIRFLOW__SECTION__KEY.",
        ),
        Validation(
            f"length({unknown}) == 0",
            "configuration must be made of options that Airflow ${local.airflow.version} knows; "
            f'got ${{join(", ", {unknown})}}. One that it does not describe can be set in '
            "environment, as AIRFLOW__SECTION__KEY.",
        ),
        Validation(
            f"length({names}) == 0",
            "configuration must be without options that follow from the rest of the deployment: "
            f"{_told(names, 'reserved_options')}.",
        ),
        Validation(
            f'(var.dags.git == null && var.dags.s3 == null) || !contains({given}, "{_BUNDLES}")',
            f"configuration must be without {_BUNDLES} when dags is given, from which it follows.",
        ),
    ]


def _options(condition: str) -> str:
    """The options of `configuration` for which a condition holds, as `section.key`."""
    return (
        "flatten([for section, options in var.configuration : "
        f'[for key in keys(options) : "${{section}}.${{key}}" if {condition}]])'
    )


def known_options() -> str:
    """What is in the file that validations of `configuration` ask, as JSON.

    What a section hands on to a library is not in it, as no list of that can be whole; options by
    older names are, as they have a message of their own.
    """
    known = json.loads(KNOWN_OPTIONS.read_text())
    options = {name: [*keys] for name, keys in known["options"].items() if not is_free(name)}
    for old in known["renamed"]:
        section, _, key = old.rpartition(".")
        if section in options:
            options[section].append(key)
    content = {
        "version": known["version"],
        "options": {section: sorted(keys) for section, keys in options.items()},
        "renamed": known["renamed"],
        "secrets": known["sensitive"],
        "secret_names": f"(?i)^(.*_(cmd|secret)|{SECRET_NAME.pattern})$",
    }
    return json.dumps(content, indent=1) + "\n"


def reserved_names() -> dict[str, Any]:
    """The locals that `free_options` and `free_names` need: names with reasons."""
    options = {name: _reason(text) for name, text in RESERVED.items() if name != _BUNDLES}
    variable = 'AIRFLOW__${upper(replace(option, ".", "__"))}${ending}'
    return {
        "airflow": f'${{jsondecode(file("${{path.module}}/{OPTIONS_FILE}"))}}',
        "reserved_options": options,
        "reserved_variables": (
            f"${{merge({terraform_text(TAKEN, quoted_keys=True)}, merge([for option, reason in "
            f'local.reserved_options : {{ for ending in ["", "_CMD", "_SECRET"] : "{variable}" => '
            f"reason }}]...))}}"
        ),
    }


def _told(names: str, reasons: str) -> str:
    said = f'[for name in {names} : "${{name}} (${{local.{reasons}[name]}})"]'
    return f'${{join(", ", {said})}}'


def _reason(text: str) -> str:
    words = _PROPS.sub(lambda found: _VARIABLES[found.group(1)] + found.group(2), text)
    return words.replace("TaskLogsProps", "the module").replace("MetadataDatabase", "database")


def _found(pattern: str, value: str) -> str:
    return f"can(regex({json.dumps(pattern)}, {value}))"
