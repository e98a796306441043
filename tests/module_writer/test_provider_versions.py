"""What is written is known to provider 6 as well; what is not is found, however deep it stands."""

import copy
from typing import Any

import pytest
from module_writer.checks.bindings import Bindings, read_bindings
from module_writer.checks.provider_versions import deprecated, unknown_to_bindings
from module_writer.hcl.schemas import Schemas
from module_writer.publish import DEFINITIONS, made
from tests.conftest import ROOT, Config

SERVICE: dict[str, Any] = {
    "name": "api",
    "count": 1,
    "cluster": "${data.aws_ecs_cluster.this.arn}",
    "desired_count": 2,
    "load_balancer": [{"container_name": "api", "container_port": 8080}],
    "dynamic": {
        "capacity_provider_strategy": {
            "for_each": "${var.spot ? [1] : []}",
            "content": {"capacity_provider": "FARGATE_SPOT"},
        }
    },
    "tags": {"anything": "at all"},
    "depends_on": ["aws_sqs_queue.this"],
    "lifecycle": {"ignore_changes": ["desired_count"]},
}


@pytest.fixture(scope="session")
def bindings() -> Bindings:
    """What the bindings know; the first time in a folder it takes seven seconds."""
    return read_bindings(ROOT)


def configuration(**service: Any) -> dict[str, Any]:
    return {
        "resource": {"aws_ecs_service": {"api": copy.deepcopy(SERVICE) | service}},
        "data": {"aws_ecs_cluster": {"this": {"cluster_name": "demo"}}},
        "ephemeral": {"aws_secretsmanager_random_password": {"key": {"password_length": 32}}},
    }


def test_the_bindings_are_of_the_newest_provider_that_is_allowed(bindings: Bindings) -> None:
    assert bindings.provider.startswith("6.")
    assert len(bindings.types["resource"]) > 1500
    assert len(bindings.types["data"]) > 600


def test_what_version_6_has_is_clean(bindings: Bindings) -> None:
    assert unknown_to_bindings(configuration(), bindings) == []


@pytest.mark.parametrize("module", DEFINITIONS)
def test_modules_write_what_both_versions_know_and_advise(
    module: str, bindings: Bindings, schemas: Schemas
) -> None:
    config = made(module)[1].config
    assert config["resource"]
    assert unknown_to_bindings(config, bindings) == []
    assert deprecated(config, schemas) == []


def test_stacks_write_what_both_versions_know_and_advise(
    configurations: dict[str, Config], bindings: Bindings, schemas: Schemas
) -> None:
    for name, config in configurations.items():
        assert unknown_to_bindings(config, bindings) == [], name
        assert deprecated(config, schemas) == [], name


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        ({"launch_kind": "FARGATE"}, "launch_kind"),
        ({"load_balancer": [{"port": 80}]}, "load_balancer.port"),
        ({"load_balancer": {"port": 80}}, "load_balancer.port"),
        (
            {"service_connect_configuration": {"service": [{"tls": {"secret": "x"}}]}},
            "service_connect_configuration.service.tls.secret",
        ),
        (
            {"dynamic": {"load_balancer": [{"for_each": [1], "content": {"port": 80}}]}},
            "load_balancer.port",
        ),
        ({"dynamic": {"balancer": {"for_each": [1], "content": {}}}}, "balancer"),
        ({"deployment_configuration": {"count": 2}}, "deployment_configuration.count"),
    ],
    ids=[
        *("at the top", "in a block of a list", "in a block", "deep", "in a dynamic block"),
        *("a dynamic block itself", "a word of Terraform's in a block"),
    ],
)
def test_an_unknown_argument_is_named_with_its_address_and_path(
    bindings: Bindings, changed: dict[str, Any], path: str
) -> None:
    assert unknown_to_bindings(configuration(**changed), bindings) == [
        f"aws_ecs_service.api: provider {bindings.provider} has no argument {path}."
    ]


@pytest.mark.parametrize(
    ("section", "type_", "body", "address"),
    [
        ("resource", "aws_opsworks_stack", {}, "aws_opsworks_stack.x"),
        ("data", "aws_vpc", {"cidr": "10.0.0.0/16"}, "data.aws_vpc.x"),
        ("data", "aws_no_such_thing", {}, "data.aws_no_such_thing.x"),
        ("ephemeral", "aws_no_such_thing", {}, "ephemeral.aws_no_such_thing.x"),
        (
            *("ephemeral", "aws_secretsmanager_random_password"),
            *({"length": 3}, "ephemeral.aws_secretsmanager_random_password.x"),
        ),
    ],
)
def test_unknown_types_and_other_sections_are_found_too(
    bindings: Bindings, section: str, type_: str, body: dict[str, Any], address: str
) -> None:
    (found,) = unknown_to_bindings({section: {type_: {"x": body}}}, bindings)
    assert found.startswith(f"{address}: ")


@pytest.mark.parametrize(
    "expression",
    [
        "${aws_ecs_service.api[0].iam_roles}",
        "${one(aws_ecs_service.api[*].iam_roles)}",
        "${values(aws_ecs_service.api)[*].iam_roles}",
        'text ${format("%s", aws_ecs_service.api.iam_roles)}',
    ],
)
def test_an_attribute_that_is_read_and_unknown_is_found(
    bindings: Bindings, expression: str
) -> None:
    config = configuration() | {"output": {"roles": {"value": expression}}}
    assert unknown_to_bindings(config, bindings) == [
        f"aws_ecs_service.api: provider {bindings.provider} has no attribute iam_roles to read."
    ]


def test_attributes_of_data_sources_and_ephemeral_resources_are_looked_up_as_such(
    bindings: Bindings,
) -> None:
    read = {
        "a": {"value": "${data.aws_ecs_cluster.this.registered_container_instances_count}"},
        "b": {"value": "${ephemeral.aws_secretsmanager_random_password.key.random_password}"},
    }
    assert unknown_to_bindings(configuration() | {"output": read}, bindings) == []
    read["b"]["value"] = "${ephemeral.aws_secretsmanager_random_password.key.result}"
    assert len(unknown_to_bindings(configuration() | {"output": read}, bindings)) == 1


def test_what_is_deprecated_is_found_at_the_top_and_in_blocks(schemas: Schemas) -> None:
    config = {
        "resource": {
            "aws_s3_bucket": {
                "logs": {"bucket": "logs", "acl": "private", "logging": {"target_bucket": "x"}}
            },
            "aws_s3_bucket_lifecycle_configuration": {
                "logs": {"bucket": "logs", "rule": [{"id": "all", "prefix": "a"}]}
            },
        }
    }
    assert [words.partition(" is deprecated")[0] for words in deprecated(config, schemas)] == [
        "aws_s3_bucket.logs: acl",
        "aws_s3_bucket.logs: logging",
        "aws_s3_bucket_lifecycle_configuration.logs: rule.prefix",
    ]
