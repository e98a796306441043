"""A database in RDS of the embedded AWS, as a client of PostgreSQL sees it."""

import contextlib
import json
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from airflow_fargate_rehearsal.database import programs

Client = Callable[[str], Any]
INSTANCE = {
    "DBInstanceClass": "db.t4g.micro",
    "Engine": "postgres",
    "EngineVersion": "17",
    "MasterUsername": "airflow",
    "ManageMasterUserPassword": True,
    "DBName": "metadata",
    "AllocatedStorage": 20,
}
"""What CreateDBInstance is asked for."""


class Database:
    """An RDS instance, seen by a client of PostgreSQL."""

    def __init__(self, aws: Client, authority: Path, name: str) -> None:
        self._aws = aws
        self._authority = authority
        self.name = name

    def describe(self) -> dict[str, Any]:
        answer = self._aws("rds").describe_db_instances(DBInstanceIdentifier=self.name)
        return answer["DBInstances"][0]

    def reaches(self, status: str) -> dict[str, Any]:
        end = time.monotonic() + 60
        while (instance := self.describe())["DBInstanceStatus"] != status:
            assert time.monotonic() < end, instance
            time.sleep(0.02)
        return instance

    def password(self) -> str:
        arn = self.describe()["MasterUserSecret"]["SecretArn"]
        return json.loads(
            self._aws("secretsmanager").get_secret_value(SecretId=arn)["SecretString"]
        )["password"]

    def asked(
        self, statement: str, *, password: str | None = None, mode: str = "verify-full"
    ) -> Any:
        endpoint = self.describe()["Endpoint"]
        return subprocess.run(
            [
                *(psql(), "-X", "-qAt", "-c", statement, "-U", "airflow", "-d", "metadata"),
                *("-h", endpoint["Address"], "-p", str(endpoint["Port"])),
            ],
            env={
                **os.environ,
                "PGPASSWORD": password or self.password(),
                "PGSSLMODE": mode,
                "PGSSLROOTCERT": str(self._authority),
            },
            capture_output=True,
            text=True,
            check=False,
        )

    def says(self, statement: str, **how: Any) -> str:
        done = self.asked(statement, **how)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()


def psql() -> str:
    return str(programs.programs(Path(os.devnull)) / "psql")


def left_of(folder: Path) -> list[str]:
    """Processes and folders of servers in a folder, once there are none or some seconds later."""
    end = time.monotonic() + 10
    while (left := list(_left_of(folder))) and time.monotonic() < end:
        time.sleep(0.02)
    return left


def _left_of(folder: Path) -> Iterator[str]:
    yield from (str(each) for each in folder.glob("postgres-*"))
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            command = file.read_text(errors="replace").replace("\0", " ")
            if f"{folder}/postgres-" in command:
                yield command
