"""Conditions between several values, as props check them, with the same words."""

from dataclasses import replace
from typing import Any

from airflow_fargate.fargate_size import MEMORY_MIB_BY_CPU
from airflow_fargate.metadata_database import LEAST_GROWTH_PERCENT
from airflow_fargate.worker_pool import TASK_MIB

from module_writer.interface.variables import Validation, Variable

_DAY_MINUTES = 24 * 60

MEMORY_SIZES: dict[str, Any] = {
    "fargate_memory_mib": {
        str(cpu): (
            list(sizes)
            if len(sizes) <= 4  # noqa: PLR2004 - more are a range for who reads them
            else f"${{range({sizes[0]}, {sizes[-1]} + 1, {sizes[1] - sizes[0]})}}"
        )
        for cpu, sizes in MEMORY_MIB_BY_CPU.items()
    }
}
"""The local that `fits_fargate` needs: memory in MiB by CPU units, as Fargate has them."""


def checked(variable: Variable, *checks: Validation) -> Variable:
    """The variable with further validations."""
    return replace(variable, validations=[*variable.validations, *checks])


def fits_fargate(inside: str = "") -> Validation:
    """CPU and memory are a size that Fargate has."""
    label = f"{inside}." if inside else ""
    cpu, memory = f"var.{label}cpu", f"var.{label}memory_mib"
    sizes = f"try(local.fargate_memory_mib[tostring({cpu})], [])"
    return Validation(
        f"contains({sizes}, {memory})",
        f'{label}memory_mib must be one of ${{join(", ", {sizes})}} with ${{{cpu}}} CPU units; '
        f"got ${{jsonencode({memory})}}.",
    )


def holds_its_tasks(inside: str = "") -> Validation:
    """A worker's memory is enough for its tasks."""
    label = f"{inside}." if inside else ""
    memory, concurrency = f"var.{label}memory_mib", f"var.{label}concurrency"
    return Validation(
        f"{memory} >= {concurrency} * {TASK_MIB}",
        f"{label}memory_mib must be at least ${{{concurrency} * {TASK_MIB}}} for "
        f"${{{concurrency}}} tasks at a time, each in a process of about {TASK_MIB} MiB; got "
        f"${{jsonencode({memory})}}. Raise it, or lower `concurrency`.",
    )


def not_the_default_pool() -> Validation:
    """A further pool is another than the one that is there."""
    return Validation(
        '!contains(var.worker_pools, "default")',
        "worker_pools must be without `default`, which is always there: `worker` is about it.",
    )


def room_to_grow() -> Validation:
    """The database's volume can grow."""
    least, most = "var.database.storage_gib", "var.database.max_storage_gib"
    return Validation(
        f"{most} * 100 >= {least} * {100 + LEAST_GROWTH_PERCENT}",
        "database.max_storage_gib must be at least a tenth more than storage_gib, which is "
        f"${{{least}}}; got ${{jsonencode({most})}}.",
    )


def windows_apart() -> Validation:
    """The database's backup and maintenance are at different times of day."""
    backup, maintenance = "var.database.backup_window", "var.database.maintenance_window"
    parts = f'regexall("([0-9]{{2}}):([0-9]{{2}})", join(" ", [{backup}, {maintenance}]))'
    minutes = f"[for time in {parts} : tonumber(time[0]) * 60 + tonumber(time[1])]"
    day = _DAY_MINUTES
    # Neither begins while the other one lasts, which is a whole day at most.
    apart = " && ".join(
        f"(m[{other}] - m[{one}] + {day}) % {day} > (m[{one + 1}] - m[{one}] + {day - 1}) % {day}"
        for one, other in ((0, 2), (2, 0))
    )
    return Validation(
        f"try(alltrue([for m in [{minutes}] : {apart}]), true)",
        f"database.backup_window must be at another time of day than maintenance_window, "
        f"${{jsonencode({maintenance})}}; got ${{jsonencode({backup})}}.",
    )


def gone_before_it_returns() -> Validation:
    """A message is gone before it would come back to another worker."""
    kept, hidden = "var.broker.message_retention_seconds", "var.broker.visibility_timeout_seconds"
    return Validation(
        f"{kept} <= {hidden}",
        "broker.message_retention_seconds must be at most visibility_timeout_seconds, which is "
        f"${{{hidden}}}; got ${{jsonencode({kept})}}. Else a message comes back while its task "
        "runs, and Airflow fails that task.",
    )


def certificate_or_plain_http() -> Validation:
    """There is a certificate, or plain HTTP is asked for."""
    return Validation(
        "var.load_balancer.plain_http == (var.load_balancer.certificate_arn == null)",
        "Either load_balancer.certificate_arn must be given, with plain_http = false, for HTTPS; "
        "or plain_http must be true, to ask for HTTP without encryption. Not both and not neither.",
    )


def named_networks() -> Validation:
    """Who may reach a load balancer that the internet reaches."""
    return Validation(
        'var.load_balancer.scheme == "internal" || '
        "length(var.load_balancer.allowed_cidr_blocks) > 0",
        "load_balancer.allowed_cidr_blocks must name the networks that may reach it, as the scheme "
        'is "internet-facing"; "0.0.0.0/0" is everybody.',
    )


def key_of_ones_own() -> Validation:
    """A key is given exactly when none is made."""
    return Validation(
        "var.create_kms_key == (var.kms_key_arn == null)",
        "kms_key_arn must be left out when create_kms_key is true, and given when it is false.",
    )


def subnets_differ() -> Validation:
    """No subnet is both private and public."""
    return Validation(
        "length(setintersection(var.private_subnet_ids, var.public_subnet_ids)) == 0",
        "public_subnet_ids must be other subnets than private_subnet_ids; got "
        "${jsonencode(var.public_subnet_ids)}.",
    )
