"""`ExistingDatabase`: a PostgreSQL database that is there already."""

from typing import Annotated

from .props import KmsKeyArn, SecurityGroupId, props
from .rules import Arn, Between, Matches


@props
class ExistingDatabase:
    """A PostgreSQL database that is there already, for `MetadataDatabaseProps.existing`.

    It must take TLS connections with a certificate of RDS, and hold nothing but Airflow's tables.
    """

    host: Annotated[
        str,
        Matches(
            r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?",
            "a host name, without protocol and port",
        ),
    ]
    """Host name of the server, the one in its certificate."""
    port: Annotated[int, Between(1, 65535)] = 5432
    """TCP port of the server."""
    database_name: Annotated[
        str, Matches(r"[A-Za-z_]\w{0,62}", "the name of a PostgreSQL database")
    ] = "airflow"
    """Database on the server; Airflow's user owns it."""
    secret_arn: Annotated[
        str,
        Arn("secretsmanager", "secret:"),
        Matches(r".*-[A-Za-z0-9]{6}", "the whole ARN, with a hyphen and six characters at its end"),
    ]
    """Secret with `username` and `password` as JSON, like those that RDS manages."""
    secret_kms_key_arn: KmsKeyArn = None
    """Key that the secret is encrypted with, if it is not AWS's own."""
    security_group_id: SecurityGroupId
    """The server's security group: what may connect is let in there."""
    when: bool = True
    """Whether it is used; else a database is made. It is for a variable that may be null."""
