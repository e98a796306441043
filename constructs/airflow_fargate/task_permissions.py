"""What Airflow may do with the DAG tasks of its deployment, and with nothing else."""

from constructs import Construct

from .iam import Statement
from .surroundings import account_id, partition, region
from .task_names import service_tag, task_family, task_role_path, tasks_path
from .values import expression, is_token, source


def run_task_statements(scope: Construct, *, name: str, cluster_arn: str) -> list[Statement]:
    """Permission to start the tasks of a deployment, watch and stop them, and read their output.

    For workers, which start them, and the triggerer, which watches them.

    Args:
        scope: The construct that asks.
        name: Name of the deployment.
        cluster_arn: The cluster that tasks run in.
    """

    def arn(service: str, resource: str) -> str:
        return f"arn:{partition(scope)}:{service}:{region(scope)}:{account_id(scope)}:{resource}"

    roles = f"role{task_role_path(scope, name)}*"
    in_cluster = {"ArnEquals": {"ecs:cluster": cluster_arn}}
    running = tasks_in(cluster_arn)
    return [
        Statement(
            sid="RunTasks",
            actions=["ecs:RunTask"],
            resources=[arn("ecs", f"task-definition/{task_family(name, '*')}")],
            conditions=in_cluster,
        ),
        Statement(
            sid="PassTaskRoles",
            actions=["iam:PassRole"],
            resources=[f"arn:{partition(scope)}:iam::{account_id(scope)}:{roles}"],
            conditions={"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}},
        ),
        # Tasks get the tags of their definition when they start; only then.
        Statement(
            sid="TagTasksAtStart",
            actions=["ecs:TagResource"],
            resources=[running],
            conditions={"StringEquals": {"ecs:CreateAction": "RunTask"}},
        ),
        Statement(
            sid="WatchAndStopTasks",
            actions=["ecs:DescribeTasks", "ecs:StopTask"],
            resources=[running],
            conditions={
                **in_cluster,
                # Not Airflow's own services, which run there too; ECS gives their tasks the names
                # of the services. What has no such tag passes.
                "StringNotLike": {"aws:ResourceTag/Name": service_tag(name, "*")},
            },
        ),
        # To join a task that runs already; this action knows no one task.
        Statement(
            sid="FindTasks", actions=["ecs:ListTasks"], resources=["*"], conditions=in_cluster
        ),
        Statement(
            sid="ReadTaskOutput",
            actions=["logs:GetLogEvents"],
            resources=[arn("logs", f"log-group:{tasks_path(name)}/*:log-stream:*")],
        ),
    ]


def read_parameters_statements(scope: Construct, *, name: str) -> list[Statement]:
    """Permission to read which tasks a deployment has, for who parses or runs DAGs.

    Args:
        scope: The construct that asks.
        name: Name of the deployment.
    """
    parameters = f"{region(scope)}:{account_id(scope)}:parameter{tasks_path(name)}"
    return [
        Statement(
            sid="ReadTaskParameters",
            actions=["ssm:GetParametersByPath"],
            # The path as it is asked for, without a slash at its end.
            resources=[f"arn:{partition(scope)}:ssm:{parameters}"],
        )
    ]


def tasks_in(cluster_arn: str) -> str:
    """ARN of all tasks of a cluster."""
    if is_token(cluster_arn):
        return expression(f'replace({source(cluster_arn)}, ":cluster/", ":task/")') + "/*"
    return cluster_arn.replace(":cluster/", ":task/") + "/*"
