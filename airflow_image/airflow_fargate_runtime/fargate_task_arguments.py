"""What a DAG asks for beside the task's name: checks, and the overrides that ECS is given."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .fargate_task_given import check_command, check_environment, check_whole_number

OVERRIDES_LIMIT = 8192
"""Characters that ECS takes as overrides of a task, as JSON."""

CAPACITY_PROVIDERS = ("FARGATE", "FARGATE_SPOT")

MEMORY_MIB_BY_CPU = {
    256: (512, 1024, 2048),
    512: tuple(range(1024, 4096 + 1, 1024)),
    1024: tuple(range(2048, 8192 + 1, 1024)),
    2048: tuple(range(4096, 16_384 + 1, 1024)),
    4096: tuple(range(8192, 30_720 + 1, 1024)),
    8192: tuple(range(16_384, 61_440 + 1, 4096)),
    16_384: tuple(range(32_768, 122_880 + 1, 8192)),
}
"""What Fargate allows: memory in MiB by CPU units, of which 1024 are one virtual CPU."""


@dataclass(frozen=True, kw_only=True)
class FargateTaskArguments:
    """The arguments of a FargateTaskOperator; None is what the task's definition says.

    Raises:
        ValueError: One of them cannot be; says which, the rule and the value.
    """

    command: Any = None
    environment: Any = None
    cpu: int | None = None
    memory_mib: int | None = None
    ephemeral_storage_gib: int | None = None
    capacity_provider: str | None = None

    def __post_init__(self) -> None:
        check_command(self.command)
        check_environment(self.environment)
        check_whole_number("cpu", self.cpu, "CPU units (1024 are one virtual CPU)")
        check_whole_number("memory_mib", self.memory_mib, "MiB")
        check_whole_number("ephemeral_storage_gib", self.ephemeral_storage_gib, "GiB")
        self._check_size()
        storage = self.ephemeral_storage_gib
        if storage is not None and not 21 <= storage <= 200:  # noqa: PLR2004 -- what Fargate allows
            raise ValueError(
                f"FargateTaskOperator.ephemeral_storage_gib must be 21 to 200; got {storage!r}"
            )
        if self.capacity_provider not in (None, *CAPACITY_PROVIDERS):
            raise ValueError(
                f"FargateTaskOperator.capacity_provider must be one of "
                f"{', '.join(CAPACITY_PROVIDERS)}; got {self.capacity_provider!r}"
            )

    def _check_size(self) -> None:
        if self.cpu is not None and self.cpu not in MEMORY_MIB_BY_CPU:
            listed = ", ".join(map(str, MEMORY_MIB_BY_CPU))
            raise ValueError(
                f"FargateTaskOperator.cpu must be one of {listed} (1024 are one virtual CPU); "
                f"got {self.cpu!r}"
            )
        if self.memory_mib is None:
            return
        sizes = (
            {size for sizes in MEMORY_MIB_BY_CPU.values() for size in sizes}
            if self.cpu is None
            else MEMORY_MIB_BY_CPU[self.cpu]
        )
        if self.memory_mib not in sizes:
            near = min(sizes, key=lambda size: (abs(size - self.memory_mib), size))
            beside = "" if self.cpu is None else f", from {min(sizes)} to {max(sizes)}"
            asked = "" if self.cpu is None else f" with {self.cpu} CPU units"
            raise ValueError(
                f"FargateTaskOperator.memory_mib must be a size that Fargate has{asked}{beside}; "
                f"got {self.memory_mib!r}, the nearest is {near}"
            )

    def overrides(self, container: str, told: Mapping[str, str]) -> dict[str, Any]:
        """Return the overrides that ECS is given.

        Args:
            container: Name of the container whose command this is.
            told: Environment variables that say whom the ECS task belongs to.

        Raises:
            ValueError: What came of templates is no command or environment, or is too long.
        """
        environment = {**self._environment_as_text(), **told}
        of_container: dict[str, Any] = {
            "name": container,
            "environment": [
                {"name": name, "value": value} for name, value in sorted(environment.items())
            ],
        }
        if self.command is not None:
            of_container["command"] = self._command_as_text()
        overrides: dict[str, Any] = {"containerOverrides": [of_container]}
        if self.cpu is not None:
            overrides["cpu"] = str(self.cpu)
        if self.memory_mib is not None:
            overrides["memory"] = str(self.memory_mib)
        if self.ephemeral_storage_gib is not None:
            overrides["ephemeralStorage"] = {"sizeInGiB": self.ephemeral_storage_gib}
        _check_length(overrides)
        return overrides

    def _command_as_text(self) -> list[str]:
        if isinstance(self.command, str) or not isinstance(self.command, Sequence):
            raise ValueError(  # noqa: TRY004 -- all that DAGs get wrong is a ValueError
                "FargateTaskOperator.command must be a list of strings after its templates are "
                f'filled in, ["--day", "{{{{ ds }}}}"] for example; got {self.command!r}'
            )
        return [str(each) for each in self.command]

    def _environment_as_text(self) -> dict[str, str]:
        if self.environment is None:
            return {}
        if not isinstance(self.environment, Mapping):
            raise ValueError(  # noqa: TRY004 -- as above
                "FargateTaskOperator.environment must be a dictionary of strings after its "
                f"templates are filled in; got {self.environment!r}"
            )
        return {name: str(value) for name, value in self.environment.items()}


def _check_length(overrides: dict[str, Any]) -> None:
    length = len(json.dumps(overrides))
    if length > OVERRIDES_LIMIT:
        (container,) = overrides["containerOverrides"]
        command = len(json.dumps(container.get("command", [])))
        raise ValueError(
            f"FargateTaskOperator: command and environment are {length:,} characters as JSON "
            f"({command:,} of them the command), and ECS takes at most {OVERRIDES_LIMIT:,}. Put "
            "the data where the container can read it, in S3 for example, and pass its key."
        )
