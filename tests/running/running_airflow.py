"""A whole Airflow on this machine, from the task definitions that the constructs synthesize."""

import shutil
import subprocess
import urllib.error
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tests.running.aws import Aws
from tests.running.processes import Process, wait_until
from tests.running.rest import RestApi
from tests.running.runs import Runs
from tests.running.tasks import register
from tests.running.told import Container
from tests.surroundings.postgres import Postgres

COMPONENTS = ("api-server", "scheduler", "dag-processor", "triggerer", "worker")


class RunningAirflow(Runs):
    """A whole Airflow: its components are processes, and its AWS is the embedded one.

    Args:
        python: Python of Airflow's environment.
        containers: What is run, by the containers' names.
        folder: Empty folder for Airflow's home and for logs.
        aws: Resources of the deployment.
        images: File that says from which folder an image is built.
        postgres: The server with the metadata database.
        api: The REST API.
    """

    def __init__(
        self,
        *,
        python: Path,
        containers: Mapping[str, Container],
        folder: Path,
        aws: Aws,
        images: Path,
        postgres: Postgres,
        api: RestApi,
    ) -> None:
        super().__init__(api)
        self.aws = aws
        self.postgres = postgres
        self.folder = folder
        self.dags_folder = folder / "home/dags"
        self.processes: list[Process] = []
        """Everything that was started, in this order; what has ended too."""
        self._python = python
        self._containers = containers
        self._images = images

    # --- Containers

    def prepare(self) -> None:
        """Make the metadata database."""
        self.postgres.sql("CREATE DATABASE airflow")
        migration = self.start("migrate")
        wait_until(lambda: migration.exit_code is not None, "the migration", 120)
        assert migration.exit_code == 0, migration.log.read_text()

    def complete(self) -> None:
        """Start each component that does not run; return when all work."""
        for component in COMPONENTS:
            if not self._alive(component):
                self.start(component)
        for component in COMPONENTS:
            wait_until(
                lambda it=component: self.works(self.running(it)), f"{component} to work", 120
            )

    def start(self, container: str, **variables: str) -> Process:
        """Start a container; it need not work yet when this returns.

        Args:
            container: A component, or `migrate`.
            variables: Further environment variables; they decide over others.
        """
        count = sum(process.name.startswith(container) for process in self.processes)
        name = f"{container}-{count + 1}"
        own_tmp = self.folder / "tmp" / name
        own_tmp.mkdir(parents=True)
        told = self._containers[container]
        program, *arguments = told.command
        if container in ("triggerer", "worker"):
            # It would listen on all addresses of this machine.
            arguments.append("--skip-serve-logs")
        process = Process(
            name,
            # `airflow` and `python` are those of the environment.
            command=[self._python.with_name(program), *arguments],
            environment={
                **told.environment,
                "TMPDIR": str(own_tmp),
                # A volume of each: what another wrote, it can only have from S3.
                "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(self.folder / "logs" / name),
                # By it, PostgreSQL knows whose connection it is.
                "PGAPPNAME": name,
                **variables,
            },
            log=self.folder / f"{name}.log",
        )
        self.processes.append(process)
        return process

    def running(self, container: str) -> Process:
        """The process of a component that runs; of several, the newest.

        Raises:
            AssertionError: None does.
        """
        alive = self._alive(container)
        assert alive, f"{container} has ended"
        return alive[-1]

    def _alive(self, container: str) -> list[Process]:
        started = (process for process in self.processes if process.name.startswith(container))
        return [process for process in started if process.exit_code is None]

    def works(self, process: Process) -> bool:
        """Whether a component works, by the health check that ECS runs in its container."""
        component = process.name.rpartition("-")[0]
        command = [self._python, "-m", "airflow_fargate_runtime.health", component]
        environment = dict(process.environment)
        return (
            subprocess.run(command, check=False, capture_output=True, env=environment).returncode
            == 0
        )

    def log_ends(self, lines: int = 25) -> dict[str, str]:
        """The last lines of the output of everything that went wrong or still runs."""
        return {
            process.name: "\n".join(process.log.read_text(errors="replace").splitlines()[-lines:])
            for process in self.processes
            if process.exit_code != 0
        }

    # --- DAGs and tasks

    def register_tasks(self, *folders: Path, environment: Mapping[str, str] | None = None) -> None:
        """Make the tasks of task folders known to ECS and to DAGs.

        Args:
            folders: Task folders (docs/task-folders.md).
            environment: Further environment variables of all of them.
        """
        out = self.folder / f"tasks-{len(list(self.folder.glob('tasks-*')))}"
        register(self.aws, folders, environment=environment, out=out, images=self._images)

    def add_dags(self, files: Iterable[Path | tuple[str, str]], *dag_ids: str) -> None:
        """Put DAG files, or names with texts, into the folder of DAGs; wait until they are known.

        Args:
            files: The files.
            dag_ids: What is waited for.
        """
        for file in files:
            if isinstance(file, Path):
                shutil.copy(file, self.dags_folder)
            else:
                (self.dags_folder / file[0]).write_text(file[1])
        for dag_id in dag_ids:
            wait_until(lambda dag_id=dag_id: self._has_dag(dag_id), f"the DAG {dag_id}", 60)

    def import_errors(self) -> dict[str, str]:
        """What went wrong with DAG files, by file."""
        found = self.api.get("importErrors", limit=100)["import_errors"]
        return {error["filename"]: error["stack_trace"] for error in found}

    def _has_dag(self, dag_id: str) -> bool:
        errors = self.import_errors()
        assert not errors, "\n".join(errors.values())
        try:
            self.api.get(f"dags/{dag_id}")
        except urllib.error.HTTPError as error:
            if error.code == 404:
                return False
            raise
        return True

    def ecs_tasks(self, **where: str) -> list[dict[str, Any]]:
        """All ECS tasks there have been, as DescribeTasks says, the oldest first."""
        return self.aws.ecs_tasks(**where)
