"""Terraform is pointed at a mirror and at the embedded AWS, and at nothing else."""

import os
import subprocess
from pathlib import Path

import pytest

from airflow_fargate_rehearsal.terraform.environment import rehearsal_environment
from airflow_fargate_rehearsal.terraform.providers import find_mirror, write_cli_config
from airflow_fargate_rehearsal.terraform.services import service_of

AWS = "registry.terraform.io/hashicorp/aws"


def mirror_with(folder: Path, entry: str) -> Path:
    target = folder / entry
    if target.suffix == ".zip":
        target.parent.mkdir(parents=True)
        target.write_bytes(b"")
    else:
        target.mkdir(parents=True)
    return folder


@pytest.mark.parametrize(
    "entry",
    [f"{AWS}/5.100.0/linux_amd64", f"{AWS}/terraform-provider-aws_5.100.0_linux_amd64.zip"],
    ids=["unpacked", "packed"],
)
def test_a_mirror_with_the_provider_is_found(tmp_path: Path, entry: str) -> None:
    mirror = mirror_with(tmp_path / "software" / "plugins", entry)
    places = [str(tmp_path / "nowhere"), str(tmp_path / "*"), str(tmp_path / "*" / "*")]
    assert find_mirror("linux_amd64", places) == mirror


def test_a_mirror_with_another_version_or_platform_is_passed_over(tmp_path: Path) -> None:
    mirror_with(tmp_path / "version", f"{AWS}/5.99.0/linux_amd64")
    mirror_with(tmp_path / "platform", f"{AWS}/5.100.0/darwin_arm64")
    assert find_mirror("linux_amd64", [str(tmp_path / "*")]) is None


def test_what_the_mirror_holds_comes_from_it_and_the_rest_from_the_registry(
    tmp_path: Path,
) -> None:
    mirror = mirror_with(tmp_path / 'quo"ted', f"{AWS}/5.100.0/linux_amd64")
    mirror_with(mirror, "registry.terraform.io/hashicorp/random/3.0.0/linux_amd64")
    text = write_cli_config(mirror, tmp_path / "cli.tfrc").read_text()
    held = f'["{AWS}", "registry.terraform.io/hashicorp/random"]'
    assert f"include = {held}" in text
    assert f"exclude = {held}" in text
    assert 'quo\\"ted"' in text


def environment(user: dict[str, str], tmp_path: Path) -> dict[str, str]:
    return rehearsal_environment(
        user, endpoint_url="http://127.0.0.1:1", work_folder=tmp_path, cli_config=None
    )


def test_no_way_to_a_real_account_is_passed_on(tmp_path: Path) -> None:
    user = {
        "AWS_PROFILE": "production",
        "AWS_ACCESS_KEY_ID": "real",
        "AWS_SECRET_ACCESS_KEY": "real",
        "AWS_SESSION_TOKEN": "real",
        "AWS_ENDPOINT_URL_S3": "https://s3.amazonaws.com",
        "AWS_ROLE_ARN": "real",
        "AWS_WEB_IDENTITY_TOKEN_FILE": "/real",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://real",
        "AWS_CA_BUNDLE": "/real.pem",
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true",
    }
    made = environment(user, tmp_path)
    assert {name for name in user if name in made} == {
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
    }
    assert made["AWS_ACCESS_KEY_ID"] == made["AWS_SECRET_ACCESS_KEY"] == "testing"
    assert made["AWS_ENDPOINT_URL"] == "http://127.0.0.1:1"
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        assert Path(made[name]).read_text() == ""
    assert made["AWS_EC2_METADATA_DISABLED"] == "true"


def test_region_and_terraform_variables_of_the_user_stay(tmp_path: Path) -> None:
    user = {"AWS_REGION": "eu-north-1", "TF_VAR_name": "x", "HOME": "/home/x"}
    made = environment(user, tmp_path)
    assert user.items() <= made.items()


def test_settings_that_redirect_terraform_are_dropped(tmp_path: Path) -> None:
    user = {
        "TF_CLI_ARGS": "-no-color",
        "TF_CLI_ARGS_plan": "-refresh=false",
        "TF_DATA_DIR": "/elsewhere",
        "TF_WORKSPACE": "production",
        "TF_CLI_CONFIG_FILE": str(tmp_path / "missing"),
    }
    assert not user.keys() & environment(user, tmp_path).keys()


def test_the_users_own_cli_configuration_serves_when_there_is_no_mirror(tmp_path: Path) -> None:
    own = tmp_path / "own.tfrc"
    own.write_text("")
    made = environment({"TF_CLI_CONFIG_FILE": str(own)}, tmp_path)
    assert made["TF_CLI_CONFIG_FILE"] == str(own)


def test_loopback_needs_no_proxy(tmp_path: Path) -> None:
    made = environment({"HTTPS_PROXY": "http://proxy", "NO_PROXY": "example.com"}, tmp_path)
    assert made["NO_PROXY"] == made["no_proxy"] == "example.com,127.0.0.1,localhost"


@pytest.mark.real
def test_terraform_reads_the_written_configuration(tmp_path: Path) -> None:
    mirror = mirror_with(tmp_path / "a mirror", f"{AWS}/5.100.0/linux_amd64")
    config = write_cli_config(mirror, tmp_path / "cli.tfrc")
    made = rehearsal_environment(
        {"PATH": os.environ["PATH"]},
        endpoint_url="http://127.0.0.1:1",
        work_folder=tmp_path,
        cli_config=config,
    )
    answer = subprocess.run(
        ["terraform", "version"], env=made, capture_output=True, text=True, check=True
    )
    assert "configuration" not in answer.stdout + answer.stderr


@pytest.mark.parametrize(
    ("resource_type", "service"),
    [
        ("aws_db_instance", "RDS"),
        ("aws_cloudwatch_log_group", "CloudWatch Logs"),
        ("aws_cloudwatch_metric_alarm", "CloudWatch"),
        ("aws_route", "VPC"),
        ("aws_route53_zone", "Route 53"),
        ("aws_vpc_security_group_ingress_rule", "VPC"),
        ("aws_lb_target_group", "Elastic Load Balancing"),
        ("aws_quicksight_theme", "aws_quicksight_theme"),
    ],
)
def test_a_resource_type_belongs_to_a_service(resource_type: str, service: str) -> None:
    assert service_of(resource_type) == service
