"""What a worker may do so that ECS does not stop it in the middle of its tasks."""

from .iam import Statement
from .task_names import service_tag, worker_service
from .task_permissions import tasks_in


def protect_itself_statements(*, name: str, pool: str, cluster_arn: str) -> list[Statement]:
    """Permission for workers to protect themselves from scale-in and deployments.

    ECS's agent asks with the role of the task that asks it.

    Args:
        name: Name of the deployment.
        pool: The pool that they are of; not another one's.
        cluster_arn: The cluster that they run in.
    """
    return [
        Statement(
            sid="ProtectItself",
            actions=["ecs:UpdateTaskProtection"],
            resources=[tasks_in(cluster_arn)],
            conditions={
                "ArnEquals": {"ecs:cluster": cluster_arn},
                "StringEquals": {"aws:ResourceTag/Name": service_tag(name, worker_service(pool))},
            },
        )
    ]
