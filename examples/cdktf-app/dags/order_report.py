"""A workbook of the day's orders, every night, and a greeting to the team."""

import logging
from io import BytesIO

from airflow.sdk import dag, task
from airflow_fargate_runtime import FargateTaskOperator


@dag(schedule="@daily", catchup=False)
def order_report() -> None:
    """Write the report on a worker of the pool "reports", then greet as a Fargate task."""

    # Those workers run on Spot, where a task may be cut off; `retries` runs it again.
    @task(queue="reports", retries=2)
    def workbook() -> None:
        # Imported where it is needed: the file itself is read again and again.
        from openpyxl import Workbook  # noqa: PLC0415

        book = Workbook()
        book.create_sheet("orders").append(["order", "amount"])
        content = BytesIO()
        book.save(content)
        logging.getLogger(__name__).info("A workbook of %d bytes.", content.tell())

    # The folder task_images/greet.
    greet = FargateTaskOperator(task_id="greet", task="greet", command=["team"], retries=2)

    workbook() >> greet


order_report()
