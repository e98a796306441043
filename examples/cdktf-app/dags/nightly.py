"""A DAG of one's own, baked into the image."""

import logging

from airflow.sdk import dag, task


@dag(schedule="@daily", catchup=False)
def nightly() -> None:
    """Say good night, on a worker of the pool "reports"."""

    @task(queue="reports", retries=2)
    def good_night() -> None:
        logging.getLogger(__name__).info("Good night.")

    good_night()


nightly()
