"""How an ECS task ended."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Self

_LONGEST_LINE = 2000


@dataclass(frozen=True, kw_only=True)
class EcsTaskEnd:
    """How an ECS task ended, and the last lines of its output."""

    task_arn: str
    known: bool = True
    """False if ECS does not know the task any more."""
    exit_code: int | None = None
    """Of the container whose command the DAG gave; None if it never ran or was taken away."""
    stop_code: str | None = None
    """ECS's word for what ended it: `EssentialContainerExited`, `UserInitiated`, ..."""
    stopped_reason: str | None = None
    container_reason: str | None = None
    """What ECS says of the container beside its exit code: that memory was short, say."""
    last_lines: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, task: Mapping[str, Any], container: str, last_lines: Sequence[str]) -> Self:
        """Tell how a stopped task ended.

        Args:
            task: As `DescribeTasks` tells of it.
            container: Name of the container whose command the DAG gave. Others do not count.
            last_lines: The last lines of its output.
        """
        it = next((each for each in task.get("containers", []) if each["name"] == container), {})
        return cls(
            task_arn=task["taskArn"],
            exit_code=it.get("exitCode"),
            stop_code=task.get("stopCode"),
            stopped_reason=task.get("stoppedReason"),
            container_reason=it.get("reason"),
            last_lines=list(last_lines),
        )

    @classmethod
    def from_event(cls, event: Mapping[str, Any]) -> Self:
        """Read what `event` wrote."""
        return cls(**event)

    @property
    def event(self) -> dict[str, Any]:
        """The same as plain values, for a trigger's event; no more of the output than is needed."""
        lines = self.last_lines[-1:] if self.succeeded else [_cut(each) for each in self.last_lines]
        return {**asdict(self), "last_lines": lines}

    @property
    def succeeded(self) -> bool:
        """Whether the program ended with 0, by itself: one that is told to stop may do so too."""
        return self.exit_code == 0 and self.by_itself

    @property
    def by_itself(self) -> bool:
        """Whether the program ended, rather than being stopped."""
        return self.exit_code is not None and self.stop_code in (None, "EssentialContainerExited")

    @property
    def last_line(self) -> str | None:
        """The last line of the output; None if there is none."""
        return self.last_lines[-1] if self.last_lines else None

    def why(self, task: str, lines: int) -> str:
        """Say why the task is no success, for the one who wrote the DAG.

        Args:
            task: Name of the Fargate task.
            lines: How many of the last lines of its output to show.
        """
        said = self._what_happened(f'The Fargate task "{task}"', self.task_arn.split("/")[-1])
        shown = [_cut(each) for each in self.last_lines[-lines:]] if lines > 0 else []
        return "\n".join([f"{said} The end of its output:", *shown]) if shown else said

    def _what_happened(self, task: str, ecs_id: str) -> str:
        reason = f": {self.stopped_reason.rstrip('.')}" if self.stopped_reason else ""
        ecs = f" (ECS task {ecs_id})"
        if not self.known:
            return (
                f"How {task[0].lower()}{task[1:]} ended{ecs} is not known: ECS has forgotten it, "
                "as it does an hour after the end. Look for its output in CloudWatch Logs."
            )
        if self.stop_code == "TaskFailedToStart":
            return f"{task} could not be started{ecs}{reason}."
        if self.stop_code == "SpotInterruption":
            return (
                f"{task} was taken away by AWS, as Spot capacity may be{ecs}{reason}. A retry "
                "starts it again."
            )
        if not self.by_itself:
            code = "" if self.exit_code is None else f" with exit code {self.exit_code}"
            return f"{task} was stopped{code}{ecs}{reason}."
        detail = f": {self.container_reason}" if self.container_reason else ""
        return f"{task} ended with exit code {self.exit_code}{ecs}{detail}."


def _cut(line: str) -> str:
    # It is kept in the database for a moment, and read by people.
    return line if len(line) <= _LONGEST_LINE else line[: _LONGEST_LINE - 4] + " ..."
