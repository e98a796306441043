"""What a deployment gets from elsewhere: queues for others' pools, endpoints, DAGs, a database."""

import json
from typing import Any

import airflow_fargate as af
from airflow_fargate.dag_bundle import ChosenDags
from airflow_fargate.nulls import knowing_nulls
from airflow_fargate.values import boolean, expression, list_of

import pytest
from cdktf import TerraformOutput

SUBNETS = ["subnet-00000001", "subnet-00000002"]


def airflow(**settings: Any) -> Any:
    def build(stack: Any) -> None:
        image = af.AirflowImageProps(uri="example.com/airflow:1")
        props = af.AirflowFargateProps(name="demo", image=image, **settings)
        af.AirflowFargate(stack, "_airflow", props)

    return build


def network(endpoints: Any) -> af.NetworkProps:
    existing = af.ExistingNetwork(
        vpc_id="vpc-00000001",
        private_subnet_ids=SUBNETS,
        endpoints_security_group_ids=endpoints,
    )
    return af.NetworkProps(existing=existing)


def environment(config: Any, service: str = "scheduler") -> dict[str, str]:
    task = config["resource"]["aws_ecs_task_definition"][service]
    containers = json.loads(task["container_definitions"])
    return {each["name"]: each["value"] for each in containers[1]["environment"]}


def test_a_further_queue_is_made_beside_those_of_the_pools_and_has_no_workers(synth: Any) -> None:
    resources = synth(airflow(queues=["large"]))["resource"]
    assert resources["aws_sqs_queue"]["broker"]["for_each"] == '${toset(["default", "large"])}'
    assert [each for each in resources["aws_ecs_service"] if each.startswith("worker")] == [
        "worker_default"
    ]


def test_a_variable_names_further_queues(synth: Any) -> None:
    resources = synth(airflow(queues=list_of("var.queues")))["resource"]
    queues = resources["aws_sqs_queue"]
    assert queues["broker"]["for_each"] == '${toset(concat(["default"], var.queues))}'
    assert queues["broker_dead_letter"]["for_each"] == queues["broker"]["for_each"]


def test_a_further_queue_of_a_pools_name_is_refused() -> None:
    with pytest.raises(af.InvalidValue, match=r"queues must be other names .*got \['default'\]"):
        af.AirflowFargateProps(name="demo", queues=["default"])


def test_tasks_are_let_into_the_endpoints_of_an_existing_network(synth: Any) -> None:
    config = synth(airflow(network=network(["sg-0000000a"])))
    rules = config["resource"]["aws_vpc_security_group_ingress_rule"]
    endpoints = {name: rule for name, rule in rules.items() if "network_endpoints" in name}
    assert set(endpoints) == {
        f"network_endpoints_from_{each}"
        for each in (
            *("api_server", "scheduler", "dag_processor", "triggerer", "worker_default"),
            "tasks",
        )
    }
    for rule in endpoints.values():
        assert rule["security_group_id"] == '${element(["sg-0000000a"], count.index)}'
        assert (rule["count"], rule["from_port"]) == (1, 443)


def test_how_many_endpoints_there_are_a_variable_may_say(synth: Any) -> None:
    config = synth(airflow(network=network(list_of("var.endpoints"))))
    rules = config["resource"]["aws_vpc_security_group_ingress_rule"]
    assert rules["network_endpoints_from_tasks"]["count"] == "${length(var.endpoints)}"


@pytest.mark.parametrize(
    ("nat", "expected"),
    [
        ("single", []),
        ("none", ["${aws_security_group.network_endpoints.id}"]),
        ("${var.nat}", "${aws_security_group.network_endpoints[*].id}"),
    ],
)
def test_a_network_tells_others_the_group_of_its_endpoints(
    synth: Any, nat: Any, expected: Any
) -> None:
    def build(stack: Any) -> None:
        made = af.Network(stack, "network", af.NetworkProps(name="demo", nat=nat))
        TerraformOutput(stack, "groups", value=made.endpoints_security_group_ids)

    assert synth(build)["output"]["groups"]["value"] == expected


def chosen(from_git: Any, from_s3: Any) -> ChosenDags:
    return ChosenDags(
        git=af.GitDags(repo_url=expression("var.dags.git.repo_url")),
        from_git=from_git,
        s3=af.S3Dags(bucket_name=expression("var.dags.s3.bucket_name")),
        from_s3=from_s3,
    )


def test_where_dags_come_from_a_variable_may_say(synth: Any) -> None:
    dags = chosen(boolean("var.dags.git != null"), boolean("var.dags.s3 != null"))
    with knowing_nulls():
        config = synth(airflow(dags=dags))
    text = json.dumps(config["resource"]["aws_ecs_task_definition"]["dag_processor"])
    assert "AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST" in text
    policies = config["resource"]["aws_iam_role_policy"]
    for reader in ("dag_processor_task", "worker_default_task"):
        policy = policies[reader]["policy"]
        assert '["ReadDags", "Allow", ["s3:GetObject"]' in policy
        assert "(var.dags.s3 != null)" in policy
    assert "var.dags" not in policies["scheduler_task"]["policy"]


def test_an_existing_database_that_is_not_used_is_none(synth: Any) -> None:
    existing = af.ExistingDatabase(
        host="db.example.com",
        secret_arn="arn:aws:secretsmanager:eu-west-1:123456789012:secret:theirs-AbCdEf",
        security_group_id="sg-0000000b",
        when=False,
    )
    unused = synth(airflow(database=af.MetadataDatabaseProps(existing=existing)))
    assert unused["resource"] == synth(airflow())["resource"]


def test_no_count_depends_on_what_only_an_apply_makes_known(synth: Any) -> None:
    existing = af.ExistingDatabase(
        host=expression("var.existing.host"),
        secret_arn=expression("var.existing.secret_arn"),
        security_group_id=expression("var.existing.security_group_id"),
        secret_kms_key_arn=expression("var.existing.secret_kms_key_arn"),
        when=boolean("var.existing != null"),
    )
    settings: dict[str, Any] = {
        "database": af.MetadataDatabaseProps(existing=existing),
        "dags": chosen(boolean("var.dags.git != null"), boolean("var.dags.s3 != null")),
        "network": network(list_of("var.endpoints")),
        "queues": list_of("var.queues"),
    }
    with knowing_nulls():
        resources = synth(airflow(**settings))["resource"]
    conditions = {
        str(block[each])
        for blocks in resources.values()
        for block in blocks.values()
        for each in ("count", "for_each")
        if each in block
    }
    assert "${(!(var.existing != null)) ? 1 : 0}" in conditions
    assert not [each for each in conditions if "_arn" in each or "aws_" in each]
