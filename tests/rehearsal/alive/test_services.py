"""How far a service is, from what ECS says; and what is told of it while it is waited for."""

import io
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.rehearsal.alive.conftest import console_into

from airflow_fargate_rehearsal.alive import waiting
from airflow_fargate_rehearsal.alive.applied import Deployment, Service
from airflow_fargate_rehearsal.alive.scene import NotAlive
from airflow_fargate_rehearsal.alive.services import ServiceState, state_of
from airflow_fargate_rehearsal.alive.waiting import Watch

SERVICE = Service(
    name="scheduler",
    cluster="c",
    region="eu-west-1",
    desired_count=1,
    task_family="f",
    has_health_check=True,
)
DEPLOYMENT = Deployment(
    stack="dev", services=(SERVICE,), url=None, admin_password_secret=None, log_groups={}
)


def described(running: int, rollout: str = "COMPLETED", **more: Any) -> dict[str, Any]:
    deployment = {"status": "PRIMARY", "rolloutState": rollout, **more}
    return {"runningCount": running, "desiredCount": 1, "deployments": [deployment]}


def task(status: str, health: str = "UNKNOWN", **more: Any) -> dict[str, Any]:
    return {
        "taskArn": "arn:aws:ecs:eu-west-1:123456789012:task/c/0123456789abcdef",
        "group": "service:scheduler",
        "lastStatus": status,
        "healthStatus": health,
        "createdAt": datetime.now(UTC),
        **more,
    }


MIGRATES: dict[str, Any] = {"containers": [{"name": "migrate", "lastStatus": "RUNNING"}]}


@pytest.mark.parametrize(
    ("service", "tasks", "health", "waits"),
    [
        (described(0, "IN_PROGRESS"), [], "starting", "ECS to start its task"),
        (described(0, "IN_PROGRESS"), [task("PENDING")], "starting", "its image"),
        (
            described(0, "IN_PROGRESS"),
            [task("ACTIVATING", **MIGRATES)],
            "starting",
            "its container migrate",
        ),
        (described(1, "IN_PROGRESS"), [task("RUNNING")], "starting", "its health check"),
        (described(1), [task("RUNNING", "UNHEALTHY")], "unhealthy", "which is UNHEALTHY"),
        (
            described(1, "IN_PROGRESS"),
            [task("RUNNING", "HEALTHY")],
            "healthy",
            "its deployment to complete",
        ),
        (described(1), [task("RUNNING", "HEALTHY")], "healthy", ""),
    ],
)
def test_what_a_service_waits_for(
    service: dict[str, Any], tasks: list[dict[str, Any]], health: str, waits: str
) -> None:
    state = state_of(SERVICE, service, tasks)
    assert state.health == health
    assert waits in state.waiting_for
    assert state.ready == (not waits)


def test_tasks_of_others_are_no_concern() -> None:
    other = task("STOPPED", group="service:worker")
    assert not state_of(SERVICE, described(1), [other, task("RUNNING", "HEALTHY")]).stopped


def test_a_failed_deployment_is_told_with_ecs_reason() -> None:
    service = described(0, "FAILED", rolloutStateReason="tasks failed to start.")
    assert state_of(SERVICE, service, []).rollout_failure == "tasks failed to start."


class Script(Watch):
    """A watch that sees what it is told to see, the last for ever."""

    seen: list[dict[str, Any]]

    def look(self) -> list[ServiceState]:
        now = self.seen.pop(0) if len(self.seen) > 1 else self.seen[0]
        states = [state_of(SERVICE, described(1), [task(**now)])]
        self._note(states)
        return states


def watch_of(watched: Any, *seen: dict[str, Any]) -> Script:
    made = Script(scene=watched, deployment=DEPLOYMENT)
    made.seen = list(seen)
    return made


STARTS: dict[str, Any] = {"status": "RUNNING"}
HEALTHY: dict[str, Any] = {"status": "RUNNING", "health": "HEALTHY"}


def test_each_change_is_a_line_off_a_terminal(watched: Any) -> None:
    watch = watch_of(watched, {"status": "PENDING"}, STARTS, STARTS, HEALTHY)
    watch.wait()
    assert watched.text().splitlines() == [
        "    scheduler: 1/1 starting, waits for its image (the first time, packages are installed)",
        "    scheduler: 1/1 starting, waits for its health check",
        "    scheduler: 1/1 healthy",
    ]
    assert "scheduler" in watch.healthy_at


def test_a_terminal_shows_a_table(watched: Any) -> None:
    said = io.StringIO()
    watched.console = console_into(said, terminal=True)
    watch_of(watched, STARTS, HEALTHY).wait()
    for text in ("service", "tasks", "health", "waits for", "scheduler", "1/1", "healthy"):
        assert text in said.getvalue()


def test_a_refusal_is_told_once_and_ends_the_wait_when_nothing_comes_of_it(
    watched: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "_SECONDS_AFTER_A_FINDING", 0.02)
    watched.aws.found.append(
        {"kind": "refused", "subject": "service scheduler", "message": "no way to the database"}
    )
    with pytest.raises(NotAlive, match="scheduler waits for its health check"):
        watch_of(watched, STARTS).wait()
    assert watched.text().count("refused  service scheduler: no way to the database") == 1


def test_what_cannot_be_checked_ends_nothing(watched: Any) -> None:
    watched.aws.found.append({"kind": "unchecked", "subject": "x", "message": "y"})
    watch_of(watched, STARTS, HEALTHY).wait()
    assert "unchecked" not in watched.text()


def test_a_service_that_never_works_is_told_with_what_it_waits_for(
    watched: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "SECONDS_TO_WAIT", 0)
    with pytest.raises(NotAlive, match="do not all work 0 seconds after"):
        watch_of(watched, STARTS).wait()
