"""Connections to the metadata database with the user and password of this moment.

Airflow's connection strings hold neither: they come from the secret whose ARN stands in
`AIRFLOW_FARGATE_DATABASE_SECRET_ARN`, each time that a connection is opened. So a password that is
rotated under a running process is no reason to start it again.
"""

import asyncio
import functools
import logging
import os
import ssl
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine, event
from sqlalchemy.engine import URL, Dialect, make_url
from sqlalchemy.util import await_only

if TYPE_CHECKING:
    from .database_secret import DatabaseSecret

SECRET_ARN_VARIABLE = "AIRFLOW_FARGATE_DATABASE_SECRET_ARN"  # noqa: S105 -- a variable's name

_log = logging.getLogger(__name__)


def install() -> None:
    """Have every connection to the metadata database opened with the current user and password.

    Where `AIRFLOW_FARGATE_DATABASE_SECRET_ARN` is not set, Airflow's connection strings hold all
    there is; a connection that fails without a user says so.
    """
    if not event.contains(Engine, "do_connect", _connect):
        # For all engines: Celery's result backend and FAB's extensions make their own.
        event.listen(Engine, "do_connect", _connect)


def _connect(
    dialect: Dialect, _record: object, arguments: list[Any], parameters: dict[str, Any]
) -> Any:
    """Open the connection, or return None and leave it to SQLAlchemy if it is not to our server."""
    metadata = _metadata_url()
    if "user" in parameters or not _same_server(metadata, parameters):
        return None
    # The parameters belong to the engine: what is put into them stays for all later connections.
    parameters = dict(parameters)
    if dialect.driver == "asyncpg":
        parameters.update(_tls_of_asyncpg(metadata, parameters))

    def connect(**login: str) -> Any:
        return dialect.connect(*arguments, **parameters, **login)

    arn = os.environ.get(SECRET_ARN_VARIABLE)
    if not arn:
        return _without_login(connect)
    secret = _secret(arn)
    refused: Exception | None = None
    for login in secret.logins(sleep=_sleep(dialect)):
        try:
            return connect(user=login.user, password=login.password)
        except Exception as error:
            if not _is_refusal(error):
                raise
            _log.warning("The database refused %s's password; is it being replaced?", login.user)
            refused = error
    assert refused is not None  # noqa: S101 -- there is always one login
    raise refused


def _without_login(connect: Callable[[], Any]) -> Any:
    # PostgreSQL's own variables and files may tell a user; that none did is seen when it fails.
    try:
        return connect()
    except Exception as error:
        why = f"{SECRET_ARN_VARIABLE} is not set, and database.sql_alchemy_conn has no user."
        error.args = (f"{error}\n{why}",)
        raise


@functools.cache
def _secret(arn: str) -> "DatabaseSecret":
    # boto3 is not imported where no connection is opened.
    from .database_secret import DatabaseSecret  # noqa: PLC0415

    return DatabaseSecret(arn)


@functools.cache
def _metadata_url() -> URL:
    # Airflow is still starting while this module is imported.
    from airflow.configuration import conf  # noqa: PLC0415

    return make_url(conf.get_mandatory_value("database", "sql_alchemy_conn"))


def _sleep(dialect: Dialect) -> Callable[[float], object]:
    # SQLAlchemy opens asynchronous connections in a greenlet, from which it can be awaited.
    return (lambda s: await_only(asyncio.sleep(s))) if dialect.is_async else time.sleep


def _same_server(metadata: URL, parameters: dict[str, Any]) -> bool:
    # A task's own engines pass by here too; they get no password that is not theirs.
    port = int(parameters.get("port") or 5432)
    return parameters.get("host") == metadata.host and port == (metadata.port or 5432)


def _tls_of_asyncpg(metadata: URL, parameters: dict[str, Any]) -> dict[str, Any]:
    """What `sslmode` and `sslrootcert` say, as asyncpg wants it: it takes neither in this place.

    Left to itself it would encrypt without looking at whom it talks to.
    """
    mode = metadata.query.get("sslmode")
    if "ssl" in parameters or mode is None:
        return {}
    if mode != "verify-full":
        return {"ssl": mode}
    root = metadata.query.get("sslrootcert")
    return {"ssl": _trust(root if isinstance(root, str) else None)}


@functools.cache
def _trust(root_certificates: str | None) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if root_certificates:
        context.load_verify_locations(root_certificates)
    else:
        context.load_default_certs()
    return context


def _is_refusal(error: Exception) -> bool:
    # asyncpg tells the code of "invalid password"; libpq has only words when connecting.
    return getattr(error, "sqlstate", None) == "28P01" or (
        "password authentication failed" in str(error)
    )
