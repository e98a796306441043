"""Everything that is done while the stacks are up, and the report about it."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from airflow_fargate_rehearsal.alive.act import Act
from airflow_fargate_rehearsal.alive.applied import Deployment
from airflow_fargate_rehearsal.alive.scene import NotAlive, Scene, is_failure
from airflow_fargate_rehearsal.errors import RehearsalError
from airflow_fargate_rehearsal.report.write import write_report

REPORT_FOLDER = "rehearsal-report"


@dataclass(kw_only=True)
class Performance:
    """The acts of a rehearsal, one for each deployment; ``folder`` is where the report is written.

    ``deployments`` are there when the stacks are applied. ``dag_id`` is the DAG that each of them
    runs, None for the sample one if it is there.
    """

    scene: Scene
    dag_id: str | None
    folder: Path
    deployments: Sequence[Deployment] = ()

    def __post_init__(self) -> None:
        self.folder.mkdir(exist_ok=True)
        for left in (self.folder / "aws.log", *self.folder.glob("*.png")):
            left.unlink(missing_ok=True)  # of an earlier rehearsal

    def play(self) -> None:
        """Have each deployment work; raises NotAlive with all that was refused or failed."""
        try:
            for act in self._acts():
                act.play()
            self._hold_that_nothing_was_refused()
            self._hold_that_all_held()
        except (BotoCoreError, ClientError, OSError) as error:
            raise NotAlive(f"The embedded AWS does not answer as it should: {error}") from error

    def show_the_way(self) -> None:
        """Say where each user interface is, and how to log in."""
        for act in self._acts():
            act.show_the_way()

    def write(self, failure: RehearsalError | None = None) -> None:
        """Write the report, with the failure that ended the rehearsal if there was one."""
        story = self.scene.story
        story.end = datetime.now(UTC)
        if failure is not None:
            with contextlib.suppress(RehearsalError, BotoCoreError, ClientError, OSError):
                self.scene.look_for_findings()
            self.scene.check("The rehearsal comes to its end", ok=False, detail=str(failure))
            shutil.copy(self.scene.aws.log, self.folder / "aws.log")
        page = write_report(story, self.folder)
        self.scene.console.line(f"Report: {page}")

    def _acts(self) -> list[Act]:
        # What has no user interface may be a part of what has one, such as further workers.
        reached = any(each.url for each in self.deployments)
        return [
            Act(
                scene=self.scene,
                deployment=each,
                dag_id=self.dag_id if each.url or not reached else None,
                folder=self.folder,
            )
            for each in self.deployments
        ]

    def _hold_that_all_held(self) -> None:
        if failed := [each for each in self.scene.story.checks if not each.ok]:
            listed = "\n".join(f"  {each.what}: {each.detail}" for each in failed)
            raise NotAlive(f"Not everything is as it should be:\n{listed}")

    def _hold_that_nothing_was_refused(self) -> None:
        self.scene.look_for_findings()
        findings = self.scene.story.findings
        if wrong := [each for each in findings if is_failure(each)]:
            listed = "\n".join(
                f"  {each['kind']}  {each['subject']}: {each['message']}" for each in wrong
            )
            raise NotAlive(f"Everything ran, but not all of it as it should:\n{listed}")
        self.scene.check("Nothing was refused and nothing failed on the way", ok=True)
        if unchecked := [each for each in findings if each["kind"] == "unchecked"]:
            self.scene.console.line(
                f"{len(unchecked)} things could not be checked here; the report names them."
            )
