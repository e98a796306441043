"""What all services of Airflow have in common."""

import math
from typing import Any

from airflow_fargate import InvalidValue

import pytest

KINDS = ["scheduler", "api_server", "dag_processor", "triggerer", "worker_default"]
PASSWORD = "AIRFLOW_FARGATE_ADMIN_PASSWORD"


@pytest.mark.parametrize("kind", KINDS)
def test_addresses_are_the_services_names(all_services: Any, kind: str) -> None:
    for type_ in ("aws_ecs_service", "aws_ecs_task_definition"):
        assert kind in all_services.resources[type_]
    assert kind in all_services.resources["aws_security_group"]
    assert kind in all_services.resources["aws_cloudwatch_log_group"]
    assert {f"{kind}_task", f"{kind}_execution"} <= set(all_services.resources["aws_iam_role"])


@pytest.mark.parametrize(
    ("kind", "command", "port"),
    [
        ("scheduler", ["airflow", "scheduler"], None),
        ("api_server", ["airflow", "api-server", "--workers", "1"], 8080),
        ("dag_processor", ["airflow", "dag-processor"], None),
        ("triggerer", ["airflow", "triggerer"], 8794),
        (
            "worker_default",
            [
                *("airflow", "celery", "worker", "--queues", "default", "--concurrency", "8"),
                *("--without-mingle", "--without-gossip"),
            ],
            8793,
        ),
    ],
)
def test_each_service_runs_its_component(
    all_services: Any, kind: str, command: list[str], port: int | None
) -> None:
    main = all_services.main(kind)
    assert main["command"] == command
    assert [each["containerPort"] for each in main.get("portMappings", [])] == [port] * bool(port)
    component = kind.removesuffix("_default").replace("_", "-")
    assert main["name"] == component
    health = ["CMD", "python", "-m", "airflow_fargate_runtime.health", component]
    assert main["healthCheck"]["command"] == health


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_runs_before_the_database_is_migrated(all_services: Any, kind: str) -> None:
    first, main = all_services.containers(kind).values()
    assert first["essential"] is False
    assert main["essential"] is True
    assert main["dependsOn"] == [{"containerName": first["name"], "condition": "SUCCESS"}]
    if kind == "scheduler":
        assert first["command"] == ["python", "-m", "airflow_fargate_runtime.prepare"]
    else:
        wait = ["airflow", "db", "check-migrations", "--migration-wait-timeout", "600"]
        assert first["command"] == wait


@pytest.mark.parametrize("kind", KINDS)
def test_the_first_container_is_told_what_the_main_one_is(all_services: Any, kind: str) -> None:
    first, main = all_services.containers(kind).values()
    assert first["environment"] == main["environment"]
    assert [s for s in first["secrets"] if s["name"] != PASSWORD] == main["secrets"]
    assert first["mountPoints"] == main["mountPoints"]
    assert first["image"] == main["image"]
    assert first["user"] == main["user"] == "50000:0"


@pytest.mark.parametrize("kind", KINDS)
def test_what_can_be_written_is_what_the_image_declares(all_services: Any, kind: str) -> None:
    volumes = {each["name"] for each in all_services.task_definition(kind)["volume"]}
    for container in all_services.containers(kind).values():
        assert container["readonlyRootFilesystem"] is True
        mounts = container["mountPoints"]
        assert {each["containerPath"] for each in mounts} == {"/tmp", "/opt/airflow/logs"}
        assert {each["sourceVolume"] for each in mounts} == volumes


def test_an_image_without_the_volumes_that_airflow_writes_is_refused(services: Any) -> None:
    def build(deployment: Any) -> None:
        deployment.image.writable_paths = ("/tmp",)
        deployment.add("scheduler")

    with pytest.raises(InvalidValue, match=r"VOLUME for /tmp, /opt/airflow/logs.*/airflow/logs'"):
        services(build)


def test_what_else_an_image_declares_is_writable_too(services: Any) -> None:
    def build(deployment: Any) -> None:
        deployment.image.writable_paths = ("/tmp", "/opt/airflow/logs", "/opt/airflow/cache")
        deployment.add("worker_default")

    mounts = services(build).main("worker_default")["mountPoints"]
    assert {"containerPath": "/opt/airflow/cache", "sourceVolume": "opt-airflow-cache",
            "readOnly": False} in mounts  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_tasks_are_private_and_closed_until_somebody_is_let_in(
    all_services: Any, kind: str
) -> None:
    network = all_services.service(kind)["network_configuration"]
    assert network["assign_public_ip"] is False
    assert network["subnets"] == "${data.aws_subnet.network_existing_private[*].id}"
    assert network["security_groups"] == [f"${{aws_security_group.{kind}.id}}"]
    rules = all_services.resources.get("aws_vpc_security_group_ingress_rule", {})
    assert not [name for name in rules if name.startswith(kind)]


def test_who_is_let_in_and_who_may_be_reached_is_named(services: Any) -> None:
    def build(deployment: Any) -> None:
        api_server = deployment.add("api_server").service.security_group
        worker = deployment.add("worker_default").service.security_group
        api_server.allow_from("worker_default", worker.id)
        worker.allow_to("api_server", api_server.id, 8080)
        worker.allow_https()
        worker.allow_to_cidr_block("reports", "10.1.0.0/16", 5432)

    resources = services(build).resources
    rule = resources["aws_vpc_security_group_ingress_rule"]["api_server_from_worker_default"]
    assert rule["referenced_security_group_id"] == "${aws_security_group.worker_default.id}"
    assert rule["from_port"] == rule["to_port"] == 8080
    egress = resources["aws_vpc_security_group_egress_rule"]
    ports = {name: rule["to_port"] for name, rule in egress.items()}
    assert ports == {
        "worker_default_to_api_server": 8080,
        "worker_default_to_https": 443,
        "worker_default_to_reports": 5432,
    }


@pytest.mark.parametrize("kind", KINDS)
def test_a_bad_deployment_is_rolled_back_and_a_good_one_can_go_on(
    all_services: Any, kind: str
) -> None:
    service = all_services.service(kind)
    assert service["deployment_circuit_breaker"] == {"enable": True, "rollback": True}
    kept = math.ceil(service["deployment_minimum_healthy_percent"] / 100)
    most = math.floor(service["deployment_maximum_percent"] / 100)
    assert kept == 1, "a single task serves until the new one does"
    assert most > kept, "a single task could never be replaced"


@pytest.mark.parametrize("kind", KINDS)
def test_the_task_definition_is_for_fargate_and_the_images_architecture(
    all_services: Any, kind: str
) -> None:
    definition = all_services.task_definition(kind)
    assert definition["requires_compatibilities"] == ["FARGATE"]
    assert definition["network_mode"] == "awsvpc"
    assert definition["runtime_platform"]["cpu_architecture"] == "ARM64"
    assert "skip_destroy" not in definition


def test_a_task_definition_waits_for_the_image(services: Any) -> None:
    def build(deployment: Any) -> None:
        deployment.image.depends_on = [deployment.cluster.node.find_child("ecs_cluster")]
        deployment.add("triggerer")

    definition = services(build).task_definition("triggerer")
    assert definition["depends_on"] == ["aws_ecs_cluster.cluster"]


def test_two_deployments_share_no_name(services: Any) -> None:
    def names(name: str) -> set[str]:
        found = services(lambda deployment: deployment.add_all(), name=name).resources
        return {
            resource[argument]
            for type_, argument in (
                ("aws_ecs_task_definition", "family"),
                ("aws_iam_role", "name"),
                ("aws_security_group", "name"),
                ("aws_cloudwatch_log_group", "name"),
            )
            for resource in found[type_].values()
        }

    assert not names("demo") & names("demo-worker")
