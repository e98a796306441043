"""A file from S3, through a container, and back to S3.

The container reads and writes the bucket with the role of its task, which may do just that
(`sales_bucket` in `main.py`). Airflow's workers have no way to the bucket: what they learn is
where the report is.
"""

from datetime import timedelta

from airflow.sdk import DAG, Param, task
from airflow_fargate_runtime import FargateTaskOperator

with DAG(
    dag_id="sales_report",
    schedule=None,
    # Terraform has put this one there.
    params={"sales": Param("sales/2026-11-22.csv", type="string", pattern=r"^sales/.+\.csv$")},
    default_args={
        "retries": 2,
        "retry_delay": timedelta(seconds=10),
        "execution_timeout": timedelta(minutes=15),
    },
    tags=["example"],
    doc_md=__doc__,
):
    # The name of the report follows from that of the file: done twice, it is there once.
    add_up = FargateTaskOperator(
        task_id="add_up",
        task="sales_report",
        command=["{{ params.sales }}", "{{ params.sales.replace('sales/', 'reports/', 1) }}"],
    )

    @task
    def tell(report: str) -> str:
        """Say where the report is."""
        print(f"The report is {report}.")
        return report

    tell(add_up.output)
