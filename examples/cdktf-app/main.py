"""Airflow for the team that looks after orders: in a VPC that is there, with settings of its own.

python main.py
"""

# First: it makes the imports below fast.
import airflow_fargate as af

from cdktf import App

from company_network import CompanyNetwork

REGION = "eu-central-1"

app = App()
# The state is a file here, as this is an example; a team keeps it in a bucket: `state_bucket=...`.
stack = af.Stack(app, "orders", region=REGION, tags={"team": "orders"}, local_state=True)
company = CompanyNetwork(stack, "company", region=REGION)

airflow = af.AirflowFargate(
    stack,
    "_airflow",  # with the underscore, addresses are short: aws_ecs_service.scheduler
    af.AirflowFargateProps(
        name="orders",
        # In yours: af.ExistingNetwork(vpc_id="vpc-...", private_subnet_ids=["subnet-...", ...])
        network=af.NetworkProps(existing=company.existing),
        dags="dags",  # goes into Airflow's image
        image=af.AirflowImageProps(requirements=["openpyxl==3.1.5"]),
        tasks_folder="task_images",  # each folder in it becomes a Fargate task
        configuration={"core": {"parallelism": 64}, "scheduler": {"max_tis_per_query": 32}},
        worker_pools=[
            af.WorkerPoolProps(concurrency=16, memory_mib=4096),
            # DAGs choose it: @task(queue="reports")
            af.WorkerPoolProps(pool="reports", cpu=2048, memory_mib=8192, spot=True),
        ],
        # An example comes and goes. What is to stay leaves out the rest, and is protected.
        database=af.MetadataDatabaseProps(final_snapshot=False),
        shared_storage=af.SharedStorageProps(backups=False),
        credentials=af.CredentialsProps(recovery_window_days=0),
        encryption_key=af.EncryptionKeyProps(deletion_window_days=7),
        deletion_protection=False,
    ),
)

# Tasks call HTTPS only; here also the PostgreSQL of the orders, in a network that the VPC reaches.
airflow.tasks_security_group.allow_to_cidr_block("orders_database", "10.21.0.0/16", 5432)

app.synth()
