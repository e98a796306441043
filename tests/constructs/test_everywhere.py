"""What holds for every construct: names that fit, the user's key, boundary and tags."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import airflow_fargate as af

import pytest

ROOT = Path(__file__).parent.parent.parent
KEY = "arn:aws:kms:eu-west-1:123456789012:key/mine"
BOUNDARY = "arn:aws:iam::123456789012:policy/boundary"

# Longest names that AWS takes, by resource type and argument.
NAME_LIMITS = {
    ("aws_cloudwatch_log_group", "name"): 512,
    ("aws_db_instance", "identifier"): 63,
    ("aws_db_parameter_group", "name"): 255,
    ("aws_db_subnet_group", "name"): 255,
    ("aws_ecr_repository", "name"): 256,
    ("aws_ecs_cluster", "name"): 255,
    ("aws_ecs_service", "name"): 255,
    ("aws_ecs_task_definition", "family"): 255,
    ("aws_iam_role", "name"): 64,
    ("aws_kms_alias", "name"): 256,
    ("aws_lb", "name"): 32,
    ("aws_lb_target_group", "name"): 32,
    ("aws_s3_bucket", "bucket"): 63,
    ("aws_secretsmanager_secret", "name"): 512,
    ("aws_security_group", "name"): 255,
    ("aws_service_discovery_private_dns_namespace", "name"): 253,
    ("aws_service_discovery_service", "name"): 63,
    ("aws_sqs_queue", "name"): 80,
    ("aws_ssm_parameter", "name"): 1011,
}
# Every argument that names a key, by type; the types that hold no data that one could encrypt.
KEY_ARGUMENTS = {
    "aws_cloudwatch_log_group": {"kms_key_id"},
    "aws_db_instance": {
        "kms_key_id",
        "master_user_secret_kms_key_id",
        "performance_insights_kms_key_id",
    },
    "aws_ecr_repository": {"encryption_configuration.0.kms_key"},
    "aws_ecs_cluster": {"configuration.execute_command_configuration.kms_key_id"},
    "aws_efs_file_system": {"kms_key_id"},
    "aws_s3_bucket_server_side_encryption_configuration": {
        "rule.0.apply_server_side_encryption_by_default.kms_master_key_id"
    },
    "aws_secretsmanager_secret": {"kms_key_id"},
    "aws_sqs_queue": {"kms_master_key_id"},
}
# What is named for itself inside a role, a cluster or a namespace that bears the deployment's name.
INSIDE_WHAT_IS_NAMED = {"aws_ecs_service", "aws_iam_role_policy", "aws_service_discovery_service"}
NO_DATA = re.compile(
    r"terraform_data|aws_(vpc|subnet|route|internet|eip|nat_|default_security|security_group|flow_log$|iam_|kms_"
    r"|db_(parameter|subnet)_group|efs_(access|backup|file_system_policy|mount)|ecs_cluster_cap"
    r"|ecs_(service|task_definition)|ecr_lifecycle|lb|ssm_parameter"
    r"|s3_bucket($|_(life|owner|policy|public|versioning))|secretsmanager_secret_version"
    r"|service_discovery)"
)


def everything(stack: Any, name: str, **common: Any) -> None:
    """One of each construct, each told what it can be told of what is common."""
    airflow = af.AirflowFargate(
        stack,
        "_airflow",
        af.AirflowFargateProps(
            name=name,
            tasks_folder=ROOT / "task_images",
            network=af.NetworkProps(nat="none"),
            database=af.MetadataDatabaseProps(monitoring_interval_seconds=60),
            worker_pools=[af.WorkerPoolProps(pool="p" * 16)],
            **common,
        ),
    )
    image = f"{'1' * 12}.dkr.ecr.eu-west-1.amazonaws.com/{name}:1"
    airflow.add_task(af.FargateTaskProps(task="t" * 24, image_uri=image))
    if "kms_key_arn" in common:
        # What the deployment would make itself.
        af.EncryptionKey(stack, "key", af.EncryptionKeyProps(name=name))
    known = {k: v for k, v in common.items() if k in af.StateBackendProps.__dataclass_fields__}
    af.StateBackend(stack, "state", af.StateBackendProps(name=name, **known))
    af.Bucket(stack, "files", af.BucketProps(name=name, **known))


def resources(config: Any) -> Iterator[tuple[str, str, Any]]:
    for type_, named in config["resource"].items():
        for name, resource in named.items():
            yield type_, f"{type_}.{name}", resource


def longest(text: str) -> int:
    """Length of a name when Terraform has put in the longest that its expressions can be."""
    known = {"account_id": "1" * 12, "each.key": "p" * 16, "data.aws_region.current.id": "x" * 14}
    for part, value in known.items():
        text = re.sub(rf"\$\{{[^}}]*{part}\}}", value, text)
    assert "${" not in text, text
    return len(text)


def test_the_longest_deployment_name_fits_into_every_name(synth: Any) -> None:
    seen = set()
    config = synth(lambda stack: everything(stack, "n" * 24))
    for type_, address, resource in resources(config):
        for (limited, argument), limit in NAME_LIMITS.items():
            if type_ == limited:
                assert longest(resource[argument]) <= limit, address
                seen.add(type_)
        if "name" in resource and type_ != "aws_iam_role_policy":
            assert any(type_ == limited for limited, _ in NAME_LIMITS), f"{type_} has no limit here"
    assert seen == {type_ for type_, _ in NAME_LIMITS}


def test_every_name_begins_with_the_deployments_or_holds_it(synth: Any) -> None:
    for type_, address, resource in resources(synth(lambda stack: everything(stack, "demo"))):
        if type_ in INSIDE_WHAT_IS_NAMED:
            continue
        for argument in ("name", "identifier", "bucket"):
            value = resource.get(argument, "")
            if value and not value.startswith("${"):
                assert "demo" in value, f"{address}.{argument}"


def test_everything_that_holds_data_takes_the_users_key(synth: Any) -> None:
    config = synth(lambda stack: everything(stack, "demo", kms_key_arn=KEY))
    seen = set()
    for type_, address, resource in resources(config):
        assert (type_ in KEY_ARGUMENTS) is not bool(NO_DATA.match(type_)), type_
        for path in KEY_ARGUMENTS.get(type_, ()):
            value: Any = resource
            for step in path.split("."):
                value = value[int(step)] if step.isdigit() else value[step]
            assert value == KEY, f"{address}.{path}"
            seen.add(type_)
    assert seen == set(KEY_ARGUMENTS)


def test_every_role_has_the_users_permissions_boundary(synth: Any) -> None:
    config = synth(lambda stack: everything(stack, "demo", permissions_boundary_arn=BOUNDARY))
    boundaries = {
        name: role.get("permissions_boundary")
        for name, role in config["resource"]["aws_iam_role"].items()
    }
    assert boundaries == dict.fromkeys(boundaries, BOUNDARY)
    assert len(boundaries) >= 2


@pytest.mark.parametrize(
    "props",
    [
        af.NetworkProps,
        af.MetadataDatabaseProps,
        af.BrokerProps,
        af.SharedStorageProps,
        af.CredentialsProps,
        af.ClusterProps,
        af.StateBackendProps,
    ],
)
def test_a_key_of_another_region_is_refused_by_every_construct(synth: Any, props: Any) -> None:
    construct = getattr(af, props.__name__.removesuffix("Props"))
    settings = props(name="demo", kms_key_arn=KEY.replace("eu-west-1", "us-east-1"))

    def build(stack: Any) -> None:
        network = af.Network(stack, "the_network", af.NetworkProps(name="demo"))
        needs = {"network": network} if "network" in construct.__init__.__annotations__ else {}
        construct(stack, "it", settings, **needs)

    message = rf"{props.__name__}\.kms_key_arn must be in the stack's region, eu-west-1; got"
    with pytest.raises(af.InvalidValue, match=message):
        synth(build)


def test_a_secret_of_another_region_is_refused_inside_an_existing_database(synth: Any) -> None:
    existing = af.ExistingDatabase(
        host="db.example.com",
        secret_arn="arn:aws:secretsmanager:us-east-1:123456789012:secret:db-AbCdEf",
        security_group_id="sg-00000001",
    )

    def build(stack: Any) -> None:
        network = af.Network(stack, "network", af.NetworkProps(name="demo"))
        props = af.MetadataDatabaseProps(name="demo", existing=existing)
        af.MetadataDatabase(stack, "database", props, network=network)

    with pytest.raises(af.InvalidValue, match=r"ExistingDatabase\.secret_arn must be in the stack"):
        synth(build)


def test_an_argument_of_another_type_is_refused_by_name(synth: Any) -> None:
    def other_props(stack: Any) -> None:
        af.Network(stack, "network", af.BrokerProps(name="demo"))  # type: ignore[arg-type]

    def no_network(stack: Any) -> None:
        props = af.ClusterProps(name="demo")
        af.Cluster(stack, "cluster", props, network="vpc-1")  # type: ignore[arg-type]

    with pytest.raises(af.InvalidValue, match=r"Network\(props=\.\.\.\) must be of type"):
        synth(other_props)
    with pytest.raises(af.InvalidValue, match=r"Cluster\(network=\.\.\.\) must be of type Network"):
        synth(no_network)


def test_only_a_security_group_can_be_let_in(synth: Any) -> None:
    def build(stack: Any) -> None:
        network = af.Network(stack, "network", af.NetworkProps(name="demo"))
        props = af.MetadataDatabaseProps(name="demo")
        database = af.MetadataDatabase(stack, "database", props, network=network)
        database.allow_from("reports", "my-group")

    with pytest.raises(af.InvalidValue, match=r"must be a security group's id.*got 'my-group'"):
        synth(build)


@pytest.mark.real
def test_everything_that_takes_tags_has_the_users(synth: Any, terraform: Any) -> None:
    config = synth(lambda stack: everything(stack, "demo", tags={"team": "data"}))
    schema = terraform(config).provider_schema()
    for type_, address, resource in resources(config):
        if type_ != "terraform_data" and "tags" in schema[type_]["block"]["attributes"]:
            assert resource.get("tags", {}).get("team") == "data", address
