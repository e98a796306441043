"""modules/state-backend."""

from airflow_fargate import Stack, StateBackend, StateBackendProps

from module_writer.definition import Definition, Made, Output
from module_writer.interface.docs import attribute_docs
from module_writer.interface.inputs import input_of

_FIELDS = ("name", "version_retention_days", "kms_key_arn", "deletion_protection", "tags")


def state_backend() -> Definition:
    """The bucket for Terraform state."""
    inputs = {field: input_of(StateBackendProps, field) for field in _FIELDS}
    docs = attribute_docs(StateBackend)

    def build(stack: Stack) -> Made:
        props = StateBackendProps(**{field: each.value for field, each in inputs.items()})
        made = StateBackend(stack, "_state", props)
        return Made(
            {
                "bucket": Output(made.bucket, 'Name of the bucket, for the block `backend "s3"`.'),
                "bucket_arn": Output(made.bucket_arn, docs["bucket_arn"]),
            }
        )

    return Definition(
        name="state-backend",
        title="State backend",
        summary=(
            "An S3 bucket for Terraform state: versioned, encrypted, by TLS only, protected from "
            "deletion. Terraform locks a state by a file beside it (`use_lockfile`), so there is "
            "no DynamoDB table. The bucket is `<name>-state-<account>-<region>`."
        ),
        variables=[each.variable for each in inputs.values()],
        build=build,
    )
