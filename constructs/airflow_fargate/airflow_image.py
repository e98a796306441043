"""`AirflowImage`: the image that Airflow's components run from."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from cdktf import TerraformResource
from constructs import Construct

from .arguments import check_arguments
from .dockerfile import DOCKERFILE, volumes
from .iam import Statement
from .image_build import build_image, existing_folder, folder_with_dockerfile
from .image_props import ImageProps
from .image_pull import pull_statements, repository_arn_of
from .props import props
from .rules import InvalidValue, Items, Matches

WRITABLE_PATHS = ("/tmp", "/opt/airflow/logs")
"""What an image that is given has to declare as VOLUMEs, and nothing else (docs/containers.md)."""
DAGS_CONTEXT = "dags"
"""The name under which a Dockerfile copies the DAGs: `COPY --from=dags . /opt/airflow/dags`."""
REQUIREMENTS_ARGUMENT = "EXTRA_REQUIREMENTS"
"""The build argument with `requirements`, one a line."""

_REQUIREMENT = Matches(
    r"[A-Za-z0-9](?!.*://[^/@\s]*@)[^\n]*",
    "a requirement as pip writes it, on one line, without an option or a password (which would "
    "stay in the image for all to read)",
)


@props
class AirflowImageProps(ImageProps):
    """What an `AirflowImage` can be told."""

    folder: str | Path | None = None
    """Folder with a `Dockerfile` and what it copies; by default the one that comes with this
    library. It is read in Python, relative to where the program runs."""
    dags_folder: str | Path | None = None
    """Folder with DAGs, which become part of the image. It is read in Python."""
    requirements: Annotated[Sequence[str], Items(_REQUIREMENT)] = ()
    """Python packages to add, as pip writes them: `apache-airflow-providers-snowflake==6.5.1`. What
    Airflow itself needs stays as it is. They must be known in Python."""

    def __post_init__(self) -> None:
        """Refuse what would go into an image that is not built here."""
        if self.uri is None:
            return
        for field in ("folder", "dags_folder", "requirements"):
            if value := getattr(self, field):
                raise InvalidValue(
                    f"AirflowImageProps.{field}",
                    "left out when `uri` is given",
                    value,
                    "Nothing is built then; put it into the image where that one is built.",
                )


class AirflowImage(Construct):
    """Airflow's image: built from a folder while Terraform applies, or given by its URI."""

    def __init__(self, scope: Construct, id_: str, props: AirflowImageProps) -> None:
        super().__init__(scope, id_)
        check_arguments(self, props=props)
        self.props = props
        self.architecture: str = props.architecture
        """Processor that it runs on, as a task definition's `runtime_platform` says it."""
        self.uri: str
        """The image, for a task definition."""
        self.depends_on: list[TerraformResource]
        """What a task definition must wait for: that the image is in the registry."""
        self.repository_arn: str | None
        """Its ECR repository; None for an image that is in no private one."""
        self.writable_paths: Sequence[str]
        """Where it can be written to; the rest of its file system is read-only."""
        if props.uri is None:
            self._build(props)
        else:
            self.uri = props.uri
            self.depends_on = []
            self.repository_arn = repository_arn_of(self, props.uri)
            self.writable_paths = WRITABLE_PATHS

    @property
    def pull_statements(self) -> list[Statement]:
        """Permission to pull it, for an execution role."""
        return pull_statements(self.repository_arn) if self.repository_arn else []

    def _build(self, props: AirflowImageProps) -> None:
        folder = folder_with_dockerfile(
            "AirflowImageProps.folder", props.folder or _folder_of_the_library()
        )
        contexts = {}
        build_arguments = {}
        if props.dags_folder is not None:
            _require(folder, "dags_folder", rf"--from={DAGS_CONTEXT}\b", "COPY --from=dags ...")
            contexts[DAGS_CONTEXT] = existing_folder(
                "AirflowImageProps.dags_folder", props.dags_folder
            )
        if props.requirements:
            argument = f"ARG {REQUIREMENTS_ARGUMENT}"
            _require(folder, "requirements", rf"{argument}\b", argument)
            build_arguments[REQUIREMENTS_ARGUMENT] = "\n".join(props.requirements)
        built = build_image(
            self,
            f"{props.name}/airflow",
            props,
            folder=folder,
            contexts=contexts,
            build_arguments=build_arguments,
        )
        self.uri = built.uri
        self.depends_on = [built.build]
        self.repository_arn = built.repository_arn
        self.writable_paths = volumes(folder / DOCKERFILE)


def _folder_of_the_library() -> Path:
    here = Path(__file__).parent
    installed = here / "_airflow_image"
    # In a checkout it is a folder of the project, beside the one of the library.
    return installed if installed.is_dir() else here.parents[1] / "airflow_image"


def _require(folder: Path, field: str, pattern: str, instruction: str) -> None:
    """Refuse a setting that a Dockerfile of the user's own would pass over without a word."""
    text = (folder / DOCKERFILE).read_text(encoding="utf-8")
    if not re.search(pattern, text):
        raise InvalidValue(
            f"AirflowImageProps.{field}",
            f"left out for a {DOCKERFILE} without {instruction}",
            str(folder / DOCKERFILE),
            "Add the instruction there (docs/images.md).",
        )
