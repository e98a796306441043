"""`TaskImage`: the image of one DAG task."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from cdktf import TerraformResource
from constructs import Construct

from .arguments import check_arguments
from .dockerfile import DOCKERFILE, volumes
from .iam import Statement
from .image_build import build_image, folder_with_dockerfile
from .image_props import TASK_NAME, ImageProps
from .image_pull import pull_statements, pull_statements_of
from .props import props
from .rules import InvalidValue, Items, Matches


@props
class TaskImageProps(ImageProps):
    """What a `TaskImage` can be told. It needs a `folder` or a `uri`."""

    task: Annotated[str, TASK_NAME]
    """Name of the task; the repository is `<name>/tasks/<task>`."""
    folder: str | Path | None = None
    """Folder with a `Dockerfile` and what it copies. It is read in Python, relative to where the
    program runs."""
    writable_paths: Annotated[
        Sequence[str], Items(Matches(r"(/[A-Za-z0-9_.-]+)+", "an absolute path"))
    ] = ()
    """The VOLUMEs of an image that is given by its URI. What is built says so in its
    `Dockerfile`."""

    def __post_init__(self) -> None:
        """Refuse what does not say, or says twice, what the image is."""
        if (self.uri is None) == (self.folder is None):
            raise InvalidValue(
                "TaskImageProps.folder",
                "given, or `uri`, and not both",
                {"folder": self.folder, "uri": self.uri},
            )
        if self.folder is not None and self.writable_paths:
            raise InvalidValue(
                "TaskImageProps.writable_paths",
                "left out when `folder` is given",
                self.writable_paths,
                f"Say VOLUME in its {DOCKERFILE}.",
            )


class TaskImage(Construct):
    """The image of a DAG task: built from its folder while Terraform applies, or given."""

    def __init__(self, scope: Construct, id_: str, props: TaskImageProps) -> None:
        super().__init__(scope, id_)
        check_arguments(self, props=props)
        self.props = props
        self.architecture: str = props.architecture
        """Processor that it runs on, as a task definition's `runtime_platform` says it."""
        self.uri: str
        """The image, for a task definition."""
        self.depends_on: list[TerraformResource]
        """What a task definition must wait for: that the image is in the registry."""
        self.pull_statements: list[Statement]
        """Permission to pull it, for an execution role."""
        self.writable_paths: Sequence[str]
        """Where it can be written to; the rest of its file system is read-only."""
        if props.folder is None:
            self.uri = str(props.uri)
            self.depends_on = []
            self.pull_statements = pull_statements_of(self, self.uri)
            self.writable_paths = props.writable_paths
        else:
            folder = folder_with_dockerfile("TaskImageProps.folder", props.folder)
            built = build_image(self, f"{props.name}/tasks/{props.task}", props, folder=folder)
            self.uri = built.uri
            self.depends_on = [built.build]
            self.pull_statements = pull_statements(built.repository_arn)
            self.writable_paths = volumes(folder / DOCKERFILE)
