"""A Fargate task counts primes, and a worker of the pool `reports` says how many there are."""

from datetime import timedelta

from airflow.sdk import DAG, task
from airflow_fargate_runtime import FargateTaskOperator

with DAG(
    dag_id="primes",
    schedule=None,
    default_args={
        "retries": 2,
        "retry_delay": timedelta(seconds=10),
        "execution_timeout": timedelta(minutes=15),
    },
    tags=["example"],
):
    count = FargateTaskOperator(task_id="count", task="count_primes", command=["1", "1000"])

    @task(queue="reports")
    def report(primes: str) -> None:
        """Say how many there are."""
        print(f"There are {primes} primes up to 1000.")

    report(count.output)
