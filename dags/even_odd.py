"""The even and the odd: two Fargate tasks in parallel, a third that joins what they have found.

```
start_process -> odd_task  -> numbers_task -> on_worker_task
              -> even_task
```

`odd_task`, `even_task` and `numbers_task` are Fargate tasks of their own, made from the folders
`task_images/even_odd` and `task_images/numbers`. They hand files to each other on the shared
storage, where each run has its own folder. The other two tasks run on a worker of Airflow.
"""

import json
from datetime import timedelta

from airflow.sdk import DAG, Param, task
from airflow_fargate_runtime import FargateTaskOperator

COUNT = "{{ params.count }}"

with DAG(
    dag_id="even_odd",
    schedule=None,  # runs when it is triggered
    params={"count": Param(10, type="integer", minimum=1, maximum=1_000)},
    default_args={
        # A worker may restart and a container be taken away; all tasks here can be done again.
        "retries": 2,
        "retry_delay": timedelta(seconds=10),
        # A container that hangs would cost money for ever.
        "execution_timeout": timedelta(minutes=15),
    },
    tags=["example"],
    doc_md=__doc__,
):

    @task
    def start_process(params: dict[str, int]) -> None:
        """Say what is about to happen."""
        print(f"Looking for the even and the odd among the first {params['count']} integers.")

    odd_task = FargateTaskOperator(
        task_id="odd_task", task="even_odd", command=["odd", "--count", COUNT]
    )
    even_task = FargateTaskOperator(
        task_id="even_task", task="even_odd", command=["even", "--count", COUNT]
    )
    numbers_task = FargateTaskOperator(task_id="numbers_task", task="numbers")

    @task
    def on_worker_task(numbers: str) -> int:
        """Add up the numbers; the last line that a container prints is its task's XCom."""
        total = sum(json.loads(numbers))
        print(f"Their sum is {total}.")
        return total

    start_process() >> [odd_task, even_task] >> numbers_task >> on_worker_task(numbers_task.output)
