"""Containers of task definitions, and the sizes that Fargate has."""

import json
from typing import Any

import airflow_fargate as af
from airflow_fargate.containers import Container, HealthCheck, Logs, container_definitions
from airflow_fargate.fargate_size import MEMORY_MIB_BY_CPU, check_size

import pytest
from cdktf import TerraformOutput, TerraformVariable, Token

LOGS = Logs(group="/demo", region="eu-west-1", prefix="demo")


def written(**fields: Any) -> dict[str, Any]:
    text = container_definitions([Container(name="main", image="demo:1", logs=LOGS, **fields)])
    return json.loads(text)[0]


def test_a_container_has_a_read_only_root_no_capabilities_and_logs() -> None:
    container = written()
    assert container["readonlyRootFilesystem"] is True
    assert container["linuxParameters"]["capabilities"] == {"drop": ["ALL"]}
    assert container["logConfiguration"]["options"]["awslogs-group"] == "/demo"
    assert "privileged" not in container


def test_what_is_left_out_is_left_to_ecs() -> None:
    given = {"name", "image", "essential", "readonlyRootFilesystem", "linuxParameters"}
    assert set(written()) == given | {"stopTimeout", "logConfiguration"}


def test_lists_are_sorted_so_that_order_makes_no_new_revision() -> None:
    one = written(environment={"B": "2", "A": "1"}, mounts={"/tmp": "a", "/logs": "b"})
    other = written(environment={"A": "1", "B": "2"}, mounts={"/logs": "b", "/tmp": "a"})
    assert one == other
    assert one["environment"] == [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}]


def test_mounts_say_who_may_write() -> None:
    mounts = written(mounts={"/tmp": "tmp"}, read_only_mounts={"/data": "data"})["mountPoints"]
    assert {mount["containerPath"]: mount["readOnly"] for mount in mounts} == {
        "/data": True,
        "/tmp": False,
    }


def test_a_container_waits_for_another() -> None:
    depends = written(depends_on={"migrate": "SUCCESS"})["dependsOn"]
    assert depends == [{"containerName": "migrate", "condition": "SUCCESS"}]


def test_a_health_check_runs_without_a_shell() -> None:
    check = written(health_check=HealthCheck(command=["check", "a b"]))["healthCheck"]
    assert check["command"] == ["CMD", "check", "a b"]
    assert (check["interval"], check["timeout"], check["retries"]) == (30, 10, 3)


def test_an_environment_known_to_terraform_only_becomes_a_list_there(synth: Any) -> None:
    def build(stack: af.Stack) -> None:
        variable = TerraformVariable(stack, "environment", type="map(string)")
        environment = Token.as_string_map(variable.value)
        container = Container(name="main", image="demo:1", logs=LOGS, environment=environment)
        TerraformOutput(stack, "definitions", value=container_definitions([container]))

    text = synth(build)["output"]["definitions"]["value"]
    # Empty where the variable is null.
    given = "merge(zipmap([], []), var.environment)"
    assert f'jsonencode([for k in keys({given}) : zipmap(["name", "value"]' in text


@pytest.mark.parametrize("cpu", MEMORY_MIB_BY_CPU)
def test_every_size_of_fargate_is_taken(cpu: int) -> None:
    for memory_mib in MEMORY_MIB_BY_CPU[cpu]:
        check_size("Props", cpu, memory_mib)


@pytest.mark.parametrize(
    ("cpu", "memory_mib", "words"),
    [
        (300, 512, "Props.cpu must be one of 256, 512, 1024, 2048, 4096, 8192, 16384"),
        (256, 4096, "Props.memory_mib must be one of 512, 1024, 2048 with 256 CPU units"),
        (1024, 1024, "one of 2048 to 8192 in steps of 1024 with 1024 CPU units"),
        (8192, 17_408, "one of 16384 to 61440 in steps of 4096 with 8192 CPU units; got 17408"),
    ],
)
def test_a_size_that_fargate_does_not_have_is_refused(
    cpu: int, memory_mib: int, words: str
) -> None:
    with pytest.raises(af.InvalidValue, match=words.replace("(", r"\(")):
        check_size("Props", cpu, memory_mib)
