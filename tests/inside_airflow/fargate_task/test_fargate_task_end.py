"""What the author of a DAG reads when a Fargate task did not succeed."""

from typing import Any

import pytest
from airflow_fargate_runtime.ecs_task_end import EcsTaskEnd

ARN = "arn:aws:ecs:eu-west-1:123456789012:task/airflow-dev/3f2a"


def why(lines: int = 10, **end: Any) -> str:
    return EcsTaskEnd(task_arn=ARN, **end).why("report", lines)


@pytest.mark.parametrize(
    ("end", "said"),
    [
        (
            {"exit_code": 2, "stop_code": "EssentialContainerExited"},
            'The Fargate task "report" ended with exit code 2 (ECS task 3f2a).',
        ),
        (
            {
                "exit_code": 137,
                "stop_code": "EssentialContainerExited",
                "container_reason": "OutOfMemoryError: Container killed due to memory usage",
            },
            (
                'The Fargate task "report" ended with exit code 137 (ECS task 3f2a): '
                "OutOfMemoryError: Container killed due to memory usage."
            ),
        ),
        (
            {
                "stop_code": "TaskFailedToStart",
                "stopped_reason": "CannotPullContainerError: not found",
            },
            (
                'The Fargate task "report" could not be started (ECS task 3f2a): '
                "CannotPullContainerError: not found."
            ),
        ),
        (
            {
                "exit_code": 143,
                "stop_code": "SpotInterruption",
                "stopped_reason": "Your Spot Task was interrupted.",
            },
            (
                'The Fargate task "report" was taken away by AWS, as Spot capacity may be '
                "(ECS task 3f2a): Your Spot Task was interrupted. A retry starts it again."
            ),
        ),
        (
            {
                "exit_code": 143,
                "stop_code": "UserInitiated",
                "stopped_reason": "Task stopped by a person",
            },
            (
                'The Fargate task "report" was stopped with exit code 143 (ECS task 3f2a): '
                "Task stopped by a person."
            ),
        ),
    ],
)
def test_each_end_says_what_happened(end: dict[str, Any], said: str) -> None:
    assert why(**end) == said


def test_a_program_that_is_stopped_and_ends_with_0_has_not_done_its_work() -> None:
    assert EcsTaskEnd(task_arn=ARN, exit_code=0, stop_code="EssentialContainerExited").succeeded
    for stop_code in ("UserInitiated", "SpotInterruption", "InfrastructureHealth"):
        end = EcsTaskEnd(task_arn=ARN, exit_code=0, stop_code=stop_code)
        assert not end.succeeded
    assert "was stopped with exit code 0" in why(exit_code=0, stop_code="UserInitiated")


def test_the_end_of_the_output_is_shown_cut_where_it_is_endless() -> None:
    text = why(lines=2, exit_code=1, last_lines=["a", "b", "c" * 3000])
    assert text.splitlines()[1:] == ["b", "c" * 1996 + " ..."]
    assert "output" not in why(lines=0, exit_code=1, last_lines=["a"])


def test_an_end_survives_as_an_event() -> None:
    failed = EcsTaskEnd(task_arn=ARN, exit_code=1, last_lines=["a", "b"])
    assert EcsTaskEnd.from_event(failed.event) == failed
    done = EcsTaskEnd(task_arn=ARN, exit_code=0, last_lines=["a", "b" * 3000])
    assert EcsTaskEnd.from_event(done.event).last_lines == ["b" * 3000]
