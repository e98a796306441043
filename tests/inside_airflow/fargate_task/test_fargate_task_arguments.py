"""What a DAG's author may give a FargateTaskOperator, and what they are told of the rest."""

import itertools
import json
from typing import Any

import pytest
from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG
from airflow_fargate_runtime import FargateTaskOperator
from airflow_fargate_runtime.fargate_task_arguments import FargateTaskArguments
from airflow_fargate_runtime.fargate_task_checks import check_arguments

# An XCom of another task, as far as a parse sees it.
ARTICLE = DAG("article", schedule=None)
XCOM = EmptyOperator(task_id="first", dag=ARTICLE).output
NUMBERS = itertools.count()
TOLD = {"AIRFLOW_CTX_DAG_ID": "dag"}


def parse(**arguments: Any) -> Any:
    return FargateTaskOperator(**{"task_id": "odd_task", "task": "even_odd", **arguments})


@pytest.mark.parametrize(
    ("argument", "value", "said"),
    [
        (
            "command",
            "odd --run 7",
            r"command must be a list of strings.*got the text 'odd --run 7'",
        ),
        ("command", "", "got the text ''. When mapped over, .*expand"),
        ("command", 5, r'list of strings, \["--day", "{{ ds }}"\] for example; got 5$'),
        ("command", {"a": "b"}, r"list of strings, .*; got \{'a': 'b'\}"),
        ("command", b"odd", "list of strings, .*; got b'odd'"),
        ("command", ["x", None], r"command\[1\] must be a string or a number; got None"),
        ("environment", "A=1", "a dictionary of strings, .* for example; got 'A=1'"),
        ("environment", ["A=1"], r"a dictionary of strings, .*; got \['A=1'\]"),
        ("environment", {1: "1"}, "text without blanks and without =; got 1"),
        ("environment", {"A B=": "1"}, "text without blanks and without =; got 'A B='"),
        ("environment", {"A": True}, r"environment\['A'\] must be a string or a number; got True"),
        ("cpu", "1024", r"whole number of CPU units \(1024 are one .* quotes; got '1024'"),
        ("cpu", [1], r"cpu must be a whole number of CPU units .*; got \[1\]"),
        ("cpu", True, "cpu must be a whole number of CPU units .*; got True"),
        ("memory_mib", "4096", "memory_mib must be a whole number of MiB, .*; got '4096'"),
        ("ephemeral_storage_gib", "30", "must be a whole number of GiB, .*; got '30'"),
        ("skip_on_exit_code", "3", r"a whole number or a list of them, 3 or \[3, 4\] .*; got '3'"),
        ("skip_on_exit_code", ["3"], r"a whole number or a list of them.*; got \['3'\]"),
        ("skip_on_exit_code", True, "a whole number or a list of them.*; got True"),
        ("task", None, "must be the name of a folder in task_images/: 1 to 24 .*; got None$"),
        ("task", 5, "must be the name of a folder in task_images/.*; got 5$"),
        ("task", ["x"], r"must be the name of a folder in task_images/.*; got \['x'\]$"),
        ("task", "", "must be the name of a folder in task_images/.*; got ''$"),
        ("task", "Weather-Max", "got 'Weather-Max'. Did you mean \"weather_max\"?"),
        ("task", "n" * 25, "must be the name of a folder in task_images/: 1 to 24"),
        ("cpu", 500, r"cpu must be one of 256, 512, .* \(1024 are one virtual CPU\); got 500"),
        ("memory_mib", 700, "memory_mib must be a size that Fargate has; got 700, .* is 512"),
        ("ephemeral_storage_gib", 20, "ephemeral_storage_gib must be 21 to 200; got 20"),
        ("capacity_provider", "SPOT", "one of FARGATE, FARGATE_SPOT; got 'SPOT'"),
        (
            "environment",
            {"AIRFLOW_CTX_DAG_ID": "other"},
            "cannot set AIRFLOW_CTX_DAG_ID: names that begin with AIRFLOW_CTX_ or AIRFLOW_FARGATE_",
        ),
    ],
)
def test_what_cannot_be_is_an_import_error_of_the_dag(argument: str, value: Any, said: str) -> None:
    for make in (parse, FargateTaskOperator.partial):
        arguments = {"task_id": "odd_task", "task": "even_odd", argument: value}
        with pytest.raises(ValueError, match=said):
            make(**arguments)


@pytest.mark.parametrize(
    "arguments",
    [
        {"command": "{{ ti.xcom_pull('names') }}"},
        {"command": XCOM},
        {"command": ("a", 1, 2.5, XCOM, "{{ ds }}")},
        {"environment": XCOM},
        {"environment": "{% if True %}x{% endif %}"},
        {"environment": {"A": XCOM, "a.b-c": "{{ ds }}", "EMPTY": ""}},
        {"skip_on_exit_code": 3},
        {"skip_on_exit_code": {3, 4}},
        {"skip_on_exit_code": range(10, 20)},
        {"retries": 2, "trigger_rule": "all_done", "max_active_tis_per_dag": 3},
    ],
)
def test_what_can_be_or_comes_of_templates_and_xcoms_passes(arguments: dict[str, Any]) -> None:
    parse(dag=ARTICLE, task_id=f"odd_{next(NUMBERS)}", **arguments)
    check_arguments(task="even_odd", **arguments)


@pytest.mark.parametrize(
    ("misspelt", "meant"),
    [
        ("comand", "command"),
        ("memory", "memory_mib"),
        ("env", "environment"),
        ("retry", "retries"),
    ],
)
def test_a_misspelt_argument_is_refused_with_the_one_that_was_meant(
    misspelt: str, meant: str
) -> None:
    for make in (parse, FargateTaskOperator.partial):
        arguments = {"task_id": "odd_task", "task": "even_odd", misspelt: 1}
        with pytest.raises(TypeError, match=rf'takes no {misspelt}\. Did you mean "{meant}"\?'):
            make(**arguments)


def test_a_cpu_goes_with_some_sizes_of_memory_only() -> None:
    parse(cpu=512, memory_mib=4096)
    said = "with 512 CPU units, from 1024 to 4096; got 8192, the nearest is 4096"
    with pytest.raises(ValueError, match=said):
        parse(cpu=512, memory_mib=8192)


@pytest.mark.parametrize(
    ("argument", "said"),
    [
        ("cluster", "takes no cluster: how a task is started .* comes with the deployment"),
        ("network_configuration", "takes no network_configuration: how a task"),
        ("aws_conn_id", "takes no aws_conn_id: how a task"),
        ("reattach", "takes no reattach: how a task"),
        ("overrides", "takes no overrides; give command, environment, cpu"),
        ("capacity_provider_strategy", 'give capacity_provider="FARGATE_SPOT"'),
    ],
)
def test_what_the_infrastructure_says_cannot_be_said_again(argument: str, said: str) -> None:
    for make in (parse, FargateTaskOperator.partial):
        arguments = {"task_id": "odd_task", "task": "even_odd", argument: {}}
        with pytest.raises(TypeError, match=said):
            make(**arguments)


def test_what_is_not_given_is_not_overridden() -> None:
    assert FargateTaskArguments().overrides("even_odd", TOLD) == {
        "containerOverrides": [
            {
                "name": "even_odd",
                "environment": [{"name": "AIRFLOW_CTX_DAG_ID", "value": "dag"}],
            }
        ]
    }


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"command": "odd 7"}, "got the text 'odd 7'"),
        ({"command": "--day 7"}, r'\["--day", "{{ ds }}"\] for example; got the text .--day 7'),
        ({"command": "a"}, r'each item is a list: expand\(command=\[\["a"\], \["b"\]\]\)'),
        ({"command": 7}, "must be a list of strings, .*; got 7"),
        ({"command": "{{ x"}, "strings after its templates are filled in, .*; got '{{ x'"),
        ({"environment": "{{ x"}, "of strings after its templates are filled in; got '{{ x'"),
        ({"command": ["odd", None]}, r"command\[1\] must be a string or a number; got None"),
        ({"command": [True]}, r"command\[0\] must be a string or a number; got True"),
        ({"environment": {"A": ["b"]}}, r"environment\['A'\] must be a string or a number"),
        ({"environment": "A=b"}, "must be a dictionary of strings, .*; got 'A=b'"),
    ],
)
def test_what_comes_of_templates_is_checked_before_ecs_is_asked(
    given: dict[str, Any], said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        FargateTaskArguments(**given).overrides("even_odd", TOLD)


def test_ecs_s_limit_is_that_of_the_json_that_is_sent() -> None:
    empty = FargateTaskArguments(command=[""]).overrides("even_odd", TOLD)
    room = 8192 - len(json.dumps(empty))
    FargateTaskArguments(command=["x" * room]).overrides("even_odd", TOLD)
    with pytest.raises(ValueError, match=r"are 8,193 characters .*\(8,\d{3} of them"):
        FargateTaskArguments(command=["x" * (room + 1)]).overrides("even_odd", TOLD)
