"""Opens connections of every kind that Airflow opens, for as long as it is told to.

Runs in Airflow's environment, which pyright does not look into from here. Each line that it reads
is an order to open one connection of each kind anew. It answers with a line: the user that the
server sees in each, as JSON.
"""

# pyright: reportMissingImports=false

import asyncio
import json
import sys
from collections.abc import Callable

from airflow import settings
from airflow.providers.celery.executors.celery_executor import app
from sqlalchemy import text

WHO = text(
    "SELECT current_user || CASE WHEN ssl THEN ' by TLS' ELSE '' END FROM pg_stat_ssl "
    "WHERE pid = pg_backend_pid()"
)


async def asynchronous() -> str:
    assert settings.async_engine is not None
    async with settings.async_engine.connect() as connection:
        who = (await connection.execute(WHO)).scalar_one()
    await settings.async_engine.dispose()
    return who


def synchronous() -> str:
    with settings.get_engine().connect() as connection:
        who = connection.execute(WHO).scalar_one()
    settings.get_engine().dispose()
    return who


def of_celery() -> str:
    with app.backend.ResultSession() as session:
        return session.execute(WHO).scalar_one()


def attempt(connect: Callable[[], str]) -> str:
    try:
        return connect()
    except Exception as error:  # noqa: BLE001 -- whatever it is, the test is to see it
        return f"{type(error).__name__}: {error}"


for _ in sys.stdin:
    kinds = [synchronous, lambda: asyncio.run(asynchronous()), of_celery]
    sys.stdout.write(f"answer {json.dumps([attempt(kind) for kind in kinds])}\n")
    sys.stdout.flush()
