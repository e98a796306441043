"""Names of DAG tasks in AWS, made from the deployment's and the task's."""

from weakref import WeakKeyDictionary

from cdktf import TerraformStack
from constructs import Construct

from .rules import InvalidValue
from .surroundings import region
from .tree import stack_of

# Tasks by deployment and name, in each stack: two of one name would take turns in one family.
_taken: WeakKeyDictionary[TerraformStack, dict[tuple[str, str], str]] = WeakKeyDictionary()


def tasks_path(name: str) -> str:
    """Where Parameter Store keeps a deployment's tasks; their log groups begin so too."""
    return f"/airflow-fargate/{name}/tasks"


def task_family(name: str, task: str) -> str:
    """The family of a task's definitions.

    A deployment's name has no underscore, so no other deployment's families begin alike.
    """
    return f"{name}_task_{task}"


def worker_service(pool: str) -> str:
    """Name of the ECS service of a pool's workers."""
    return f"worker-{pool}"


def service_tag(name: str, service: str) -> str:
    """The tag `Name` of a service of Airflow, of its task definition and of its tasks.

    A DAG task's is its family: `<name>_`, and no `-` after that.
    """
    return f"{name}-{service}"


def task_role_path(scope: Construct, name: str) -> str:
    """IAM path of the roles of a deployment's tasks; who starts tasks may pass what is below it.

    The region is in it, so that a deployment of the same name elsewhere is out of reach.
    """
    return f"/airflow-fargate/{region(scope)}/{name}/"


def refuse_repeated_task(scope: Construct, *, name: str, task: str, place: str) -> None:
    """Refuse a second task of one name in one deployment.

    Args:
        scope: The task.
        name: Name of the deployment.
        task: Name of the task.
        place: The task's folder, or where it is in the program.

    Raises:
        InvalidValue: There is one already; the message says where.
    """
    taken = _taken.setdefault(stack_of(scope), {})
    if other := taken.get((name, task)):
        raise InvalidValue(
            f"The name of the task {place}",
            "one that no other task of the deployment has",
            task,
            f"{other} has it too. Rename one of the two.",
        )
    taken[name, task] = place
