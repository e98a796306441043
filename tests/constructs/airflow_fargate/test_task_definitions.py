"""The containers of a whole deployment."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

SERVICES = (
    *("api_server", "scheduler", "dag_processor", "triggerer"),
    *("worker_default", "worker_big_memory"),
)
SECRET_NAME = re.compile(r"(PASSWORD|SECRET|TOKEN|CREDENTIALS?|PRIVATE|KEY|FERNET)(_|$)")
USER_AND_PASSWORD = re.compile(r"://[^/\s]*@")


def all_containers(deployed: Any) -> Iterator[tuple[str, str, Any]]:
    for definition in deployed.of("aws_ecs_task_definition"):
        for name, container in deployed.containers(definition).items():
            yield definition, name, container


def test_one_service_migrates_the_database_and_all_others_wait(demo: Any) -> None:
    first = {service: next(iter(demo.containers(service).values())) for service in SERVICES}
    prepares = ["python", "-m", "airflow_fargate_runtime.prepare"]
    assert [service for service in SERVICES if first[service]["command"] == prepares] == [
        "scheduler"
    ]
    for service in set(SERVICES) - {"scheduler"}:
        assert first[service]["command"][:3] == ["airflow", "db", "check-migrations"]
    for service in SERVICES:
        _, *serving = demo.containers(service).values()
        waits = [{"containerName": first[service]["name"], "condition": "SUCCESS"}]
        assert [container["dependsOn"] for container in serving] == [waits]


def test_every_service_that_fails_goes_back_to_what_ran(demo: Any) -> None:
    services = demo.of("aws_ecs_service")
    assert set(services) == set(SERVICES)
    for service in services.values():
        assert service["deployment_circuit_breaker"] == {"enable": True, "rollback": True}


def test_no_container_runs_as_root_or_writes_into_its_image(demo: Any) -> None:
    for definition, name, container in all_containers(demo):
        if definition != "task_report":
            assert container["user"] == "50000:0", name
        # A DAG task's user is the one in its Dockerfile, where root is refused.
        assert not container.get("user", "1000").startswith(("0", "root")), name
        assert container["readonlyRootFilesystem"] is True, name
        assert container["linuxParameters"]["capabilities"] == {"drop": ["ALL"]}, name
        assert not container.get("privileged"), name


def test_every_container_writes_into_its_own_log_group(demo: Any) -> None:
    for definition, _, container in all_containers(demo):
        group = container["logConfiguration"]["options"]["awslogs-group"]
        assert group == f"${{aws_cloudwatch_log_group.{definition}.name}}"


def test_no_port_is_open_without_need(demo: Any) -> None:
    ports = {
        (definition, name): [each["containerPort"] for each in container["portMappings"]]
        for definition, name, container in all_containers(demo)
        if container.get("portMappings")
    }
    assert ports == {
        ("api_server", "api-server"): [8080],
        ("triggerer", "triggerer"): [8794],
        ("worker_default", "worker"): [8793],
        ("worker_big_memory", "worker"): [8793],
    }


def test_no_environment_holds_a_secret(demo: Any) -> None:
    seen = 0
    for definition, name, _ in all_containers(demo):
        for variable, value in demo.environment(definition, name).items():
            seen += 1
            if SECRET_NAME.search(variable):
                assert variable.endswith("_ARN"), variable
                assert value.endswith("secret_arn}"), variable
            assert not USER_AND_PASSWORD.search(value), variable
            assert "random_password" not in value, variable
    assert seen > 100


def test_the_admin_password_is_in_the_migration_and_the_fernet_key_in_no_worker(demo: Any) -> None:
    def holders(variable: str) -> set[tuple[str, str]]:
        return {
            (definition, name)
            for definition, name, container in all_containers(demo)
            if variable in {secret["name"] for secret in container.get("secrets", [])}
        }

    assert holders("AIRFLOW_FARGATE_ADMIN_PASSWORD") == {("scheduler", "migrate")}
    with_fernet_key = {definition for definition, _ in holders("AIRFLOW__CORE__FERNET_KEY")}
    assert with_fernet_key == {"api_server", "scheduler", "dag_processor", "triggerer"}


@pytest.mark.parametrize("service", SERVICES)
def test_airflow_knows_the_queues_by_the_names_of_its_pools(demo: Any, service: str) -> None:
    for container in demo.containers(service):
        environment = demo.environment(service, container)
        queues = environment["AIRFLOW__CELERY_BROKER_TRANSPORT_OPTIONS__PREDEFINED_QUEUES"]
        # A map of SQS's own keys and URLs: what is listed is what is there.
        assert "zipmap(keys(aws_sqs_queue.broker), " in queues
        assert "values(aws_sqs_queue.broker)[*].url" in queues
        assert environment["AIRFLOW__OPERATORS__DEFAULT_QUEUE"] == "default"


def test_each_pool_has_a_queue_and_its_workers_take_from_that_one(demo: Any) -> None:
    queue = demo.of("aws_sqs_queue")["broker"]
    assert queue["for_each"] == '${toset(["default", "big-memory"])}'
    assert queue["name"] == "demo_${each.key}"
    for pool in ("default", "big-memory"):
        address = f"worker_{pool.replace('-', '_')}"
        command = demo.containers(address)["worker"]["command"]
        assert command[command.index("--queues") + 1] == pool
        assert demo.of("aws_ecs_service")[address]["name"] == f"worker-{pool}"


def test_only_who_runs_code_of_dags_is_told_where_the_tasks_are(demo: Any) -> None:
    told = {
        definition
        for definition, name, _ in all_containers(demo)
        if "AIRFLOW_FARGATE_TASKS_PATH" in demo.environment(definition, name)
    }
    assert told == {"dag_processor", "triggerer", "worker_default", "worker_big_memory"}
    told_path = demo.environment("worker_default", "worker")["AIRFLOW_FARGATE_TASKS_PATH"]
    assert demo.of("aws_ssm_parameter")["task_report"]["name"] == f"{told_path}/report"
    assert demo.config["output"]["tasks_parameter_path"]["value"] == told_path


def test_a_task_runs_where_airflow_may_start_it(demo: Any) -> None:
    parameter = json.dumps(demo.of("aws_ssm_parameter")["task_report"]["insecure_value"])
    assert "aws_security_group.tasks.id" in parameter
    assert "aws_subnet.network_private[*].id" in parameter
    assert "aws_ecs_cluster" in parameter
