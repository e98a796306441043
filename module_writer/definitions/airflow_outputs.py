"""Outputs of modules/airflow."""

import dataclasses

from airflow_fargate import AirflowFargate
from airflow_fargate.task_host import TaskHost

from module_writer.definition import Output

_NOT_OF_THE_HOST = ("deletion_protection", "tags")


def outputs(made: AirflowFargate) -> dict[str, Output]:
    """What callers go on with, beside the outputs that the construct has itself."""
    services = {
        "api_server": made.api_server.service,
        "scheduler": made.scheduler.service,
        "dag_processor": made.dag_processor.service,
        "triggerer": made.triggerer.service,
        "worker": made.worker_pools["default"].service,
    }
    host = {
        field.name: getattr(made.task_host, field.name)
        for field in dataclasses.fields(TaskHost)
        if field.name not in _NOT_OF_THE_HOST
    }
    return {
        "task_host": Output(host, "Where tasks run: the input `host` of `modules/task`."),
        "worker_host": Output(
            made.worker_host.as_output(),
            "Where worker pools run: the input `host` of `modules/worker-pool`.",
            # A worker needs its secrets as soon as it starts.
            depends_on=made.credentials.versions,
        ),
        "cluster_arn": Output(made.cluster.arn, "ARN of the ECS cluster."),
        "kms_key_arn": Output(made.kms_key_arn, "Key that everything is encrypted with."),
        "admin_password_secret_arn": Output(
            made.credentials.admin_password_secret_arn,
            "Secret with the password of the user `admin`.",
        ),
        "load_balancer_arn": Output(made.load_balancer.arn, "The load balancer, for AWS WAF."),
        "load_balancer_zone_id": Output(
            made.load_balancer.zone_id,
            "Route 53 zone of the load balancer's name, for an alias record.",
        ),
        "security_group_ids": Output(
            {name: service.security_group.id for name, service in services.items()}
            | {
                "database": made.database.security_group_id,
                "load_balancer": made.load_balancer.security_group_id,
                "tasks": made.tasks_security_group.id,
            },
            "Security groups, by what they are of.",
        ),
        "task_role_arns": Output(
            {name: service.task.roles.task_role_arn for name, service in services.items()},
            "Roles of the services' own code, by service: what operators in DAGs may do is what "
            "`worker` may.",
        ),
    }
