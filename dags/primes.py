"""How many primes there are: the integers in slices, for each slice a Fargate task.

How many slices there are is decided when the DAG runs (dynamic task mapping). Each container
prints the number of primes in its slice as its last line, which becomes the XCom of its task; a
task on a worker adds them up.
"""

from datetime import timedelta
from itertools import pairwise

from airflow.sdk import DAG, Param, task
from airflow_fargate_runtime import FargateTaskOperator

with DAG(
    dag_id="primes",
    schedule=None,
    params={
        "limit": Param(1_000_000, type="integer", minimum=100, maximum=100_000_000),
        "slices": Param(5, type="integer", minimum=1, maximum=100),
    },
    default_args={
        "retries": 2,
        "retry_delay": timedelta(seconds=10),
        "execution_timeout": timedelta(minutes=15),
    },
    tags=["example"],
    doc_md=__doc__,
):

    @task
    def divide(params: dict[str, int]) -> list[list[int]]:
        """The command of each container: the first and the last integer of its slice."""
        limit, slices = params["limit"], params["slices"]
        borders = [limit * number // slices for number in range(slices + 1)]
        return [[low + 1, high] for low, high in pairwise(borders)]

    count = FargateTaskOperator.partial(
        task_id="count",
        task="count_primes",
        max_active_tis_per_dagrun=20,  # of the containers that the account may have at one time
        map_index_template="{{ task.command | join(' to ') }}",  # what the user interface calls it
    ).expand(command=divide())

    @task
    def add_up(counts: list[str], params: dict[str, int]) -> int:
        """The number of all primes."""
        total = sum(map(int, counts))
        print(f"There are {total} primes up to {params['limit']}.")
        return total

    add_up(count.output)
