"""What is particular to one of the services."""

import json
from typing import Any

import pytest


def configured_host(services: Any, kind: str) -> str:
    """Host and port at which a component looks for the execution API."""
    environment = {each["name"]: each["value"] for each in services.main(kind)["environment"]}
    return environment["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"].split("/")[2]


@pytest.mark.parametrize("kind", ["worker_default", "triggerer", "dag_processor"])
def test_the_execution_api_is_found_by_its_private_name(all_services: Any, kind: str) -> None:
    registry = all_services.resources["aws_service_discovery_service"]["api_server"]
    namespace = "aws_service_discovery_private_dns_namespace.cluster"
    assert registry["dns_config"]["namespace_id"] == f"${{{namespace}.id}}"
    assert registry["dns_config"]["dns_records"] == [{"type": "A", "ttl": 10}]
    port = all_services.main("api_server")["portMappings"][0]["containerPort"]
    host = f"{registry['name']}.${{{namespace}.name}}:{port}"
    assert configured_host(all_services, kind) == host
    registered = all_services.service("api_server")["service_registries"]["registry_arn"]
    assert registered == "${aws_service_discovery_service.api_server.arn}"


def test_addresses_that_ecs_has_not_taken_out_do_not_hold_up_a_destroy(all_services: Any) -> None:
    registry = all_services.resources["aws_service_discovery_service"]["api_server"]
    assert registry["force_destroy"] is True


def test_the_api_server_stands_behind_the_load_balancer(services: Any) -> None:
    found = services(
        lambda deployment: deployment.add("api_server", load_balancer=deployment.load_balancer())
    )
    service = found.service("api_server")
    assert service["load_balancer"] == [
        {
            "container_name": "api-server",
            "container_port": 8080,
            "target_group_arn": "${aws_lb_target_group.load_balancer.arn}",
        }
    ]
    listeners = {f"aws_lb_listener.{name}" for name in found.resources["aws_lb_listener"]}
    assert listeners <= set(service["depends_on"])


def test_a_target_has_time_to_wait_for_the_migration_before_it_must_answer(services: Any) -> None:
    found = services(
        lambda deployment: deployment.add("api_server", load_balancer=deployment.load_balancer())
    )
    first, main = found.containers("api_server").values()
    needed = int(first["command"][-1]) + main["healthCheck"]["startPeriod"]
    assert found.service("api_server")["health_check_grace_period_seconds"] >= needed


def test_without_a_load_balancer_there_is_no_target_to_wait_for(all_services: Any) -> None:
    service = all_services.service("api_server")
    assert "load_balancer" not in service
    assert "health_check_grace_period_seconds" not in service


@pytest.mark.parametrize(("kind", "trusts"), [("application", True), ("network", False)])
def test_a_clients_address_is_believed_from_an_application_load_balancer_only(
    services: Any, kind: str, *, trusts: bool
) -> None:
    found = services(
        lambda deployment: deployment.add(
            "api_server", load_balancer=deployment.load_balancer(kind=kind)
        )
    )
    main = found.main("api_server")
    assert ("--proxy-headers" in main["command"]) is trusts
    assert {"name": "FORWARDED_ALLOW_IPS", "value": "*"} in main["environment"]


def test_an_api_server_has_as_many_processes_as_it_is_told(services: Any) -> None:
    found = services(lambda deployment: deployment.add("api_server", workers=3))
    assert found.main("api_server")["command"][-2:] == ["--workers", "3"]


def test_a_pool_takes_its_own_queue(services: Any) -> None:
    found = services(
        lambda deployment: deployment.add("worker_default", pool="big-memory", concurrency=2)
    )
    command = found.main("worker_default")["command"]
    assert command[command.index("--queues") + 1] == "big-memory"
    assert command[command.index("--concurrency") + 1] == "2"
    assert found.service("worker_default")["name"] == "worker-big-memory"


@pytest.mark.parametrize(("spot", "provider"), [(True, "FARGATE_SPOT"), (False, "FARGATE")])
def test_workers_run_on_spot_when_they_are_told_to(
    services: Any, provider: str, *, spot: bool
) -> None:
    service = services(
        lambda deployment: deployment.add("worker_default", spot=spot)
    ).service("worker_default")  # fmt: skip
    strategy = [{"capacity_provider": provider, "weight": 1}]
    assert service["capacity_provider_strategy"] == strategy
    assert "launch_type" not in service


def test_more_workers_leave_those_that_run_alone(all_services: Any) -> None:
    # With force_new_deployment, the provider asks for one at every change of desired_count.
    assert "force_new_deployment" not in all_services.service("worker_default")
    assert all_services.service("worker_default")["availability_zone_rebalancing"] == "DISABLED"
    assert all_services.service("scheduler")["availability_zone_rebalancing"] == "ENABLED"


def test_workers_have_the_disk_that_they_are_given(services: Any) -> None:
    found = services(lambda deployment: deployment.add("worker_default", ephemeral_storage_gib=80))
    storage = found.task_definition("worker_default")["ephemeral_storage"]
    assert storage == {"size_in_gib": 80}


def test_airflow_under_another_auth_manager_gets_no_admin_password(services: Any) -> None:
    manager = "airflow.providers.keycloak.auth_manager.keycloak_auth_manager.KeycloakAuthManager"
    found = services(lambda deployment: deployment.add("scheduler"), auth_manager=manager)
    assert "AIRFLOW_FARGATE_ADMIN_PASSWORD" not in json.dumps(found.containers("scheduler"))
    assert "admin_password" not in json.dumps(found.statements("scheduler_execution"))
