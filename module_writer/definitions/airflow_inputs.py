"""Inputs of modules/airflow: its variables, and the props that are made of them."""

from typing import Any

from airflow_fargate import (
    AirflowFargateProps,
    AirflowImageProps,
    ApiServerProps,
    BrokerProps,
    ClusterProps,
    CredentialsProps,
    DagProcessorProps,
    EncryptionKeyProps,
    ExistingNetwork,
    LoadBalancerProps,
    MetadataDatabaseProps,
    NetworkProps,
    SchedulerProps,
    SharedStorageProps,
    TriggererProps,
    WorkerPoolProps,
)
from airflow_fargate.nulls import null_when

from module_writer.definitions.airflow_checks import checked_variables
from module_writer.definitions.airflow_dags import dags
from module_writer.definitions.airflow_existing import existing_database
from module_writer.interface.docs import field_docs
from module_writer.interface.inputs import condition_of, input_of, object_of
from module_writer.interface.variables import REQUIRED, Variable

SERVICES = ("api_server", "scheduler", "dag_processor", "triggerer", "worker")
"""Those whose code may be given more rights."""
COMMON = (
    *("name", "tags", "kms_key_arn", "log_retention_days", "deletion_protection"),
    "permissions_boundary_arn",
)
"""Fields of parts that the deployment says for all of them."""
_PARTS: dict[str, tuple[type, tuple[str, ...]]] = {
    "database": (MetadataDatabaseProps, ()),
    "broker": (BrokerProps, ("pools",)),
    "shared_storage": (SharedStorageProps, ()),
    "credentials": (CredentialsProps, ()),
    "cluster": (ClusterProps, ()),
    "load_balancer": (LoadBalancerProps, ()),
    "api_server": (ApiServerProps, ()),
    "scheduler": (SchedulerProps, ()),
    "dag_processor": (DagProcessorProps, ()),
    "triggerer": (TriggererProps, ()),
    "worker": (WorkerPoolProps, ("pool",)),
    "encryption_key": (EncryptionKeyProps, ()),
}
_FIXED: dict[str, dict[str, Any]] = {
    # Terraform reads `prevent_destroy` before it knows any variable.
    "shared_storage": {"deletion_protection": False},
}
_STATEMENTS = {
    "description": (
        "What the service's own code may do in AWS beyond what Airflow needs, as statements of an "
        "IAM policy: what operators, hooks and sensors of DAGs call in workers, and deferred ones "
        "in the triggerer. ARNs in them need not be known when Terraform plans."
    )
}
_CHANGED: dict[str, Any] = {
    "load_balancer": {
        "plain_http": {
            "default": True,
            "description": (
                "Whether Airflow is reached by HTTP without encryption, on port 80, because there "
                "is no certificate. Passwords then cross the network readably. False goes with "
                "`certificate_arn`."
            ),
        }
    },
    **{service: {"statements": _STATEMENTS} for service in SERVICES},
}
_DESCRIPTIONS = {
    "configuration": (
        "Airflow's options, as Airflow names them: `{ core = { parallelism = 64 } }`. What follows "
        "from the rest of the deployment is refused, with the reason."
    ),
    "deletion_protection": (
        "Whether database, load balancer and logs of tasks refuse to be destroyed. To destroy "
        "them, apply with false first. The file system has no such protection (docs/modules.md)."
    ),
    "secrets_backend": (
        "Where Airflow looks first for connections and variables: `secretsmanager`, in secrets "
        "`<name>/connections/...`, or `ssm`, in parameters "
        "`/airflow-fargate/<name>/connections/...`."
    ),
}
_PLAIN = (
    *("configuration", "environment", "secret_environment", "api_server_secret_environment"),
    *("auth_manager", "secrets_backend", "log_retention_days", "deletion_protection"),
    *("permissions_boundary_arn", "tags"),
)
_BEFORE_PARTS = _PLAIN[:5]
_NETWORK = (*("vpc_id", "private_subnet_ids", "public_subnet_ids", "endpoints_security_group_ids"),)


class AirflowInputs:
    """The variables, and the props made of them."""

    def __init__(self) -> None:
        docs = field_docs(AirflowFargateProps)
        self.name = input_of(AirflowFargateProps, "name")
        self.network = {field: input_of(ExistingNetwork, field) for field in _NETWORK}
        self.image = {
            "uri": input_of(
                AirflowImageProps,
                "uri",
                name="image_uri",
                default=REQUIRED,
                description=(
                    "Airflow's image, with a tag or a digest, made from the project's "
                    "`airflow_image/` (docs/modules.md)."
                ),
            ),
            "architecture": input_of(
                AirflowImageProps,
                "architecture",
                description="Processor of the images, Airflow's and those of tasks.",
            ),
        }
        self.key = input_of(
            AirflowFargateProps,
            "kms_key_arn",
            description=(
                "Key for everything, with `create_kms_key = false`; its policy must let CloudWatch "
                "Logs use it."
            ),
        )
        null_when(self.key.value, condition_of("var.create_kms_key"))
        self.dags = dags()
        self.further_pools = input_of(
            AirflowFargateProps,
            "queues",
            name="worker_pools",
            description=(
                "Names of further worker pools, each of which gets a queue here and its workers "
                "from `modules/worker-pool`. The pool `default` is always there."
            ),
        )
        self.plain = {
            field: input_of(AirflowFargateProps, field, description=_DESCRIPTIONS.get(field))
            for field in _PLAIN
        }
        self.parts = {
            part: object_of(
                cls,
                part,
                docs.get(part, "Celery workers of the pool `default`."),
                without=(*COMMON, *without),
                fixed=_FIXED.get(part),
                inputs={"existing": existing_database()} if part == "database" else None,
                **_CHANGED.get(part, {}),
            )
            for part, (cls, without) in _PARTS.items()
        }
        balancer = self.parts["load_balancer"][1]
        null_when(balancer.certificate_arn, condition_of("var.load_balancer.plain_http"))

    def props(self) -> AirflowFargateProps:
        """What the construct is told."""
        parts = {part: props for part, (_, props) in self.parts.items()}
        worker = parts.pop("worker")
        network = ExistingNetwork(**{f: each.value for f, each in self.network.items()})
        return AirflowFargateProps(
            name=self.name.value,
            network=NetworkProps(existing=network),
            image=AirflowImageProps(**{f: each.value for f, each in self.image.items()}),
            kms_key_arn=self.key.value,
            worker_pools=[worker],
            queues=self.further_pools.value,
            dags=self.dags[1],
            **{field: each.value for field, each in self.plain.items()},
            **parts,
        )

    def variables(self) -> list[Variable]:
        """The variables, in the order in which people need them."""
        create = Variable(
            "create_kms_key",
            "bool",
            "Whether a key is made for everything. With false, `kms_key_arn` is the key.",
            True,
        )
        plain = {field: each.variable for field, each in self.plain.items()}
        first = [plain.pop(field) for field in _BEFORE_PARTS]
        return checked_variables(
            [
                self.name.variable,
                *(each.variable for each in self.network.values()),
                *(each.variable for each in self.image.values()),
                self.dags[0],
                *first,
                *(variable for variable, _ in self.parts.values()),
                self.further_pools.variable,
                create,
                self.key.variable,
                *plain.values(),
            ]
        )
