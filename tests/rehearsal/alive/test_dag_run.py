"""A DAG is found, let run, triggered, and followed; each way to fail is told plainly."""

from typing import Any

import pytest

from airflow_fargate_rehearsal.alive import dag_run
from airflow_fargate_rehearsal.alive.airflow_api import AirflowApi, AirflowError
from airflow_fargate_rehearsal.alive.dag_run import DagRun, find_dag, log_in
from airflow_fargate_rehearsal.alive.scene import NotAlive


def started(watched: Any, api: AirflowApi) -> DagRun:
    api.unpause("hello")
    return DagRun(scene=watched, api=api, dag_id="hello", run_id=api.trigger("hello"))


def test_states_are_told_as_they_change_and_once(watched: Any, api: AirflowApi) -> None:
    run = started(watched, api)
    looks: list[int] = []

    run.follow(lambda: looks.append(1))
    run.check()

    assert watched.text().splitlines() == [
        "    queued     greet",
        "    running    greet",
        "    success    greet after 2.0 s",
        "    ok      The DAG hello succeeds, every task at its first try: 1 of 1 tasks: greet",
    ]
    assert len(looks) > 3
    assert [each.ok for each in watched.story.checks] == [True]


def test_a_task_that_is_skipped_is_no_failure(watched: Any, api: AirflowApi, stand_in: Any) -> None:
    stand_in.states = ["queued", "skipped"]
    run = started(watched, api)
    run.follow(lambda: None)
    run.check()
    assert "    skipped    greet\n" in watched.text()
    assert [each.ok for each in watched.story.checks] == [True]


@pytest.mark.parametrize("state", ["failed", "up_for_retry", "upstream_failed"])
def test_a_task_that_fails_ends_it_with_the_end_of_its_log(
    watched: Any, api: AirflowApi, stand_in: Any, state: str
) -> None:
    stand_in.states = ["running", state]
    run = started(watched, api)
    with pytest.raises(NotAlive) as caught:
        run.follow(lambda: None)
    assert str(caught.value) == (
        f"Task greet of hello is {state} at try 1. The end of its log:\n"
        "    Started ECS task 0123\n    Hello from Fargate."
    )


def test_a_second_try_is_a_failure_also_if_it_succeeds(
    watched: Any, api: AirflowApi, stand_in: Any
) -> None:
    stand_in.states, stand_in.try_number = ["success"], 2
    with pytest.raises(NotAlive, match="greet of hello is success at try 2"):
        started(watched, api).follow(lambda: None)


def test_a_run_that_does_not_end_says_what_is_not_done(
    watched: Any, api: AirflowApi, stand_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in.states = ["queued"]
    monkeypatch.setattr(dag_run, "SECONDS_TO_RUN", 0)
    with pytest.raises(NotAlive, match=r"does not end within 0 seconds[^:]*:\n  greet: queued"):
        started(watched, api).follow(lambda: None)


def test_a_run_that_hangs_after_a_refusal_is_not_waited_for(
    watched: Any, api: AirflowApi, stand_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in.states = ["running"]
    refused = {"kind": "refused", "subject": "service triggerer", "message": "no ecs:DescribeTasks"}
    watched.aws.found.append(refused)
    monkeypatch.setattr(dag_run, "SECONDS_AFTER_A_FINDING", 0)
    with pytest.raises(NotAlive, match="refused or failed, as said above"):
        started(watched, api).follow(lambda: None)
    assert "refused  service triggerer: no ecs:DescribeTasks" in watched.text()


def test_the_sample_dag_is_run_where_it_is(watched: Any, api: AirflowApi, stand_in: Any) -> None:
    stand_in.dags = ["other", "even_odd"]
    assert find_dag(watched, api, None) == "even_odd"
    assert find_dag(watched, api, "other") == "other"


def test_a_dag_beyond_airflows_first_page_is_found(
    watched: Any, api: AirflowApi, stand_in: Any
) -> None:
    stand_in.dags = [f"dag_{number}" for number in range(250)] + ["even_odd"]
    assert find_dag(watched, api, None) == "even_odd"


def test_without_the_sample_dag_none_is_run_and_those_are_named_that_there_are(
    watched: Any, api: AirflowApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dag_run, "_SECONDS_FOR_OTHERS", 0)
    assert find_dag(watched, api, None) is None
    left_out = "No DAG is run. Name one with --dag; there are: hello."
    assert left_out in watched.text()
    assert watched.story.left_out == [left_out]


def test_a_dag_that_is_asked_for_and_not_there_is_a_failure(
    watched: Any, api: AirflowApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dag_run, "SECONDS_TO_PARSE", 0)
    with pytest.raises(NotAlive, match=r"does not know the DAG mine .*: hello\."):
        find_dag(watched, api, "mine")


def test_where_dags_are_fetched_there_may_be_none(
    watched: Any, api: AirflowApi, stand_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dag_run, "SECONDS_TO_PARSE", 0)
    stand_in.dags = []
    assert find_dag(watched, api, None, may_be_none=True) is None
    assert watched.story.left_out == ["No DAG is run: Airflow has found none in 0 seconds."]
    with pytest.raises(NotAlive, match="does not know the DAG even_odd"):
        find_dag(watched, api, None)


def test_an_import_error_is_a_failure_with_its_trace(
    watched: Any, api: AirflowApi, stand_in: Any
) -> None:
    stand_in.import_errors = [{"filename": "a.py", "stack_trace": "NameError: x"}]
    with pytest.raises(NotAlive, match=r"cannot import DAGs:\na\.py:\nNameError: x"):
        find_dag(watched, api, "hello")


def test_a_wrong_password_is_told(watched: Any, stand_in: Any) -> None:
    with pytest.raises(NotAlive, match=r"admin cannot log in with the secret's password: .*401"):
        log_in(watched, AirflowApi(stand_in.url, "wrong"))


def test_an_airflow_that_does_not_answer_is_told_with_its_address(
    watched: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dag_run, "_SECONDS_TO_ANSWER", 0)
    with pytest.raises(
        NotAlive, match=r"does not answer within 0 seconds at http://127\.0\.0\.1:9"
    ):
        log_in(watched, AirflowApi("http://127.0.0.1:9", "right"))


def test_what_airflow_says_about_a_refused_request_is_in_the_error(api: AirflowApi) -> None:
    with pytest.raises(AirflowError, match=r"answered with 409: .*nothing that is paused"):
        api.trigger("hello")
