"""A workbook of the day's orders, every night."""

import logging
from io import BytesIO

from airflow.sdk import dag, task


@dag(schedule="@daily", catchup=False)
def order_report() -> None:
    """Write the report, on a worker of the pool "reports"."""

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

    workbook()


order_report()
