"""modules/task."""

from typing import Any

from airflow_fargate import FargateTask, FargateTaskProps, Stack, TaskHost

from module_writer.definition import Definition, Made, Output
from module_writer.interface.checks import MEMORY_SIZES, checked, fits_fargate
from module_writer.interface.docs import attribute_docs
from module_writer.interface.environments import (
    arns_of_secrets,
    given_once,
    names_of_variables,
    no_secrets,
)
from module_writer.interface.inputs import input_of, object_of
from module_writer.interface.statements import sound_statements
from module_writer.interface.variables import REQUIRED, Validation

_DEFAULTS: dict[str, Any] = {
    "task": REQUIRED,
    "image_uri": REQUIRED,
    "cpu": 256,
    "memory_mib": 512,
    "ephemeral_storage_gib": None,
    "capacity_provider": "FARGATE",
    "environment": {},
    "secrets": {},
    "secrets_kms_key_arn": None,
    "statements": [],
    "shared_storage_path": None,
    "shared_storage_read_only": False,
    "writable_paths": [],
}
_DESCRIPTIONS = {
    "task": "Name of the task, for DAGs: `FargateTaskOperator(task=...)`.",
    "image_uri": "Image of the task, with a tag or a digest. It runs as a user other than root.",
    "cpu": "CPU units, of which 1024 are one virtual CPU.",
    "memory_mib": "Memory in MiB. Each CPU goes with certain sizes only.",
    "capacity_provider": (
        "`FARGATE`, or `FARGATE_SPOT`, which costs a third and may be taken away with two "
        "minutes' notice."
    ),
    "environment": "Environment variables.",
    # In Python a parameter's path does too.
    "secrets": (
        "Environment variables whose values are secrets, each with the ARN of a secret of Secrets "
        "Manager or of a parameter of SSM Parameter Store. The ARN of a secret may end in "
        "`:json-key:version-stage:version-id`."
    ),
    "statements": "What the task may do in AWS, as statements of an IAM policy.",
    "shared_storage_path": (
        "Where the deployment's shared storage is mounted, such as `/shared`; by default it is not."
    ),
    "shared_storage_read_only": "Whether the task can only read there.",
    "writable_paths": "VOLUMEs of the image; the rest of its file system is read-only.",
}
_THERE_IS_STORAGE = Validation(
    "var.shared_storage_path == null ? true : var.host.file_system_id != null",
    "shared_storage_path must be left out, as host has no file system.",
)
_OUTPUTS = (
    *("task_role_arn", "execution_role_arn", "task_definition_arn", "log_group_name"),
    "parameter_name",
)


def task() -> Definition:
    """A task for DAGs."""
    tags = input_of(TaskHost, "tags")
    variable, host = object_of(
        TaskHost,
        "host",
        "Where the task runs: the output `task_host` of `modules/airflow`.",
        without=("deletion_protection",),
        fixed={"tags": tags.value},
    )
    inputs = {
        field: input_of(
            FargateTaskProps, field, default=default, description=_DESCRIPTIONS.get(field)
        )
        for field, default in _DEFAULTS.items()
    }
    docs = attribute_docs(FargateTask)
    variables = {field: each.variable for field, each in inputs.items()}
    variables["memory_mib"] = checked(variables["memory_mib"], fits_fargate())
    variables["statements"] = checked(variables["statements"], *sound_statements("statements"))
    variables["environment"] = checked(
        variables["environment"],
        names_of_variables("environment"),
        no_secrets("environment", "secrets"),
    )
    variables["secrets"] = checked(
        variables["secrets"],
        names_of_variables("secrets"),
        arns_of_secrets("secrets"),
        given_once("environment", "secrets"),
    )
    variables["shared_storage_path"] = checked(variables["shared_storage_path"], _THERE_IS_STORAGE)

    def build(stack: Stack) -> Made:
        props = FargateTaskProps(**{field: each.value for field, each in inputs.items()})
        made = FargateTask(stack, "_task", props, host=host)
        return Made(
            {
                "task": Output(made.task, docs["task"]),
                **{name: Output(getattr(made, name), docs[name]) for name in _OUTPUTS},
            }
        )

    return Definition(
        name="task",
        title="Task",
        summary=(
            "A task for the DAGs of a running Airflow: task definition, roles, log group, and the "
            "parameter by which DAGs find it. With `for_each` it adds any number of tasks, from "
            "any Terraform state, without a change of the Airflow stack."
        ),
        variables=[
            variable,
            *variables.values(),
            tags.variable,
        ],
        build=build,
        locals=MEMORY_SIZES,
    )
