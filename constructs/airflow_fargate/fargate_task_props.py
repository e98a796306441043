"""`FargateTaskProps`: what a DAG task on Fargate can be told, in Python or in its `task.toml`."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Literal

from .iam import Statement
from .image_props import IMAGE_URI, TASK_NAME
from .props import KmsKeyArn, props
from .rules import Between, InvalidValue, Items, Matches

CONTAINER_PATH = Matches(
    r"(/[A-Za-z0-9_.-]+)+", 'an absolute path in the container, such as "/data"'
)


@props
class FargateTaskProps:
    """What a `FargateTask` can be told.

    Everything but `folder` and `task` can also stand in the folder's `task.toml`. What is given in
    Python wins; of `environment`, `secrets` and `statements` both count. Fields whose default is
    None are left to `task.toml`, and to the default that is named if they are not there either.
    """

    folder: str | Path | None = None
    """Folder with a `Dockerfile`, the code and perhaps a `task.toml`. The task has its name. It is
    read in Python, relative to where the program runs."""
    task: Annotated[str | None, TASK_NAME] = None
    """Name of the task, for DAGs; with `image_uri`, where there is no folder to name it."""
    image_uri: Annotated[str | None, IMAGE_URI] = None
    """An image built elsewhere, which runs as a user other than root. By default the folder's
    `Dockerfile` is built. Whether it is given decides what is built, so that a variable counts as
    given."""
    cpu: int | None = None
    """CPU units, of which 1024 are one virtual CPU; 256 by default."""
    memory_mib: int | None = None
    """Memory in MiB; 512 by default. Each CPU goes with certain sizes only."""
    ephemeral_storage_gib: Annotated[int | None, Between(21, 200, "what Fargate allows")] = None
    """Disk of the task in GiB; 20 by default."""
    capacity_provider: Literal["FARGATE", "FARGATE_SPOT"] | None = None
    """`FARGATE`, the default, or `FARGATE_SPOT`, which costs a third and may be taken away with
    two minutes' notice."""
    environment: Mapping[str, str] | None = None
    """Environment variables. Beside a folder they must be known in Python, though what a variable
    holds may come from Terraform."""
    secrets: Mapping[str, str] | None = None
    """Environment variables whose values are secrets, each with the ARN of a secret of Secrets
    Manager or of a parameter of SSM Parameter Store, or the parameter's path. The ARN of a secret
    may end in `:json-key:version-stage:version-id`."""
    secrets_kms_key_arn: KmsKeyArn = None
    """Key that the secrets are encrypted with; the deployment's by default. What AWS's own keys
    encrypt can be read in any case."""
    statements: Sequence[Statement] | None = None
    """What the task may do in AWS. ARNs in them may come from Terraform, and with
    `StatementsFrom` statements as a whole."""
    shared_storage_path: Annotated[str | None, CONTAINER_PATH] = None
    """Where the deployment's shared storage is mounted; by default it is not. In `task.toml` it is
    the table `shared_storage` with the keys `mount_path` (by default `/shared`) and `read_only`."""
    shared_storage_read_only: bool | None = None
    """Whether the task can only read there; by default it can write."""
    writable_paths: Annotated[Sequence[str] | None, Items(CONTAINER_PATH)] = None
    """VOLUMEs of an image that is given as `image_uri`: the rest of its file system is read-only.
    Of an image that is built the `Dockerfile` tells them."""

    def __post_init__(self) -> None:
        """Refuse what says twice, or nowhere, which image it is and what its name is."""
        if (self.folder is None) == (self.task is None):
            raise InvalidValue(
                "FargateTaskProps.task",
                "given if there is no folder, and left out if there is one",
                self.task,
                "A folder's name is the name of its task.",
            )
        if self.folder is None and self.image_uri is None:
            raise InvalidValue(
                "FargateTaskProps.image_uri", "given, as there is no folder to build", None
            )
