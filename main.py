"""The stacks of this project: where state is kept, a small Airflow and a large one.

    npx cdktf-cli@0.21.0 deploy state
    npx cdktf-cli@0.21.0 deploy airflow-dev

Change it as you like: it uses the library as any program of yours would.
"""

import os
import sys
from typing import Literal

# First: it makes the imports below fast.
import airflow_fargate as af

from cdktf import App, TerraformOutput

REGION = "eu-west-1"

# The bucket that the stack `state` has made, its output `bucket`. While it is not set, `state`
# keeps its own state in a file here, and the others expect `-backend-config=bucket=...`.
STATE_BUCKET = os.environ.get("AIRFLOW_FARGATE_STATE_BUCKET")

# Destroying takes two steps: deploy with this set to 1, then destroy (README, "Destroy").
PROTECTED = os.environ.get("AIRFLOW_FARGATE_UNPROTECT") != "1"


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


def airflow(
    app: App,
    name: str,
    *,
    az_count: int,
    nat: Literal["single", "per_az", "none"],
    instance_class: str,
    multi_az: bool,
    log_retention_days: int,
    deletion_protection: bool,
    lasting: bool,
) -> None:
    """What Airflow stands on: network, database, broker, storage, secrets and cluster.

    `lasting` says whether a destroy leaves a way back: a last snapshot of the database, backups of
    files, and for 30 days the key and the secrets without which neither can be read.
    """
    here = stack(app, name)
    key = af.EncryptionKey(
        here,
        "key",
        af.EncryptionKeyProps(name=name, deletion_window_days=30 if lasting else 7),
    )
    network = af.Network(
        here,
        "network",
        af.NetworkProps(
            name=name,
            az_count=az_count,
            nat=nat,
            log_retention_days=log_retention_days,
            kms_key_arn=key.arn,
        ),
    )
    database = af.MetadataDatabase(
        here,
        "database",
        af.MetadataDatabaseProps(
            name=name,
            instance_class=instance_class,
            multi_az=multi_az,
            deletion_protection=deletion_protection,
            final_snapshot=lasting,
            log_retention_days=log_retention_days,
            kms_key_arn=key.arn,
        ),
        network=network,
    )
    broker = af.Broker(here, "broker", af.BrokerProps(name=name, kms_key_arn=key.arn))
    af.SharedStorage(
        here,
        "shared_storage",
        af.SharedStorageProps(
            name=name,
            backups=lasting,
            deletion_protection=deletion_protection,
            kms_key_arn=key.arn,
        ),
        network=network,
    )
    credentials = af.Credentials(
        here,
        "credentials",
        af.CredentialsProps(
            name=name,
            # A deployment that comes and goes needs its secrets' names again at once.
            recovery_window_days=30 if lasting else 0,
            kms_key_arn=key.arn,
        ),
    )
    cluster = af.Cluster(
        here,
        "cluster",
        af.ClusterProps(name=name, log_retention_days=log_retention_days, kms_key_arn=key.arn),
        network=network,
    )
    outputs = {
        "cluster_name": (cluster.name, "ECS cluster"),
        "database_host": (database.host, "Host name of the metadata database"),
        "database_secret_arn": (database.secret_arn, "Secret with the database's password"),
        "queue_urls": (broker.queue_urls, "URL of each pool's queue"),
        "admin_password_secret_arn": (
            credentials.admin_password_secret_arn,
            "Secret with the password of Airflow's user admin",
        ),
    }
    for output, (value, description) in outputs.items():
        TerraformOutput(here, output, value=value, description=description)


def dev(app: App) -> None:
    """Small and cheap: two zones, one NAT gateway, and no way back from a destroy."""
    airflow(
        app,
        "airflow-dev",
        az_count=2,
        nat="single",
        instance_class="db.t4g.micro",
        multi_az=False,
        log_retention_days=14,
        deletion_protection=False,
        lasting=False,
    )


def prod(app: App) -> None:
    """Three zones, a NAT gateway in each, a standby for the database, everything protected."""
    airflow(
        app,
        "airflow-prod",
        az_count=3,
        nat="per_az",
        instance_class="db.m7g.large",
        multi_az=True,
        log_retention_days=90,
        deletion_protection=PROTECTED,
        lasting=True,
    )


if __name__ == "__main__":
    try:
        program = App()
        for add_stack in (state, dev, prod):
            add_stack(program)
        program.synth()
    except (ValueError, RuntimeError) as error:
        # The library says what is wrong with a setting in one line; cdktf raises RuntimeError.
        sys.exit(f"{type(error).__name__}: {error}")
