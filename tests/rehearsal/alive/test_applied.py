"""What runs of a stack, read from Terraform's state."""

import json
from typing import Any

import pytest

from airflow_fargate_rehearsal.alive.applied import Deployment, deployments_of

ECS = "arn:aws:ecs:eu-west-1:123456789012"
LB = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/net/lb/1"
SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:password-AbCdEf"


def resource(kind: str, **values: Any) -> dict[str, Any]:
    return {"mode": "managed", "type": kind, "values": values}


def definition(family: str, **container: Any) -> dict[str, Any]:
    log = {"logDriver": "awslogs", "options": {"awslogs-group": f"/{family}"}}
    containers = [{"name": "main", "logConfiguration": log, **container}]
    return resource(
        "aws_ecs_task_definition",
        arn=f"{ECS}:task-definition/{family}:1",
        family=family,
        container_definitions=json.dumps(containers),
    )


def state(
    *resources: dict[str, Any], protocol: str = "TCP", port: int = 80, name: str = "127.3.0.2"
) -> dict[str, Any]:
    service = resource(
        "aws_ecs_service",
        id=f"{ECS}:service/dev/api-server",
        name="api-server",
        desired_count=1,
        task_definition=f"{ECS}:task-definition/api:1",
        load_balancer=[{"target_group_arn": "target-group"}],
    )
    everything = [
        service,
        definition(
            "api",
            healthCheck={"command": ["CMD", "true"]},
            secrets=[{"name": "AIRFLOW_FARGATE_ADMIN_PASSWORD", "valueFrom": f"{SECRET}:key::"}],
        ),
        definition("task"),
        resource("aws_lb", arn=LB, dns_name=name),
        resource(
            "aws_lb_listener",
            load_balancer_arn=LB,
            protocol=protocol,
            port=port,
            default_action=[{"target_group_arn": "target-group", "forward": []}],
        ),
    ]
    # A deployment may be a module of its user's.
    child = {"resources": [*everything, *resources]}
    return {"values": {"root_module": {"child_modules": [child]}}}


def only(stack: str, applied: dict[str, Any]) -> Deployment:
    (found,) = deployments_of(stack, applied)
    return found


def in_another_region(applied: dict[str, Any]) -> dict[str, Any]:
    """The same deployment in eu-north-1, with another address."""
    text = json.dumps(applied).replace("eu-west-1", "eu-north-1")
    return json.loads(text.replace("127.3.0.2", "127.3.0.9").replace("target-group", "group-2"))


def test_two_deployments_of_one_root_are_two_whatever_they_share_in_name() -> None:
    one, two = state(), in_another_region(state())
    both = [*one["values"]["root_module"]["child_modules"]]
    both += two["values"]["root_module"]["child_modules"]
    applied = {"values": {"root_module": {"child_modules": both}}}

    north, west = deployments_of("live", applied)

    assert (north.stack, west.stack) == ("live-eu-north-1-dev", "live-eu-west-1-dev")
    for found, region, url in (
        (north, "eu-north-1", "http://127.3.0.9"),
        (west, "eu-west-1", "http://127.3.0.2"),
    ):
        assert (found.region, found.clusters, found.url) == (region, ["dev"], url)
        assert found.admin_password_secret == SECRET.replace("eu-west-1", region)
        assert found.log_groups == {"api": "/api", "task": "/task"}


def test_a_cluster_without_the_way_in_has_none() -> None:
    workers = resource(
        "aws_ecs_service",
        id=f"{ECS}:service/other/workers",
        name="workers",
        desired_count=1,
        task_definition=f"{ECS}:task-definition/workers:1",
    )
    dev, other = deployments_of("live", state(workers, definition("workers")))
    assert dev.url == "http://127.3.0.2"
    assert "workers" not in dev.log_groups
    assert other.url is None
    assert [each.name for each in other.services] == ["workers"]


def test_services_tasks_and_the_way_in_are_found() -> None:
    found = only("dev", state())
    (service,) = found.services
    assert (service.name, service.cluster, service.region) == ("api-server", "dev", "eu-west-1")
    assert service.has_health_check
    assert found.url == "http://127.3.0.2"
    assert found.admin_password_secret == SECRET
    assert found.log_groups == {"api": "/api", "task": "/task"}


@pytest.mark.parametrize(
    ("protocol", "port", "url"),
    [
        ("HTTP", 8080, "http://127.3.0.2:8080"),
        ("HTTPS", 443, "https://127.3.0.2"),
        ("TLS", 8443, "https://127.3.0.2:8443"),
    ],
)
def test_the_address_follows_the_listener(protocol: str, port: int, url: str) -> None:
    found = only("dev", state(protocol=protocol, port=port))
    assert found.url == url


@pytest.mark.parametrize(
    ("protocol", "port", "url"),
    [
        ("HTTP", 80, "http://127.3.0.2:8080"),
        ("HTTP", 8000, "http://127.3.0.2:8000"),
        ("HTTP", 81, "http://127.3.0.2:8081"),
        ("HTTPS", 443, "https://127.3.0.2:8443"),
    ],
)
def test_the_address_is_where_a_user_may_listen_who_may_not_at_80(
    protocol: str, port: int, url: str
) -> None:
    found = only("dev", state(protocol=protocol, port=port, name="127.3.0.2:8080"))
    assert found.url == url


def test_a_stack_without_services_has_nothing_to_run() -> None:
    assert deployments_of("state", {"values": {"root_module": {"resources": []}}}) == []
    assert deployments_of("state", {}) == []


@pytest.mark.parametrize(
    ("bundle", "fetched"),
    [("S3DagBundle", True), ("GitDagBundle", True), ("LocalDagBundle", False)],
)
def test_whether_dags_are_fetched_is_seen(bundle: str, *, fetched: bool) -> None:
    name = "AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST"
    told = [{"name": name, "value": json.dumps([{"classpath": f"airflow.{bundle}"}])}]
    found = only("dev", state(definition("dags", environment=told)))
    assert found.fetches_dags is fetched
