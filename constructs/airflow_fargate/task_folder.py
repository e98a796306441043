"""Folders that become DAG tasks: which they are, their names, and what their Dockerfile says."""

import re
from pathlib import Path

from .dockerfile import DOCKERFILE, final_stage
from .fargate_task_props import TASK_NAME
from .rules import InvalidValue

_NOT_TASKS = (".", "_")
_ROOT = re.compile(r"(root|0+)(:.*)?", re.IGNORECASE)


def task_folders(parent: str | Path) -> list[Path]:
    """The folders of DAG tasks in a folder: all but those that begin with `.` or `_`.

    Raises:
        InvalidValue: The folder is not there.
    """
    parent = Path(parent)
    if not parent.is_dir():
        raise InvalidValue(
            "AirflowFargateProps.tasks_folder",
            f"a folder that is there (the program runs in {Path.cwd()})",
            str(parent),
        )
    if (parent / DOCKERFILE).exists():
        raise InvalidValue(
            "AirflowFargateProps.tasks_folder",
            f"a folder of task folders, without a {DOCKERFILE} of its own",
            str(parent),
            "Name the folder that it is in.",
        )
    return sorted(
        folder
        for folder in parent.iterdir()
        if folder.is_dir() and not folder.name.startswith(_NOT_TASKS)
    )


def task_name(folder: Path) -> str:
    """The name of a folder's task: the folder's own.

    Raises:
        InvalidValue: The folder is not there, or its name cannot be that of a task.
    """
    if not folder.is_dir():
        raise InvalidValue("FargateTaskProps.folder", "a folder that is there", str(folder))
    name = folder.resolve().name
    if not TASK_NAME.holds(name):
        better = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_").lstrip("_0123456789")
        remedy = f"Name it {better}." if TASK_NAME.holds(better) else ""
        raise InvalidValue(f"The name of the task folder {folder}", TASK_NAME.text, name, remedy)
    return name


def dockerfile_user(folder: Path) -> str:
    """The user that the image of a folder's Dockerfile runs as, perhaps with a group.

    Raises:
        InvalidValue: There is no Dockerfile, or it names no user, or root.
    """
    dockerfile = folder / DOCKERFILE
    if not dockerfile.is_file():
        raise InvalidValue(
            f"The task folder {folder}",
            "one with a Dockerfile",
            sorted(path.name for path in folder.iterdir()),
            "Add one, or name an image that is built elsewhere as image_uri in task.toml.",
        )
    user = final_stage(dockerfile).user
    if user is None or "$" in user or _ROOT.fullmatch(user):
        raise InvalidValue(
            f"The last USER of {dockerfile}",
            "another than root, and named in the file",
            user,
            'Add a line such as "USER 50000:50000" before the entry point.',
        )
    return user
