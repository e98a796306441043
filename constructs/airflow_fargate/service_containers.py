"""The containers of a service: one that prepares, and after it the one that serves."""

import re
from collections.abc import Mapping, Sequence

from .airflow_image import WRITABLE_PATHS
from .containers import Container, HealthCheck, Logs
from .rules import InvalidValue
from .service_host import ServiceHost
from .values import Condition, is_token, map_of, source
from .workload import Workload

AIRFLOW_USER = "50000:0"
"""User and group of Airflow's image."""
EXEC_PATHS = ("/var/lib/amazon", "/var/log/amazon")
"""Where the agent of ECS Exec writes, as root."""


def service_containers(
    workload: Workload,
    *,
    host: ServiceHost,
    logs: Logs,
    mounts: Mapping[str, str],
    exec_mounts: Mapping[str, str],
    exec_: Condition,
) -> list[Container]:
    """The containers of a service's task.

    Args:
        workload: What they run.
        host: Their image, and what both are told.
        logs: Where their output goes.
        mounts: Volumes that both write, by path.
        exec_mounts: Volumes that the main container has for ECS Exec, by path.
        exec_: Whether it has them.
    """
    component, preparation = workload.component, workload.preparation
    environment = _joined(host.environment, workload.environment)
    prepare = Container(
        name=preparation.name,
        image=host.image_uri,
        logs=logs,
        user=AIRFLOW_USER,
        command=preparation.command,
        environment=environment,
        secrets=_joined(host.secrets, preparation.secrets),
        mounts=mounts,
        essential=False,
    )
    main = Container(
        name=component,
        image=host.image_uri,
        logs=logs,
        user=AIRFLOW_USER,
        command=workload.command,
        environment=environment,
        secrets=host.secrets,
        mounts=mounts,
        further_mounts=exec_mounts,
        mounts_further=exec_,
        port=workload.port,
        health_check=HealthCheck(
            command=["python", "-m", "airflow_fargate_runtime.health", component]
        ),
        depends_on={preparation.name: "SUCCESS"},
    )
    return [prepare, main]


def image_volumes(writable_paths: Sequence[str]) -> dict[str, str]:
    """The volumes that Airflow writes, by path: all that the image declares, and no other.

    Raises:
        InvalidValue: The image does not declare what Airflow needs.
    """
    if missing := [path for path in WRITABLE_PATHS if path not in writable_paths]:
        raise InvalidValue(
            "AirflowImage",
            f"built from a Dockerfile with VOLUME for {', '.join(WRITABLE_PATHS)}",
            f"none for {', '.join(missing)}",
            "The root file system is read-only, and on Fargate a mount belongs to root unless the "
            "image declares a VOLUME there (docs/containers.md).",
        )
    return _volumes(writable_paths)


def exec_volumes(exec_: Condition) -> dict[str, str]:
    """The volumes for ECS Exec, by path; none when Python knows that it is off."""
    # To all but root, these are read-only.
    return _volumes(EXEC_PATHS) if is_token(exec_) or exec_ else {}


def _volumes(paths: Sequence[str]) -> dict[str, str]:
    return {path: re.sub(r"[^A-Za-z0-9_]+", "-", path).strip("-") for path in paths}


def _joined(base: Mapping[str, str], extra: Mapping[str, str]) -> Mapping[str, str]:
    if not is_token(base):
        return {**base, **extra}
    # zipmap and not braces: cdktf cannot tell where its own tokens end inside braces.
    known = f"zipmap({source(list(extra))}, {source(list(extra.values()))})"
    return map_of(f"merge({source(base)}, {known})") if extra else base
