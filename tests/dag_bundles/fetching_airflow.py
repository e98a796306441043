"""The DAG processor as a deployment has it, over a database of its own, and what it finds."""

import contextlib
import json
import os
import re
import sqlite3
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import airflow_fargate as af

from cdktf import App
from tests.running.processes import Process, wait_until

HERE = Path(__file__).parent
DAG_ID = "fetched"


@dataclass(frozen=True)
class FoundDag:
    """What the database says of a DAG."""

    description: str
    relative_fileloc: str
    bundle_version: str | None


@dataclass(frozen=True)
class FetchingAirflow:
    """Airflow's database, and the programs that fetch DAGs."""

    python: Path
    folder: Path
    endpoint_url: str

    def migrate(self) -> None:
        """Make the database."""
        (self.folder / "airflow.cfg").touch()  # else Airflow writes one with keys of its own
        command = [self.python.with_name("airflow"), "db", "migrate"]
        subprocess.run(command, env=self._surroundings, check=True, capture_output=True)

    @contextlib.contextmanager
    def dag_processor(self, environment: Mapping[str, str], log: Path) -> Iterator[Process]:
        """Run a DAG processor with this environment for the time of the block."""
        process = Process(
            "dag-processor",
            command=[self.python.with_name("airflow"), "dag-processor"],
            environment={**environment, **self._surroundings},
            log=log,
        )
        try:
            yield process
        finally:
            process.stop()

    def fetch_for_tasks(
        self, environment: Mapping[str, str], file: str, *versions: str
    ) -> dict[str, Any]:
        """Fetch versions of the DAGs as a worker would; `bundle_calls` says what comes back."""
        done = subprocess.run(
            [self.python, HERE / "bundle_calls.py", file, *versions],
            env={**environment, **self._surroundings},
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        return json.loads(done.stdout.splitlines()[-1])

    def wait_for(self, description: str, process: Process) -> FoundDag:
        """The DAG, as soon as it has a description."""

        def there() -> bool:
            assert process.exit_code is None, process.log.read_text()
            found = self._found()
            return found is not None and found.description == description

        try:
            wait_until(there, f"the DAG to be {description!r}", 120)
        except AssertionError:
            raise AssertionError(process.log.read_text()) from None
        found = self._found()
        assert found
        return found

    def _found(self) -> FoundDag | None:
        query = "SELECT description, relative_fileloc, bundle_version FROM dag WHERE NOT is_stale"
        with contextlib.closing(sqlite3.connect(self.folder / "airflow.db")) as database:
            row = database.execute(query).fetchone()
        return FoundDag(*row) if row else None

    @property
    def _surroundings(self) -> dict[str, str]:
        """What the machine gives in place of AWS; it decides over what the container is told."""
        database = f"/{self.folder}/airflow.db"
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "AIRFLOW_HOME": str(self.folder),
            # checkov:skip=AF_SECRET_IN_FILE:Made up, for an Airflow that lives as long as a test.
            "AIRFLOW__CORE__FERNET_KEY": "bWFkZSB1cCBtYWRlIHVwIG1hZGUgdXAgbWFkZSB1cCE=",
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite://{database}",
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_ASYNC": f"sqlite+aiosqlite://{database}",
            "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(self.folder / "logs"),
            "AIRFLOW__LOGGING__REMOTE_LOGGING": "False",
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_DEFAULT_REGION": "eu-west-1",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_ENDPOINT_URL": self.endpoint_url,
        }


def told(props: af.AirflowFargateProps, out: Path) -> dict[str, str]:
    """What the DAG processor of a deployment is told, as synthesized."""
    app = App(outdir=str(out / "cdktf.out"))
    stack = af.Stack(app, "test", region="eu-west-1", local_state=True)
    af.AirflowFargate(stack, "_airflow", props)
    app.synth()
    config = json.loads((out / "cdktf.out/stacks/test/cdk.tf.json").read_text())
    definition = config["resource"]["aws_ecs_task_definition"]["dag_processor"]
    # What only AWS knows is not asked for here.
    text = re.sub(
        r"\$\{([^{}]*)\}",
        lambda found: '"unknown"' if found[1].startswith("jsonencode(") else "unknown",
        definition["container_definitions"],
    )
    (container,) = (each for each in json.loads(text) if each["name"] == "dag-processor")
    return {each["name"]: each["value"] for each in container["environment"]}
