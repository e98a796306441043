"""What makes a rehearsal fail, and what is said of what it could not look at."""

from pathlib import Path
from typing import Any

import pytest

from airflow_fargate_rehearsal.alive import lines as lines_module
from airflow_fargate_rehearsal.alive.applied import Deployment
from airflow_fargate_rehearsal.alive.dag_run import DagRun
from airflow_fargate_rehearsal.alive.lines import TaskLines
from airflow_fargate_rehearsal.alive.log_checks import check_logs
from airflow_fargate_rehearsal.alive.performance import Performance
from airflow_fargate_rehearsal.alive.scene import NotAlive

TASK = {
    "taskArn": "arn:aws:ecs:eu-west-1:123456789012:task/c/0123",
    "taskDefinitionArn": "arn:aws:ecs:eu-west-1:123456789012:task-definition/greet:1",
    "lastStatus": "STOPPED",
    "containers": [],
}


@pytest.fixture
def performance(watched: Any, tmp_path: Path) -> Performance:
    return Performance(scene=watched, dag_id=None, folder=tmp_path)


def test_a_check_that_does_not_hold_is_a_failure_that_names_it(
    performance: Performance, watched: Any
) -> None:
    watched.check("The lines are in the log", ok=False, detail="2 of 3 are not")
    with pytest.raises(NotAlive, match="The lines are in the log: 2 of 3 are not"):
        performance.play()


def test_what_was_refused_is_a_failure_and_what_could_not_be_checked_is_none(
    performance: Performance, watched: Any
) -> None:
    watched.aws.found = [{"kind": "unchecked", "subject": "task odd", "message": "HTTPS"}]
    performance.play()
    watched.aws.found = [{"kind": "refused", "subject": "task odd", "message": "no sqs"}]
    with pytest.raises(NotAlive, match="refused  task odd: no sqs"):
        performance.play()


class Lines:
    """Containers that write to CloudWatch Logs; `said` are their lines, by container."""

    def __init__(self, watched: Any, monkeypatch: pytest.MonkeyPatch, groups: dict) -> None:
        self.said: dict[str, list[str]] = {}
        monkeypatch.setattr(lines_module, "describe_tasks", lambda *_: [TASK])
        monkeypatch.setattr(lines_module, "log_events", lambda *_: self._events())
        deployment: Any = type("Applied", (), {"clusters": ["c"], "region": "eu-west-1"})()
        deployment.log_groups = groups
        self.lines = TaskLines(scene=watched, deployment=self._as_deployment(deployment))

    def _events(self) -> list[tuple[str, dict[str, str]]]:
        return [(name, {"message": line}) for name, said in self.said.items() for line in said]

    @staticmethod
    def _as_deployment(made: Any) -> Deployment:
        return made


def test_lines_of_two_containers_that_come_by_turns_are_told_once(
    watched: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(TASK, "lastStatus", "RUNNING")
    written = Lines(watched, monkeypatch, {"greet": "/group"})
    for first, second in ((1, 0), (1, 1), (2, 1)):
        written.said = {"first": ["a", "b"][:first], "second": ["c"][:second]}
        written.lines.look()
    assert written.lines.said["0123"] == ["a", "c", "b"]


@pytest.mark.parametrize(
    ("groups", "why"), [({}, "has no log group"), ({"greet": "/group"}, "said nothing")]
)
def test_a_task_without_lines_is_no_success_of_a_check(
    watched: Any, monkeypatch: pytest.MonkeyPatch, groups: dict, why: str
) -> None:
    written = Lines(watched, monkeypatch, groups)
    run: Any = DagRun(scene=watched, api=None, dag_id="d", run_id="r")  # type: ignore[arg-type]
    check_logs(watched, run, written.lines)
    assert not watched.story.checks
    assert watched.story.left_out == [
        f"Fargate task greet 0123 {why}, so there is nothing to look for in logs."
    ]
