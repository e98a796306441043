"""What of modules/airflow may be there already, beside the network."""

from airflow_fargate import ExistingDatabase
from airflow_fargate.values import boolean

from module_writer.interface.inputs import Input, object_of


def existing_database() -> Input:
    """The attribute `existing` of the variable `database`."""
    variable, props = object_of(
        ExistingDatabase,
        "existing",
        "A database to use instead of making one. The other attributes of `database` then say "
        "nothing.",
        inside="database",
        nullable=True,
        fixed={"when": boolean("var.database.existing != null")},
    )
    return Input(variable, props)
