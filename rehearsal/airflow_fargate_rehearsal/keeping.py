"""What is left up for its user to look at, until Ctrl-C."""

from __future__ import annotations

import shlex
import threading

from airflow_fargate_rehearsal.alive.performance import Performance
from airflow_fargate_rehearsal.rehearsal import Rehearsal


def keep_running(rehearsal: Rehearsal, performance: Performance) -> None:
    """Say how to look at what is up, and wait; Ctrl-C is no failure."""
    console = rehearsal.console
    try:
        console.step("Kept running. Ctrl-C ends it and removes everything. To look at it:")
        regions = {each.region for each in performance.deployments} or {"...  # the stack's"}
        console.line(f"export AWS_ENDPOINT_URL={rehearsal.aws.endpoint_url}")
        console.line(f"export AWS_DEFAULT_REGION={regions.pop()}")
        key = rehearsal.aws.access_key
        console.line(f"export AWS_ACCESS_KEY_ID={key} AWS_SECRET_ACCESS_KEY={key}")
        performance.show_the_way()
        for deployment in performance.deployments:
            for cluster in deployment.clusters:
                console.line(f"aws ecs list-tasks --cluster {cluster}")
            for group in deployment.log_groups.values():
                console.line(f"aws logs tail --follow {group}")
        console.line("aws s3 ls")
        for command in rehearsal.plan_commands():
            console.line(shlex.join(command))
        threading.Event().wait()
    except KeyboardInterrupt:
        console.step("Ended.")
