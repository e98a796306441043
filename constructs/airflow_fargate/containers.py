"""Containers of a task definition, as ECS writes them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from .parts import given_map
from .values import Condition, is_token, json_text, list_of, source

STOP_TIMEOUT_SECONDS = 120
"""The longest that Fargate lets a container end its work before it is killed."""


@dataclass(frozen=True, kw_only=True)
class HealthCheck:
    """How ECS finds out inside a container whether it works.

    It succeeds when the command ends with 0. Times are in seconds.
    """

    command: Sequence[str]
    """Program and arguments, run without a shell."""
    interval: int = 30
    timeout: int = 10
    retries: int = 3
    start_period: int = 120
    """How long failures do not count after the start; ECS allows 300 at most."""

    def document(self) -> dict[str, Any]:
        """The health check as ECS writes it."""
        return {
            "command": ["CMD", *self.command],
            "interval": self.interval,
            "timeout": self.timeout,
            "retries": self.retries,
            "startPeriod": self.start_period,
        }


_MOUNT = ("containerPath", "sourceVolume", "readOnly")


@dataclass(frozen=True, kw_only=True)
class Logs:
    """Where a container's output goes: `<prefix>/<container>/<task id>` in a log group."""

    group: str
    region: str
    prefix: str

    def document(self) -> dict[str, Any]:
        """The log configuration as ECS writes it."""
        return {
            "logDriver": "awslogs",
            "options": {
                "awslogs-group": self.group,
                "awslogs-region": self.region,
                "awslogs-stream-prefix": self.prefix,
                # When CloudWatch is slow, a container goes on, and keeps this much in memory.
                "mode": "non-blocking",
                "max-buffer-size": "25m",
            },
        }


@dataclass(frozen=True, kw_only=True)
class Container:
    """One container of a task definition: no root, no capabilities, a read-only root file system.

    What it may write are the volumes in `mounts`. On Fargate a volume belongs to root, unless the
    image declares a VOLUME at the same path: then it has the owner and mode from there.
    """

    name: str
    image: str
    logs: Logs
    user: str | None = None
    """User and group, `50000:0`; the image's own when left out."""
    command: Sequence[str] = ()
    """Arguments of the image's entry point; the image's own when left out."""
    environment: Mapping[str, str] = field(default_factory=dict)
    """Also a map that only Terraform knows."""
    secrets: Mapping[str, str] = field(default_factory=dict)
    """ARNs of secrets or parameters, by the environment variable that their value goes into."""
    mounts: Mapping[str, str] = field(default_factory=dict)
    """Volumes by the path where they are mounted."""
    further_mounts: Mapping[str, str] = field(default_factory=dict)
    """Volumes that are mounted only when a condition holds, `mounts_further`."""
    mounts_further: Condition = True
    read_only_mounts: Mapping[str, str] = field(default_factory=dict)
    """Volumes that the container can only read, by the path where they are mounted."""
    port: int | None = None
    """TCP port that the container listens on."""
    health_check: HealthCheck | None = None
    depends_on: Mapping[str, Literal["START", "COMPLETE", "SUCCESS", "HEALTHY"]] = field(
        default_factory=dict
    )
    """What must have become of which other containers before this one starts."""
    essential: bool = True
    """Whether the task ends with this container."""

    def document(self) -> dict[str, Any]:
        """The container as ECS writes it; what is left out ECS decides."""
        written: dict[str, Any] = {
            "name": self.name,
            "image": self.image,
            "essential": self.essential,
            "user": self.user,
            "readonlyRootFilesystem": True,
            "linuxParameters": {"initProcessEnabled": True, "capabilities": {"drop": ["ALL"]}},
            "command": list(self.command),
            "environment": pairs(self.environment, "value"),
            "secrets": pairs(self.secrets, "valueFrom"),
            "mountPoints": self._mount_points(),
            "portMappings": (
                [{"containerPort": self.port, "hostPort": self.port, "protocol": "tcp"}]
                if self.port
                else []
            ),
            "healthCheck": self.health_check.document() if self.health_check else None,
            "dependsOn": [
                {"containerName": name, "condition": condition}
                for name, condition in sorted(self.depends_on.items())
            ],
            "stopTimeout": STOP_TIMEOUT_SECONDS,
            "logConfiguration": self.logs.document(),
        }
        # A token of a list counts as given; json_text writes it.
        return {key: value for key, value in written.items() if value not in (None, [])}

    def _mount_points(self) -> Any:
        if not is_token(self.mounts_further):
            further = self.further_mounts if self.mounts_further else {}
            mounts = [(path, volume, False) for path, volume in {**self.mounts, **further}.items()]
            mounts += [(path, volume, True) for path, volume in self.read_only_mounts.items()]
            return [dict(zip(_MOUNT, each, strict=True)) for each in sorted(mounts)]
        # zipmap and not braces: cdktf cannot tell where its own tokens end inside braces.
        always, sometimes = (
            ", ".join(
                f"zipmap({source(list(_MOUNT))}, {source(list(each))})"
                for each in sorted((path, volume, False) for path, volume in mounts.items())
            )
            for mounts in (self.mounts, self.further_mounts)
        )
        condition = source(self.mounts_further)
        return list_of(f"concat([{always}], [for m in [{sometimes}] : m if {condition}])")


def container_definitions(containers: Sequence[Container]) -> str:
    """The containers as the JSON of a task definition."""
    return json_text([container.document() for container in containers])


def pairs(values: Mapping[str, str], value_key: str) -> list[Any]:
    """A map as ECS writes it: a list of names and values, sorted by name."""
    if is_token(values):
        text = given_map(values)
        # zipmap and not braces: cdktf cannot tell where its own tokens end inside braces.
        return list_of(f'[for k in keys({text}) : zipmap(["name", "{value_key}"], [k, {text}[k]])]')
    return [{"name": name, value_key: value} for name, value in sorted(values.items())]
