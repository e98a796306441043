"""modules/worker-pool."""

from typing import Any

from airflow_fargate import FurtherWorkerPool, Stack, WorkerHost, WorkerPoolProps
from airflow_fargate.worker_host import NOT_IN_MODULES

from module_writer.definition import Definition, Made, Output
from module_writer.interface.checks import (
    MEMORY_SIZES,
    checked,
    fits_fargate,
    holds_its_tasks,
)
from module_writer.interface.inputs import input_of, object_of
from module_writer.interface.statements import sound_statements
from module_writer.interface.variables import REQUIRED, Validation

_FIELDS = (
    *("pool", "cpu", "memory_mib", "desired_count", "concurrency", "spot"),
    *("ephemeral_storage_gib", "exec", "statements"),
)
_CHANGED: dict[str, dict[str, Any]] = {
    "statements": {
        "description": (
            "What operators, hooks and sensors of DAGs may do in AWS in these workers, beyond what "
            "Airflow needs, as statements of an IAM policy. ARNs in them need not be known when "
            "Terraform plans."
        )
    },
    "pool": {
        "default": REQUIRED,
        "description": (
            "The pool: the name of its queue, and an operator's `queue` in a DAG. It is one of "
            "`worker_pools` of `modules/airflow`."
        ),
    },
}


def worker_pool() -> Definition:
    """A further pool of workers."""
    variable, host = object_of(
        WorkerHost,
        "host",
        "Where the pool runs: the output `worker_host` of `modules/airflow`.",
        without=NOT_IN_MODULES,
    )
    inputs = {
        field: input_of(WorkerPoolProps, field, **_CHANGED.get(field, {})) for field in _FIELDS
    }
    tags = input_of(WorkerPoolProps, "tags")
    variables = {field: each.variable for field, each in inputs.items()}
    variables["pool"] = checked(variables["pool"], _has_a_queue())
    variables["statements"] = checked(variables["statements"], *sound_statements("statements"))
    variables["memory_mib"] = checked(variables["memory_mib"], fits_fargate(), holds_its_tasks())

    def build(stack: Stack) -> Made:
        values = {field: each.value for field, each in inputs.items()}
        props = WorkerPoolProps(**values, tags=tags.value)
        made = FurtherWorkerPool(stack, "_worker", props, host=host)
        service = made.pool.service
        roles = service.task.roles
        return Made(
            {
                "service_name": Output(service.name, "Name of the ECS service in its cluster."),
                "task_role_arn": Output(
                    roles.task_role_arn,
                    "Role of the workers' own code: what operators in DAGs may do.",
                ),
                "execution_role_arn": Output(
                    roles.execution_role_arn,
                    "Role with which ECS starts workers: pulls the image, reads secrets, writes "
                    "output.",
                ),
                "security_group_id": Output(
                    service.security_group.id, "Security group of the workers."
                ),
                "task_definition_arn": Output(
                    service.task.arn, "The task definition, with its revision."
                ),
                "log_group_name": Output(
                    service.task.log_group_name, "Log group of the workers' output."
                ),
            }
        )

    return Definition(
        name="worker-pool",
        title="Worker pool",
        summary=(
            "A further pool of Celery workers for a running Airflow, from the same Terraform state "
            "or another: service, task definition, roles, log group, and the rules that let it "
            "reach Airflow. The queue is made by `modules/airflow`, which names it in "
            "`worker_pools`."
        ),
        variables=[variable, *variables.values(), tags.variable],
        build=build,
        headings={
            "worker": "Workers",
            "endpoints": "Way to AWS",
            "database": "Way to the database",
            "api_server": "Way to and from the API server",
        },
        locals=MEMORY_SIZES,
    )


def _has_a_queue() -> Validation:
    return Validation(
        "contains(keys(var.host.queue_arns), var.pool)",
        'pool must be one that the deployment has a queue for: ${join(", ", '
        "keys(var.host.queue_arns))}; got ${jsonencode(var.pool)}. Name it in `worker_pools` of "
        "modules/airflow and apply that first.",
    )
