"""What a FargateTask may do: secrets, logs, roles."""

import json
from typing import Any

from airflow_fargate.fargate_task import FargateTask, FargateTaskProps

from tests.constructs.one_task import KEY, SECRET, container, given, host, statements


def test_ecs_may_read_exactly_the_secrets_and_the_program_none(synth: Any) -> None:
    path = "/orders/api"
    resources = given(
        synth,
        host(kms_key_arn=KEY),
        secrets={"DB": f"{SECRET}:password::", "API": path, "DB2": f"{SECRET}:user::"},
    )
    values = {pair["name"]: pair["valueFrom"] for pair in container(resources)["secrets"]}
    assert values["DB"] == f"{SECRET}:password::"
    assert values["API"].endswith(":parameter/orders/api")
    permitted = statements(resources, "execution")
    assert permitted["ReadSecrets"]["Resource"] == [SECRET]
    assert permitted["ReadParameters"]["Resource"] == [values["API"]]
    for what, named, service in (
        ("Secrets", "SecretARN", "secretsmanager"),
        ("Parameters", "PARAMETER_ARN", "ssm"),
    ):
        assert permitted[f"Decrypt{what}"]["Resource"] == [KEY]
        assert permitted[f"Decrypt{what}"]["Condition"]["StringEquals"] == {
            "kms:ViaService": f"{service}.${{data.aws_region.current.id}}.amazonaws.com",
            f"kms:EncryptionContext:{named}": permitted[f"Read{what}"]["Resource"],
        }
    assert "report_task" not in resources["aws_iam_role_policy"]


def test_a_task_names_another_key_for_its_secrets(synth: Any) -> None:
    other = KEY.replace("mine", "other")
    resources = given(
        synth, host(kms_key_arn=KEY), secrets={"A": SECRET}, secrets_kms_key_arn=other
    )
    assert statements(resources, "execution")["DecryptSecrets"]["Resource"] == [other]


def test_without_secrets_ecs_may_write_logs_and_no_more(synth: Any) -> None:
    permitted = statements(given(synth, host(kms_key_arn=KEY)), "execution")
    assert set(permitted) == {"WriteLogs"}
    assert permitted["WriteLogs"]["Resource"] == ["${aws_cloudwatch_log_group.report.arn}:*"]


def test_roles_are_below_a_path_of_the_deployment_and_the_region(synth: Any) -> None:
    roles = given(synth, host(permissions_boundary_arn=None))["aws_iam_role"]
    for role in roles.values():
        assert role["path"] == "/airflow-fargate/${data.aws_region.current.id}/demo/"
        assert '"Service":"ecs-tasks.amazonaws.com"' in role["assume_role_policy"]
    names = {role["name"].split("$")[0] for role in roles.values()}
    # No service's: those are joined by a hyphen or a dot.
    assert names == {"demo_report-", "demo@report-"}


def test_the_longest_names_fit_into_iam(synth: Any) -> None:
    props = FargateTaskProps(task="t" * 24, image_uri="example.com/report:1")
    build = lambda stack: FargateTask(stack, "x", props, host=host(name="n" * 24))  # noqa: E731
    for role in synth(build)["resource"]["aws_iam_role"].values():
        assert len(role["name"].replace("${data.aws_region.current.id}", "ap-southeast-1")) <= 64


def test_an_old_revision_goes_after_the_parameter_names_the_new_one(synth: Any) -> None:
    resources = given(synth)
    definition = resources["aws_ecs_task_definition"]["report"]
    assert definition["lifecycle"] == {"create_before_destroy": True}
    parameter = json.loads(resources["aws_ssm_parameter"]["report"]["insecure_value"])
    assert parameter["task_definition"] == "${aws_ecs_task_definition.report.arn}"
