"""Which Fargate tasks a deployment has, and how each is started."""

import difflib
import logging
import os

from airflow.sdk.exceptions import AirflowException

from .fargate_task_parameter import FargateTaskParameter
from .fargate_task_parameters_file import FargateTaskParametersFile, Kept

PATH_VARIABLE = "AIRFLOW_FARGATE_TASKS_PATH"
"""Environment variable with the path in SSM Parameter Store below which the parameters are."""

_log = logging.getLogger(__name__)


class FargateTaskParameters:
    """The parameters of a deployment's tasks, as they are in SSM Parameter Store.

    Args:
        path: Path below which they are; None where Airflow does not run in a deployment.
    """

    def __init__(self, path: str | None) -> None:
        self._path = path.rstrip("/") if path else None

    @classmethod
    def of_this_airflow(cls) -> "FargateTaskParameters":
        """Those of the deployment that this process belongs to."""
        return cls(os.environ.get(PATH_VARIABLE))

    def check_name(self, task: str) -> None:
        """Refuse a task that this deployment does not have, while a DAG is parsed.

        Where the tasks cannot be read at all, every name passes: a task fails when it runs, with
        the reason, which is better than DAGs that vanish.

        Raises:
            ValueError: There is no such task; names the tasks that there are.
        """
        if self._path is None:
            return
        kept = self._read(task)
        if kept.values is None:
            _log.warning(
                'Whether there is a Fargate task "%s" is not checked: the tasks below %s in SSM '
                "Parameter Store cannot be read: %s",
                task,
                self._path,
                kept.error,
            )
        elif task not in kept.values:
            raise ValueError(self._unknown(task, sorted(kept.values)))

    def find(self, task: str, *, newer_than: float = 0.0) -> FargateTaskParameter:
        """Return how a task is started.

        Args:
            task: Name of the task.
            newer_than: Read again if what is kept was read before; seconds of `time.time()`.

        Raises:
            AirflowException: There is no such task, or the parameters cannot be read.
        """
        if self._path is None:
            raise AirflowException(
                f'The Fargate task "{task}" cannot run here: {PATH_VARIABLE} is not set, so this '
                "Airflow does not know which cluster and which tasks are its own. The containers "
                "of a deployment have it set."
            )
        kept = self._read(task, newer_than=newer_than)
        if kept.values is None:
            raise AirflowException(
                f'How to start the Fargate task "{task}" cannot be read below {self._path} in SSM '
                f"Parameter Store: {kept.error}"
            )
        if task not in kept.values:
            raise AirflowException(self._unknown(task, sorted(kept.values)))
        return FargateTaskParameter.read(task, kept.values[task])

    def _read(self, task: str, *, newer_than: float = 0.0) -> Kept:
        assert self._path is not None  # noqa: S101 -- the callers have looked
        return FargateTaskParametersFile(self._path).read(task, newer_than=newer_than)

    def _unknown(self, task: str, known: list[str]) -> str:
        if not known:
            return (
                f'There is no Fargate task "{task}": below {self._path} in SSM Parameter Store '
                "there is none at all. A folder in task_images/ is one after the next deploy."
            )
        near = difflib.get_close_matches(task, known, n=1)
        meant = f' Did you mean "{near[0]}"?' if near else ""
        return (
            f'There is no Fargate task "{task}".{meant} This deployment has: {", ".join(known)}. '
            "A new folder in task_images/ is a task after the next deploy."
        )
