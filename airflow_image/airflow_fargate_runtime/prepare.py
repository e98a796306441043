"""`python -m airflow_fargate_runtime.prepare`: makes the database ready for this Airflow.

Migrates the metadata database, then creates the admin user or gives them the password that the
secret holds now. It can run as often as one likes, also in several containers at once, and changes
only what is not so yet.

It ends with 0 when everything is as it should be. Anything else keeps the container that waits for
it from starting, with the reason in the log.
"""

import contextlib
import os
import sys
from collections.abc import Iterator
from typing import Any

from airflow import settings
from airflow.api_fastapi.app import get_auth_manager_cls
from airflow.cli import cli_parser
from sqlalchemy import text

ADMIN_USER = "admin"
PASSWORD_VARIABLE = "AIRFLOW_FARGATE_ADMIN_PASSWORD"  # noqa: S105 -- a variable's name


def main() -> int:
    """Migrate, then see to the admin user; return the exit code."""
    with alone():
        migrate()
        return see_to_users()


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Wait until no other container does the same, and keep others waiting during the block.

    `airflow db migrate` locks too, but only Airflow's tables and not FAB's: of two that begin on an
    empty database together, one fails.
    """
    with settings.get_engine().connect() as connection:
        # The lock belongs to the connection, and goes with it however this process ends.
        connection.execute(text("SELECT pg_advisory_lock(hashtext('airflow-fargate prepare'))"))
        # No transaction stays open while migrations run.
        connection.commit()
        yield


def migrate() -> None:
    """Do what `airflow db migrate` does."""
    arguments = cli_parser.get_parser().parse_args(["db", "migrate"])
    arguments.func(arguments)


def see_to_users() -> int:
    """Create the admin user or set their password, where users are Airflow's; the exit code."""
    password = os.environ.get(PASSWORD_VARIABLE)
    if not password:
        _say(f"{PASSWORD_VARIABLE} is not set: users are left as they are.")
        return 0
    if not _users_are_airflows_own():
        _say("Users come from another auth manager than FAB's: there is no admin user to create.")
        return 0
    return _see_to_admin(password)


def _users_are_airflows_own() -> bool:
    # By name: FAB is a provider that an image need not have.
    fab = "airflow.providers.fab.auth_manager.fab_auth_manager.FabAuthManager"
    classes = get_auth_manager_cls().__mro__
    return fab in (f"{cls.__module__}.{cls.__qualname__}" for cls in classes)


def _see_to_admin(password: str) -> int:
    # FAB's own commands reset a password even when it is the same, which ends all sessions.
    from airflow.providers.fab.auth_manager.cli_commands.utils import (  # noqa: PLC0415
        get_application_builder,
    )
    from flask_appbuilder.const import AUTH_DB  # noqa: PLC0415

    with get_application_builder() as builder:
        users: Any = builder.sm
        if users.auth_type != AUTH_DB:
            _say("Users log in elsewhere (AUTH_TYPE): there is no admin user to create.")
            return 0
        user = users.find_user(username=ADMIN_USER)
        if user is None:
            role = users.find_role("Admin")
            email = f"{ADMIN_USER}@airflow.invalid"
            done = users.add_user(ADMIN_USER, "Airflow", "Admin", email, role, password=password)
            _say("The admin user is created." if done else "The admin user cannot be created.")
        elif users.check_password(ADMIN_USER, password):
            done = True
            _say("The admin user is there, with the secret's password.")
        else:
            done = users.reset_password(user.id, password)
            _say(f"The admin user's password is {'now' if done else 'not'} the secret's.")
    return 0 if done else 1


def _say(text: str) -> None:
    print(f"prepare: {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
