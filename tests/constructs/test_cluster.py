"""Cluster: capacity, logs that do not stay behind, ECS Exec and private names."""

import json
from typing import Any

from airflow_fargate import ExistingNetwork, InvalidValue, Network, NetworkProps
from airflow_fargate.cluster import Cluster, ClusterProps
from airflow_fargate.iam import policy

import pytest
from cdktf import TerraformOutput, TerraformVariable, Token

KEY = "arn:aws:kms:eu-west-1:123456789012:key/mine"


def existing_network(stack: Any) -> Network:
    subnets = ["subnet-00000001", "subnet-00000002"]
    existing = ExistingNetwork(vpc_id="vpc-00000001", private_subnet_ids=subnets)
    return Network(stack, "network", NetworkProps(name="demo", existing=existing))


def cluster(**settings: Any) -> Any:
    def build(stack: Any) -> Cluster:
        props = ClusterProps(**{"name": "demo", **settings})
        return Cluster(stack, "cluster", props, network=existing_network(stack))

    return build


def log_groups(config: Any) -> Any:
    return config["resource"]["aws_cloudwatch_log_group"]


def exec_configuration(config: Any) -> Any:
    configuration = config["resource"]["aws_ecs_cluster"]["cluster"]["configuration"]
    return configuration["execute_command_configuration"]


def test_tasks_run_on_fargate_and_may_run_on_spot(synth: Any) -> None:
    capacity = synth(cluster())["resource"]["aws_ecs_cluster_capacity_providers"]["cluster"]
    assert capacity["capacity_providers"] == ["FARGATE", "FARGATE_SPOT"]
    (default,) = capacity["default_capacity_provider_strategy"]
    assert default["capacity_provider"] == "FARGATE"


def test_who_uses_the_cluster_by_name_waits_for_its_capacity_providers(synth: Any) -> None:
    def build(stack: Any) -> None:
        TerraformOutput(stack, "name", value=cluster()(stack).name)

    name = synth(build)["output"]["name"]["value"]
    assert name == "${aws_ecs_cluster_capacity_providers.cluster.cluster_name}"


@pytest.mark.parametrize("insights", ["enabled", "enhanced"])
def test_the_log_group_of_container_insights_is_there_before_the_cluster(
    synth: Any, insights: str
) -> None:
    config = synth(cluster(container_insights=insights, log_retention_days=7))
    group = log_groups(config)["cluster_container_insights"]
    assert group["name"] == "/aws/ecs/containerinsights/demo/performance"
    assert group["retention_in_days"] == 7
    made = config["resource"]["aws_ecs_cluster"]["cluster"]
    assert made["setting"] == [{"name": "containerInsights", "value": insights}]
    assert "aws_cloudwatch_log_group.cluster_container_insights" in made["depends_on"]


def test_without_container_insights_there_is_no_log_group_for_them(synth: Any) -> None:
    config = synth(cluster(container_insights="disabled"))
    assert list(log_groups(config)) == ["cluster_exec"]
    assert not config["resource"]["aws_ecs_cluster"]["cluster"].get("depends_on")


def test_exec_sessions_are_logged_to_a_declared_group(synth: Any) -> None:
    config = synth(cluster(log_retention_days=90))
    group = log_groups(config)["cluster_exec"]
    assert (group["name"], group["retention_in_days"]) == ("/airflow-fargate/demo/ecs-exec", 90)
    found = exec_configuration(config)
    assert found["logging"] == "OVERRIDE"
    assert found["log_configuration"]["cloud_watch_log_group_name"] == (
        "${aws_cloudwatch_log_group.cluster_exec.name}"
    )


def test_the_users_key_encrypts_sessions_and_logs(synth: Any) -> None:
    config = synth(cluster(kms_key_arn=KEY))
    assert {group["kms_key_id"] for group in log_groups(config).values()} == {KEY}
    found = exec_configuration(config)
    assert found["kms_key_id"] == KEY
    assert found["log_configuration"]["cloud_watch_encryption_enabled"] is True


def test_without_a_key_sessions_do_not_demand_an_encrypted_log_group(synth: Any) -> None:
    found = exec_configuration(synth(cluster()))
    assert "kms_key_id" not in found
    assert found["log_configuration"]["cloud_watch_encryption_enabled"] is False


def test_private_names_of_two_deployments_in_one_vpc_differ(synth: Any) -> None:
    def build(stack: Any) -> None:
        network = existing_network(stack)
        for name in ("one", "ec2"):
            Cluster(stack, name, ClusterProps(name=name), network=network)

    found = synth(build)["resource"]["aws_service_discovery_private_dns_namespace"]
    names = {namespace["name"] for namespace in found.values()}
    # Nor may a name hide what the VPC resolves by itself.
    assert names == {"one.airflow.internal", "ec2.airflow.internal"}
    assert {namespace["vpc"] for namespace in found.values()} == {"vpc-00000001"}


def exec_statements(synth: Any, **settings: Any) -> dict[str, Any]:
    def build(stack: Any) -> None:
        statements = cluster(**settings)(stack).exec_statements
        TerraformOutput(stack, "exec", value=policy(statements))

    statements = json.loads(synth(build)["output"]["exec"]["value"])["Statement"]
    return {statement["Sid"]: statement for statement in statements}


def test_a_task_may_be_reached_by_exec_and_write_its_log(synth: Any) -> None:
    found = exec_statements(synth)
    assert set(found["OpenExecChannels"]["Action"]) == {
        "ssmmessages:CreateControlChannel",
        "ssmmessages:CreateDataChannel",
        "ssmmessages:OpenControlChannel",
        "ssmmessages:OpenDataChannel",
    }
    assert "logs:PutLogEvents" in found["WriteExecLogs"]["Action"]
    group = "${aws_cloudwatch_log_group.cluster_exec.arn}"
    assert found["WriteExecLogs"]["Resource"] == [f"{group}:*"]
    assert not any("kms:" in action for it in found.values() for action in it["Action"])


def test_a_task_reached_by_exec_may_use_the_users_key(synth: Any) -> None:
    found = exec_statements(synth, kms_key_arn=KEY)["DecryptExecSessions"]
    assert (found["Action"], found["Resource"]) == (["kms:Decrypt"], [KEY])


def test_everything_that_takes_tags_is_tagged(synth: Any) -> None:
    resources = synth(cluster(tags={"team": "data"}))["resource"]
    resources.pop("aws_ecs_cluster_capacity_providers")  # it takes none
    for made in (item for items in resources.values() for item in items.values()):
        assert made["tags"]["team"] == "data"


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"name": "9"}, r"ClusterProps\.name must be 1 to 24 .*beginning with a letter.*got '9'"),
        ({"name": None}, r"ClusterProps\.name must be text; got None"),
        (
            {"container_insights": True},
            r"container_insights must be one of 'enabled', 'enhanced', 'disabled'; got True",
        ),
        ({"log_retention_days": 31}, r"ClusterProps\.log_retention_days must be one of .*got 31"),
        ({"kms_key_arn": "key/mine"}, r"ClusterProps\.kms_key_arn must be an ARN of the form"),
    ],
)
def test_bad_input_is_refused_before_terraform(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidValue, match=message):
        ClusterProps(**{"name": "demo", **settings})


def from_variables(stack: Any) -> None:
    def variable(name: str, type_: str) -> TerraformVariable:
        return TerraformVariable(stack, name, type=type_, nullable=True)

    Cluster(
        stack,
        "cluster",
        ClusterProps(
            name=variable("name", "string").string_value,
            container_insights=variable("container_insights", "string").string_value,  # type: ignore[arg-type]
            log_retention_days=variable("log_retention_days", "number").number_value,  # type: ignore[arg-type]
            kms_key_arn=variable("kms_key_arn", "string").string_value,
            tags=Token.as_string_map(variable("tags", "map(string)").value),
        ),
        network=existing_network(stack),
    )


def test_a_variable_decides_whether_there_is_a_log_group_for_insights(synth: Any) -> None:
    config = synth(from_variables)
    count = log_groups(config)["cluster_container_insights"]["count"]
    assert count == '${(!(var.container_insights == "disabled")) ? 1 : 0}'
    depends_on = config["resource"]["aws_ecs_cluster"]["cluster"]["depends_on"]
    assert depends_on == ["aws_cloudwatch_log_group.cluster_container_insights"]
    encrypted = exec_configuration(config)["log_configuration"]["cloud_watch_encryption_enabled"]
    assert encrypted == "${!(var.kms_key_arn == null)}"


@pytest.mark.slow  # test_modules_plan.py plans the whole from variables
@pytest.mark.real
@pytest.mark.parametrize(
    "build",
    [cluster(container_insights="enhanced", kms_key_arn=KEY), from_variables],
    ids=["literals", "variables"],
)
def test_terraform_accepts_it(validate: Any, build: Any) -> None:
    validate(build)
