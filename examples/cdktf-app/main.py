"""Airflow in a VPC of one's own, with a task folder and settings of one's own.

cdktf deploy orders
"""

# First: it makes the imports below fast.
import airflow_fargate as af

import company_network
from cdktf import App


def orders(app: App) -> None:
    """An Airflow for the team that looks after orders."""
    stack = af.Stack(
        app, "orders", region="eu-central-1", tags={"team": "orders"}, local_state=True
    )
    vpc = company_network.vpc(stack)
    af.AirflowFargate(
        stack,
        "_airflow",  # the underscore keeps addresses short: aws_ecs_service.scheduler
        af.AirflowFargateProps(
            name="orders",
            dags_folder="dags",
            tasks_folder="task_images",
            network=af.NetworkProps(existing=vpc),
            image=af.AirflowImageProps(requirements=["pandas==2.3.3"]),
            configuration=af.ConfigurationProps(
                options={"core": {"parallelism": 64}, "scheduler": {"max_tis_per_query": 32}}
            ),
            worker_pools=[
                af.WorkerPoolProps(concurrency=16),
                af.WorkerPoolProps(pool="reports", cpu=2048, memory_mib=4096, spot=True),
            ],
            # Gone without a trace when it is destroyed: this is an example.
            database=af.MetadataDatabaseProps(final_snapshot=False),
            shared_storage=af.SharedStorageProps(backups=False),
            credentials=af.CredentialsProps(recovery_window_days=0),
            deletion_protection=False,
        ),
    )


if __name__ == "__main__":
    program = App()
    orders(program)
    program.synth()
