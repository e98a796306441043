"""One deployment from applied to having run a DAG, in the order that its user sees."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from airflow_fargate_rehearsal.alive import excerpts
from airflow_fargate_rehearsal.alive.airflow_api import USER, AirflowApi, AirflowError
from airflow_fargate_rehearsal.alive.applied import Deployment
from airflow_fargate_rehearsal.alive.dag_run import DagRun, find_dag, log_in
from airflow_fargate_rehearsal.alive.ecs import Described, describe_tasks, started_by_hand
from airflow_fargate_rehearsal.alive.lines import TaskLines
from airflow_fargate_rehearsal.alive.log_checks import check_logs
from airflow_fargate_rehearsal.alive.scene import NotAlive, Scene
from airflow_fargate_rehearsal.alive.spans import airflow_spans, fargate_spans, service_spans
from airflow_fargate_rehearsal.alive.waiting import Watch
from airflow_fargate_rehearsal.report.browser import screenshot
from airflow_fargate_rehearsal.report.devtools import find_browser


@dataclass(kw_only=True)
class Act:
    """The time in which a deployment is up.

    ``dag_id`` is the DAG to run, None for the sample one if it is there; ``folder`` takes the
    screenshot.
    """

    scene: Scene
    deployment: Deployment
    dag_id: str | None
    folder: Path
    watch: Watch = field(init=False)
    lines: TaskLines = field(init=False)
    run: DagRun | None = None

    def __post_init__(self) -> None:
        self.watch = Watch(scene=self.scene, deployment=self.deployment)
        self.lines = TaskLines(scene=self.scene, deployment=self.deployment)

    def play(self) -> None:
        """Wait for the services, run the DAG, check; raises NotAlive when something does not hold.

        What there is to tell is in the story afterwards, in both cases.
        """
        try:
            self._wait_for_services()
            self._use_airflow()
        except (AirflowError, NotAlive) as error:
            # What went wrong first is what is told, also where the rest cannot be found out.
            with contextlib.suppress(OSError, BotoCoreError, ClientError, AirflowError):
                self._tell()
            raise NotAlive(str(error)) from error
        try:
            self._tell()
        except AirflowError as error:
            raise NotAlive(f"What it did cannot be told: {error}") from error

    def show_the_way(self) -> None:
        """Say where the user interface is, and how to log in."""
        console, deployment = self.scene.console, self.deployment
        if deployment.url:
            console.line(f"Airflow: {deployment.url}")
        if deployment.admin_password_secret:
            console.line(f"user {USER}, whose password this prints:")
            console.line(
                f"aws secretsmanager get-secret-value --region {deployment.region} "
                f"--secret-id {deployment.admin_password_secret} "
                "--query SecretString --output text"
            )

    def _wait_for_services(self) -> None:
        names = ", ".join(each.name for each in self.deployment.services)
        self.scene.console.step(f"Waiting for the services of {self.deployment.stack}: {names}")
        self.watch.wait()
        self.scene.check(
            f"All services of {self.deployment.stack} run and are healthy", ok=True, detail=names
        )

    def _use_airflow(self) -> None:
        url, secret = self.deployment.url, self.deployment.admin_password_secret
        if why := self._why_not_reached():
            if self.dag_id:
                raise NotAlive(f"The DAG {self.dag_id} cannot be run: {why}")
            self.scene.leave_out(f"No DAG is run in {self.deployment.stack}: {why}")
            return
        self.scene.console.step("Logging in to Airflow")
        self.show_the_way()
        secrets = self.scene.clients("secretsmanager", self.deployment.region)
        password = secrets.get_secret_value(SecretId=secret)["SecretString"]
        api = AirflowApi(str(url), password)
        log_in(self.scene, api)
        self.scene.console.step("Looking for the DAG")
        fetched = self.deployment.fetches_dags
        dag_id = find_dag(self.scene, api, self.dag_id, may_be_none=fetched)
        if dag_id is not None:
            self._run(api, dag_id, password)

    def _why_not_reached(self) -> str | None:
        if self.deployment.url is None:
            return "no load balancer leads to a service of this stack."
        if self.deployment.url.startswith("https:"):
            return (
                "its load balancer has HTTPS only, and there is no certificate for that here. "
                "Rehearse it with a plain HTTP listener."
            )
        if self.deployment.admin_password_secret is None:
            return "no task definition of this stack has a secret with the password of admin."
        return None

    def _run(self, api: AirflowApi, dag_id: str, password: str) -> None:
        self.lines.note_what_is_there()
        api.unpause(dag_id)
        run = self.run = DagRun(
            scene=self.scene, api=api, dag_id=dag_id, run_id=api.trigger(dag_id)
        )
        self.scene.console.step(f"Running the DAG {dag_id}: {run.run_id}")
        run.follow(self._meanwhile)
        run.check()
        self.scene.console.step("Checking logs")
        check_logs(self.scene, run, self.lines)
        self._photograph(password)

    def _meanwhile(self) -> None:
        self.watch.look()
        self.lines.look()

    def _photograph(self, password: str) -> None:
        if self.run is None or self.deployment.url is None:
            return
        self.scene.console.step("Looking at the run with a browser")
        file = self.folder / f"{self.deployment.stack}.png"
        why_not = screenshot(
            self.deployment.url,
            user=USER,
            password=password,
            dag_id=self.run.dag_id,
            run_id=self.run.run_id,
            file=file,
        )
        if why_not and not find_browser():
            self.scene.leave_out(f"There is no screenshot: {why_not}")
            return
        self.scene.check(
            "A browser logs in and shows the run", ok=not why_not, detail=why_not or ""
        )
        if why_not:
            raise NotAlive(f"A browser cannot log in and look at the run: {why_not}")
        self.scene.story.screenshot = file

    def _tell(self) -> None:
        story = self.scene.story
        story.findings = self.scene.aws.findings()
        tasks: list[Described] = []
        for cluster in self.deployment.clusters:
            tasks += describe_tasks(self.scene.clients, self.deployment.region, cluster)
        by_hand = started_by_hand(tasks)
        story.services += service_spans(
            [each for each in tasks if each not in by_hand], self.watch.healthy_at
        )
        story.fargate_tasks += fargate_spans(by_hand)
        story.logs |= excerpts.service_excerpts(self.scene.clients, self.deployment, tasks)
        story.logs |= excerpts.task_excerpts(self.lines)
        if self.run is not None:
            story.airflow_tasks += airflow_spans(self.run.instances)
            story.logs |= excerpts.airflow_excerpts(self.run)
