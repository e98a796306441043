"""Rules about containers: what passes, what fails, what cannot be read."""

from typing import Any

import pytest
from tests.policies.rules.resources import findings, resource, task

from airflow_fargate_policies.finding import Outcome
from airflow_fargate_policies.resource import Resource, Template

KEY = "AKIA" + "Q7DLXKZ2MWPTV4HB"  # of no account
LOGS = {"logDriver": "awslogs", "options": {"awslogs-group": "/it"}}


def variable(name: str, value: str) -> dict[str, Any]:
    return {"environment": [{"name": name, "value": value}]}


PASSES = [
    ("AF_SECRET_IN_ENVIRONMENT", {}),
    ("AF_SECRET_IN_ENVIRONMENT", variable("PORT", "8080")),
    ("AF_SECRET_IN_ENVIRONMENT", variable("DATABASE_SECRET_ARN", "arn:aws:secretsmanager:x")),
    ("AF_SECRET_IN_ENVIRONMENT", variable("DATABASE_SECRET", "arn:aws:secretsmanager:x")),
    ("AF_SECRET_IN_ENVIRONMENT", variable("AIRFLOW__SECRETS__BACKEND", "a.b.Backend")),
    ("AF_SECRET_IN_ENVIRONMENT", variable("CONN", "postgresql://database:5432/airflow")),
    ("AF_SECRET_IN_ENVIRONMENT", variable("SECRET", "${aws_secretsmanager_secret.it.arn}")),
    ("AF_SECRET_IN_ENVIRONMENT", variable("VISIBILITY_TIMEOUT", "86400")),
    ("AF_CONTAINER_LOGS", {}),
    ("AF_CONTAINER_LOGS", {"logConfiguration": {"logDriver": "awsfirelens"}}),
    ("AF_PRIVILEGED_CONTAINER", {}),
    ("AF_PRIVILEGED_CONTAINER", {"privileged": False}),
    ("AF_PRIVILEGED_CONTAINER", {"linuxParameters": {"capabilities": {"drop": ["ALL"]}}}),
    ("AF_WRITABLE_ROOT", {}),
    ("AF_ROOT_USER", {"user": "50000:0"}),
    ("AF_ROOT_USER", {"user": "airflow"}),
    ("AF_MOVING_IMAGE", {"image": "registry.example:5000/it:2024-01-01"}),
    ("AF_MOVING_IMAGE", {"image": f"registry.example/it@sha256:{'0' * 64}"}),
    ("AF_MOVING_IMAGE", {"image": "${aws_ecr_repository.it.repository_url}:3f36c7"}),
]
FAILS = [
    ("AF_SECRET_IN_ENVIRONMENT", variable("PASSWORD", "made-up"), "PASSWORD"),
    ("AF_SECRET_IN_ENVIRONMENT", variable("db-password", "made-up"), "db-password"),
    ("AF_SECRET_IN_ENVIRONMENT", variable("FERNET_KEY", "made-up"), "FERNET_KEY"),
    ("AF_SECRET_IN_ENVIRONMENT", variable("API_TOKEN_2", "made-up"), "API_TOKEN_2"),
    ("AF_SECRET_IN_ENVIRONMENT", variable("ID", KEY), "an AWS access key"),
    ("AF_SECRET_IN_ENVIRONMENT", variable("X", "amqp://me:made" + "-up@host"), "in a URL"),
    (
        "AF_SECRET_IN_ENVIRONMENT",
        variable("X", "q7XzLm2R-tV9w" + "Kc4N-bY8sJd3F"),
        "like a key",
    ),
    ("AF_SECRET_IN_ENVIRONMENT", variable("X", "${random_password.it.result}"), "random_password"),
    (
        "AF_SECRET_IN_ENVIRONMENT",
        variable("X", "${data.aws_secretsmanager_secret_version.it.secret_string}"),
        "secret_string",
    ),
    ("AF_SECRET_IN_ENVIRONMENT", {"command": ["--url", "https://me:made" + "-up@host"]}, "command"),
    ("AF_CONTAINER_LOGS", {"logConfiguration": None}, "no logConfiguration"),
    ("AF_CONTAINER_LOGS", {"logConfiguration": {"logDriver": "none"}}, "nowhere"),
    ("AF_CONTAINER_LOGS", {"logConfiguration": {"logDriver": "awslogs", "options": {}}}, "nowhere"),
    ("AF_PRIVILEGED_CONTAINER", {"privileged": True}, "privileged"),
    (
        "AF_PRIVILEGED_CONTAINER",
        {"linuxParameters": {"capabilities": {"add": ["SYS_ADMIN"]}}},
        "SYS_ADMIN",
    ),
    ("AF_WRITABLE_ROOT", {"readonlyRootFilesystem": False}, "can write"),
    ("AF_WRITABLE_ROOT", {"readonlyRootFilesystem": None}, "can write"),
    ("AF_ROOT_USER", {"user": None}, "names no user"),
    ("AF_ROOT_USER", {"user": "root"}, "as root"),
    ("AF_ROOT_USER", {"user": "0:0"}, "as root"),
    ("AF_MOVING_IMAGE", {"image": "registry.example:5000/it"}, "no tag"),
    ("AF_MOVING_IMAGE", {"image": "registry.example/it:latest"}, "moved on"),
    ("AF_MOVING_IMAGE", {"image": "${aws_ecr_repository.it.repository_url}"}, "no tag"),
    ("AF_MOVING_IMAGE", {"image": "${aws_ecr_repository.it.repository_url}:main"}, "moved on"),
]
UNREADABLE = [
    ("AF_SECRET_IN_ENVIRONMENT", variable("PASSWORD", "${var.password}")),
    ("AF_SECRET_IN_ENVIRONMENT", variable("${var.name}", "made-up")),
    ("AF_SECRET_IN_ENVIRONMENT", {"environment": "${var.environment}"}),
    ("AF_CONTAINER_LOGS", {"logConfiguration": {"logDriver": "${var.driver}"}}),
    ("AF_CONTAINER_LOGS", {"logConfiguration": "${var.logs}"}),
    ("AF_PRIVILEGED_CONTAINER", {"privileged": "${var.privileged}"}),
    ("AF_WRITABLE_ROOT", {"readonlyRootFilesystem": "${var.read_only}"}),
    ("AF_ROOT_USER", {"user": "${var.user}"}),
    ("AF_MOVING_IMAGE", {"image": "${var.image}"}),
    ("AF_MOVING_IMAGE", {"image": "registry.example/it:${var.tag}"}),
]
RULES = sorted({rule for rule, _ in PASSES})


def as_template(it: Resource) -> Resource:
    """As the reader gives what has `${` in it."""
    text = it.values["container_definitions"]
    return resource(it.address, container_definitions=Template(text) if "${" in text else text)


@pytest.mark.parametrize(("rule", "container"), PASSES)
def test_what_is_as_it_should_be_passes(rule: str, container: dict[str, Any]) -> None:
    (found,) = findings(rule, as_template(task(**container)))
    assert found.outcome is Outcome.PASSED, found.message


@pytest.mark.parametrize(("rule", "container", "said"), FAILS)
def test_what_is_wrong_fails_and_names_the_container(
    rule: str, container: dict[str, Any], said: str
) -> None:
    (found,) = findings(rule, as_template(task(**container)))
    assert found.outcome is Outcome.FAILED, found.message
    assert "container it" in found.message
    assert said in found.message


@pytest.mark.parametrize("mode", ["pid_mode", "ipc_mode", "network_mode"])
def test_a_task_shares_nothing_with_its_host(mode: str) -> None:
    """checkov's CKV_AWS_335 looks for `pidMode` in the containers, where ECS has none."""
    text = task().values["container_definitions"]
    it = resource("aws_ecs_task_definition.it", container_definitions=text, **{mode: "host"})
    (found,) = findings("AF_PRIVILEGED_CONTAINER", it)
    assert found.outcome is Outcome.FAILED


def test_a_secret_is_never_in_the_message() -> None:
    (found,) = findings("AF_SECRET_IN_ENVIRONMENT", task(**variable("PASSWORD", "made-up-17")))
    assert "made-up-17" not in found.message


@pytest.mark.parametrize(("rule", "container"), UNREADABLE)
def test_what_cannot_be_read_does_not_pass(rule: str, container: dict[str, Any]) -> None:
    (found,) = findings(rule, as_template(task(**container)))
    assert found.outcome is Outcome.NOT_EVALUATED, found.message


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("text", ["", "[]", "{}", "no JSON", "[1]", "${var.containers}"])
def test_containers_that_cannot_be_read_do_not_pass(rule: str, text: str) -> None:
    value = Template(text) if "$" in text else text
    it = resource("aws_ecs_task_definition.it", container_definitions=value)
    (found,) = findings(rule, it)
    assert found.outcome is Outcome.NOT_EVALUATED, found.message


@pytest.mark.parametrize(
    ("given", "outcome"),
    [
        ({"image_tag_mutability": "IMMUTABLE"}, Outcome.PASSED),
        ({"image_tag_mutability": "MUTABLE"}, Outcome.FAILED),
        ({}, Outcome.FAILED),
        ({"image_tag_mutability": Template("${var.it}")}, Outcome.NOT_EVALUATED),
    ],
)
def test_tags_of_a_repository_stay(given: dict[str, Any], outcome: Outcome) -> None:
    (found,) = findings("AF_MUTABLE_TAGS", resource("aws_ecr_repository.it", **given))
    assert found.outcome is outcome
