"""The stacks of this project: where state is kept, a small Airflow and a large one.

    npx cdktf-cli@0.21.0 deploy state
    npx cdktf-cli@0.21.0 deploy airflow-dev

Change it as you like: it uses the library as any program of yours would.
"""

import os
import sys

# First: it makes the imports below fast.
import airflow_fargate as af

from cdktf import App, TerraformOutput
from cdktf_cdktf_provider_aws.s3_object import S3Object

REGION = "eu-west-1"

# The bucket that the stack `state` has made, its output `bucket`. While it is not set, `state`
# keeps its own state in a file here, and the others expect `-backend-config=bucket=...`.
STATE_BUCKET = os.environ.get("AIRFLOW_FARGATE_STATE_BUCKET")

# Destroying takes two steps: deploy with this set to 1, then destroy (README, "Destroy").
PROTECTED = os.environ.get("AIRFLOW_FARGATE_UNPROTECT") != "1"

# The user interface: by default inside the VPC, by plain HTTP (README, "Log in"). With a
# certificate it is reached by HTTPS, and from the networks named, by the internet.
CERTIFICATE_ARN = os.environ.get("AIRFLOW_FARGATE_CERTIFICATE_ARN") or None
DOMAIN_NAME = os.environ.get("AIRFLOW_FARGATE_DOMAIN_NAME") or None
ALLOWED_CIDR_BLOCKS = os.environ.get("AIRFLOW_FARGATE_ALLOWED_CIDR_BLOCKS", "").split()

# What dags/sales_report.py reports on until there are files of yours.
SALES = """\
product,pieces,price
coffee,3,2.40
tea,12,1.90
coffee,8,2.40
cake,5,3.25
"""


def stack(app: App, id_: str, *, local_state: bool = False) -> af.Stack:
    """A stack in the region, its resources tagged with its name."""
    tags = {"project": "airflow-fargate", "stack": id_}
    return af.Stack(
        app, id_, region=REGION, tags=tags, state_bucket=STATE_BUCKET, local_state=local_state
    )


def state(app: App) -> None:
    """The bucket for the state of every stack, its own included once there is the bucket."""
    here = stack(app, "state", local_state=not STATE_BUCKET)
    props = af.StateBackendProps(name="airflow", deletion_protection=PROTECTED)
    backend = af.StateBackend(here, "state", props)
    TerraformOutput(here, "bucket", value=backend.bucket, description="Bucket for state")


def load_balancer() -> af.LoadBalancerProps:
    """What the settings above say about the way to the user interface."""
    return af.LoadBalancerProps(
        scheme="internet-facing" if ALLOWED_CIDR_BLOCKS else "internal",
        certificate_arn=CERTIFICATE_ARN,
        plain_http=not CERTIFICATE_ARN,
        domain_name=DOMAIN_NAME,
        allowed_cidr_blocks=ALLOWED_CIDR_BLOCKS,
    )


def sales_bucket(here: af.Stack, airflow: af.AirflowFargate) -> None:
    """The bucket of dags/sales_report.py; no other task may reach it, and no worker."""
    deployment = airflow.props
    props = af.BucketProps(
        name=f"{deployment.name}-sales",
        kms_key_arn=airflow.kms_key_arn,
        deletion_protection=deployment.deletion_protection,
    )
    bucket = af.Bucket(here, "sales", props)
    S3Object(here, "sales_example", bucket=bucket.name, key="sales/2026-11-22.csv", content=SALES)
    task = airflow.tasks["sales_report"]
    task.add_environment({"BUCKET": bucket.name})
    task.add_statements(bucket.read_statements("Sales", "sales/*"))
    task.add_statements(bucket.write_statements("Reports", "reports/*"))


def dev(app: App) -> None:
    """Small and cheap: two zones, one NAT gateway, one of each service, workers on Spot.

    And no way back from a destroy.
    """
    here = stack(app, "airflow-dev")
    airflow = af.AirflowFargate(
        here,
        "_airflow",  # with the underscore, addresses are short: aws_ecs_service.scheduler
        af.AirflowFargateProps(
            name="airflow-dev",
            dags="dags",
            tasks_folder="task_images",
            network=af.NetworkProps(az_count=2, nat="single"),
            database=af.MetadataDatabaseProps(instance_class="db.t4g.micro", final_snapshot=False),
            shared_storage=af.SharedStorageProps(backups=False),
            # A deployment that comes and goes needs its secrets' names again at once.
            credentials=af.CredentialsProps(recovery_window_days=0),
            encryption_key=af.EncryptionKeyProps(deletion_window_days=7),
            load_balancer=load_balancer(),
            worker_pools=[af.WorkerPoolProps(spot=True)],
            log_retention_days=14,
            deletion_protection=False,
        ),
    )
    sales_bucket(here, airflow)


def prod(app: App) -> None:
    """Three zones, a NAT gateway in each, a standby for the database, everything protected.

    And two or more of each service, so that none stands still when a zone does.
    """
    here = stack(app, "airflow-prod")
    airflow = af.AirflowFargate(
        here,
        "_airflow",
        af.AirflowFargateProps(
            name="airflow-prod",
            dags="dags",
            tasks_folder="task_images",
            network=af.NetworkProps(az_count=3, nat="per_az"),
            database=af.MetadataDatabaseProps(instance_class="db.m7g.large", multi_az=True),
            credentials=af.CredentialsProps(recovery_window_days=30),
            load_balancer=load_balancer(),
            api_server=af.ApiServerProps(cpu=1024, memory_mib=2048, desired_count=2),
            scheduler=af.SchedulerProps(cpu=1024, memory_mib=2048, desired_count=2),
            dag_processor=af.DagProcessorProps(desired_count=2),
            triggerer=af.TriggererProps(desired_count=2),
            worker_pools=[af.WorkerPoolProps(desired_count=3)],
            log_retention_days=90,
            deletion_protection=PROTECTED,
        ),
    )
    sales_bucket(here, airflow)


if __name__ == "__main__":
    try:
        program = App()
        for add_stack in (state, dev, prod):
            add_stack(program)
        program.synth()
    except (ValueError, RuntimeError) as error:
        # The library says what is wrong with a setting in one line; cdktf raises RuntimeError.
        sys.exit(f"{type(error).__name__}: {error}")
