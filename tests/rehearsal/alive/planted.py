"""A running deployment, from the stack `airflow-dev`, in which mistakes can be planted."""

import json
import os
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from airflow_fargate_rehearsal.alive.airflow_api import AirflowApi
from airflow_fargate_rehearsal.alive.applied import Deployment
from airflow_fargate_rehearsal.alive.ecs import describe_services, describe_tasks, id_of
from airflow_fargate_rehearsal.alive.failures import why_failed
from airflow_fargate_rehearsal.alive.scene import Scene
from airflow_fargate_rehearsal.alive.services import ServiceState, state_of
from airflow_fargate_rehearsal.database.programs import programs
from airflow_fargate_rehearsal.terraform.driver import Terraform

SECONDS_TO_BE_TOLD = 120
SECONDS_TO_RECOVER = 180

Change = Callable[[str], str]
"""Makes of the stack's JSON one with a mistake in it."""


@dataclass(kw_only=True)
class Planted:
    """A deployment that is up; each mistake is applied with Terraform, and taken back after it."""

    scene: Scene
    terraform: Terraform
    deployment: Deployment
    _seen: dict[tuple[str, str], int] = field(default_factory=dict)
    _stopped: set[str] = field(default_factory=set)

    def wait_until_all_work(self, seconds: float = SECONDS_TO_RECOVER) -> None:
        """Return when every service is healthy again, after what was planted."""
        end = time.monotonic() + seconds
        while late := [each for each in self._states() if not each.ready]:
            waiting = ", ".join(f"{each.name} for {each.waiting_for}" for each in late)
            assert time.monotonic() < end, f"the services do not recover: {waiting}"
            time.sleep(1)

    @contextmanager
    def mistake(self, change: Change) -> Iterator[None]:
        """Apply the stack with a mistake; without it again in the end."""
        file = self.terraform.folder / "cdk.tf.json"
        right = file.read_text()
        wrong = change(right)
        assert wrong != right, "nothing was changed"
        self._note_what_is_there()
        try:
            file.write_text(wrong)
            self.terraform.apply()
            yield
        finally:
            file.write_text(right)
            self.terraform.apply()

    def wait_until_told(self, pattern: str) -> str:
        """Return the message that names the mistake: a new finding, or why a service failed."""
        end = time.monotonic() + SECONDS_TO_BE_TOLD
        told: list[str] = []
        while time.monotonic() < end:
            told = [*self._new_findings(), *self._why_not_alive()]
            for message in told:
                if re.search(pattern, message, re.DOTALL):
                    return message
            time.sleep(1)
        raise AssertionError(f"nothing said {pattern!r}, but:\n" + "\n".join(told))

    def run_dag(self) -> None:
        """Start the sample DAG."""
        secret = self.deployment.admin_password_secret
        secrets = self.scene.clients("secretsmanager", self.deployment.region)
        password = secrets.get_secret_value(SecretId=secret)["SecretString"]
        api = AirflowApi(str(self.deployment.url), password)
        api.log_in()
        api.unpause("even_odd")
        api.trigger("even_odd")

    def empty_database(self) -> None:
        """Throw away what is in Airflow's database, as if it had just been made."""
        rds = self.scene.clients("rds", self.deployment.region)
        [instance] = rds.describe_db_instances()["DBInstances"]
        secrets = self.scene.clients("secretsmanager", self.deployment.region)
        secret_arn = instance["MasterUserSecret"]["SecretArn"]
        login = json.loads(secrets.get_secret_value(SecretId=secret_arn)["SecretString"])
        address = instance["Endpoint"]["Address"]
        subprocess.run(
            [
                programs(self.terraform.folder) / "psql",
                *("-X", "-q", "-h", address, "-U", login["username"], "-d", instance["DBName"]),
                *("-c", "DROP SCHEMA public CASCADE; CREATE SCHEMA public"),
            ],
            env={**os.environ, "PGPASSWORD": login["password"], "PGSSLMODE": "require"},
            check=True,
            capture_output=True,
        )

    def _why_not_alive(self) -> list[str]:
        return [
            why_failed(each, self.deployment, self.scene.clients)
            for each in self._states()
            if each.stopped or each.rollout_failure
        ]

    def _states(self) -> list[ServiceState]:
        # Not by Watch: for it, a task that any earlier mistake has ended is a failure for good.
        [cluster] = self.deployment.clusters
        described = describe_services(self.scene.clients, self.deployment.services)
        there = describe_tasks(self.scene.clients, self.deployment.region, cluster)
        tasks = [each for each in there if id_of(each) not in self._stopped]
        return [state_of(each, described[each.name], tasks) for each in self.deployment.services]

    def _note_what_is_there(self) -> None:
        self._seen = {_key(each): each["count"] for each in self.scene.aws.findings()}
        for cluster in self.deployment.clusters:
            tasks = describe_tasks(self.scene.clients, self.deployment.region, cluster)
            self._stopped |= {id_of(each) for each in tasks if each["lastStatus"] == "STOPPED"}

    def _new_findings(self) -> list[str]:
        return [
            f"{each['kind']} {each['subject']}: {each['message']}"
            for each in self.scene.aws.findings()
            if each["count"] > self._seen.get(_key(each), 0)
        ]


def _key(finding: dict[str, Any]) -> tuple[str, str]:
    return finding["subject"], finding["message"]


def stack_folder(synthesized: Path) -> Path:
    """Folder of the stack, in what main.py has synthesized."""
    return synthesized / "stacks/airflow-dev"
