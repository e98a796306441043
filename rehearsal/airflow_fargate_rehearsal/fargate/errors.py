"""Why a container could not start, worded as AWS words it in `stoppedReason` and `reason`."""

from __future__ import annotations


class CannotStart(Exception):
    """A task ends before it runs; the message begins with AWS's name of the error."""

    error = "CannotStartContainerError"

    def __str__(self) -> str:
        return f"{self.error}: {super().__str__()}"


class CannotStartContainer(CannotStart):
    """The container's command cannot be run."""


class CannotPullContainer(CannotStart):
    """There is no such image, or local Fargate cannot do what its Dockerfile asks for."""

    error = "CannotPullContainerError"


class CannotInitialize(CannotStart):
    """A secret, a log group or a volume of the task cannot be had."""

    error = "ResourceInitializationError"
