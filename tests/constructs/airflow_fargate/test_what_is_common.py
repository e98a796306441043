"""What is said once for a deployment, and what a part says for itself."""

from typing import Any

import airflow_fargate as af

import pytest

KEY = "arn:aws:kms:eu-west-1:123456789012:key/mine"
OWN_KEY = "${aws_kms_key.key.arn}"
PROTECTED = {
    "aws_db_instance.database",
    "aws_ecr_repository.airflow",
    "aws_efs_file_system.shared_storage",
    "aws_lb.load_balancer",
    "aws_s3_bucket.task_logs",
}


def protected(deployed: Any) -> set[str]:
    return {
        f"{type_}.{name}"
        for type_, found in deployed.resources.items()
        for name, resource in found.items()
        if resource.get("lifecycle", {}).get("prevent_destroy")
        or resource.get("deletion_protection")
        or resource.get("enable_deletion_protection")
    }


def test_a_key_is_made_and_encrypts_what_holds_data(demo: Any) -> None:
    assert list(demo.of("aws_kms_key")) == ["key"]
    assert demo.of("aws_db_instance")["database"]["kms_key_id"] == OWN_KEY
    assert demo.of("aws_efs_file_system")["shared_storage"]["kms_key_id"] == OWN_KEY
    assert demo.of("aws_sqs_queue")["broker"]["kms_master_key_id"] == OWN_KEY
    for group in demo.of("aws_cloudwatch_log_group").values():
        assert group["kms_key_id"] == OWN_KEY
    for secret in demo.of("aws_secretsmanager_secret").values():
        assert secret["kms_key_id"] == OWN_KEY


def test_with_a_key_of_ones_own_none_is_made(deploy: Any) -> None:
    found = deploy(kms_key_arn=KEY)
    assert not {"aws_kms_key", "aws_kms_alias"} & {*found.resources}
    assert "aws_kms_key" not in str(found.config)


def test_logs_are_kept_as_long_everywhere_but_where_a_part_says_otherwise(
    deploy: Any, tmp_path: Any, task_folder: Any
) -> None:
    task_folder("report")
    found = deploy(
        tasks_folder=tmp_path / "tasks",
        log_retention_days=90,
        scheduler=af.SchedulerProps(log_retention_days=7),
    )
    days = {
        name: g["retention_in_days"] for name, g in found.of("aws_cloudwatch_log_group").items()
    }
    assert days.pop("scheduler") == 7
    assert set(days.values()) == {90}
    assert {"task_report", "worker_default", "network_flow_logs", "database_postgresql"} <= {*days}


def test_a_parts_own_settings_win(deploy: Any) -> None:
    found = deploy(
        kms_key_arn=KEY,
        tags={"team": "data"},
        broker=af.BrokerProps(kms_key_arn=KEY.replace("mine", "queues"), tags={"team": "queues"}),
        database=af.MetadataDatabaseProps(deletion_protection=False),
    )
    queue = found.of("aws_sqs_queue")["broker"]
    assert queue["kms_master_key_id"].endswith("key/queues")
    assert queue["tags"]["team"] == "queues"
    database = found.of("aws_db_instance")["database"]
    assert database["kms_key_id"] == KEY
    assert database["tags"]["team"] == "data"
    assert not database["deletion_protection"]
    assert found.of("aws_lb")["load_balancer"]["enable_deletion_protection"] is True


def test_what_holds_data_is_protected_until_one_setting_takes_it_off(
    demo: Any, deploy: Any, tmp_path: Any, task_folder: Any
) -> None:
    assert protected(demo) == PROTECTED
    task_folder("report")
    assert protected(deploy(deletion_protection=False, tasks_folder=tmp_path / "tasks")) == set()


def test_outputs_tell_how_to_get_in(demo: Any) -> None:
    outputs = {name: output["value"] for name, output in demo.config["output"].items()}
    assert set(outputs) == {
        *("url", "admin_password_command", "load_balancer_dns_name"),
        *("cluster_name", "queue_urls", "tasks_parameter_path"),
    }
    assert outputs["url"] == "http://${aws_lb.load_balancer.dns_name}"
    assert outputs["admin_password_command"] == (
        "aws secretsmanager get-secret-value --region ${data.aws_region.current.id} "
        "--secret-id ${aws_secretsmanager_secret.credentials_admin_password.arn} "
        "--query SecretString --output text"
    )
    assert outputs["tasks_parameter_path"] == "/airflow-fargate/demo/tasks"
    assert not [name for name, output in demo.config["output"].items() if output.get("sensitive")]
    assert all(output["description"] for output in demo.config["output"].values())


def test_with_a_certificate_and_a_domain_name_people_come_by_https(deploy: Any) -> None:
    found = deploy(
        load_balancer=af.LoadBalancerProps(
            certificate_arn="arn:aws:acm:eu-west-1:123456789012:certificate/0",
            domain_name="airflow.example.com",
        )
    )
    assert found.config["output"]["url"]["value"] == "https://airflow.example.com"
    environment = found.environment("api_server", "api-server")
    assert environment["AIRFLOW__API__BASE_URL"] == "https://airflow.example.com"
    assert environment["AIRFLOW__FAB__COOKIE_SECURE"] == "True"


@pytest.mark.parametrize("architecture", ["X86_64", "ARM64"])
def test_one_setting_decides_on_the_processor_of_all_containers(
    deploy: Any, tmp_path: Any, task_folder: Any, architecture: Any
) -> None:
    task_folder("report")
    image = af.AirflowImageProps(architecture=architecture)
    found = deploy(image=image, tasks_folder=tmp_path / "tasks")
    platforms = {
        definition["runtime_platform"]["cpu_architecture"]
        for definition in found.of("aws_ecs_task_definition").values()
    }
    assert platforms == {architecture}


def test_airflows_own_options_reach_every_component(deploy: Any) -> None:
    found = deploy(
        configuration={"core": {"parallelism": 64}},
        environment={"TEAM": "data"},
        api_server_secret_environment={"OIDC_CLIENT": "/airflow-fargate/demo/oidc"},
    )
    for definition in found.of("aws_ecs_task_definition"):
        for container, written in found.containers(definition).items():
            environment = found.environment(definition, container)
            assert environment["AIRFLOW__CORE__PARALLELISM"] == "64"
            assert environment["TEAM"] == "data"
            secrets = {secret["name"] for secret in written["secrets"]}
            assert ("OIDC_CLIENT" in secrets) is (definition == "api_server")
