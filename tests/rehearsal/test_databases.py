"""RDS in the embedded AWS keeps what it is told, and makes what AWS makes beside a database."""

import json
from collections.abc import Callable
from typing import Any

Client = Callable[[str], Any]
POSTGRES = {
    "DBInstanceClass": "db.t4g.micro",
    "Engine": "postgres",
    "MasterUsername": "airflow",
    "ManageMasterUserPassword": True,
}


def test_a_database_keeps_performance_insights_when_created_and_when_changed(aws: Client) -> None:
    rds = aws("rds")
    created = rds.create_db_instance(
        DBInstanceIdentifier="insights",
        EnablePerformanceInsights=True,
        PerformanceInsightsKMSKeyId="arn:aws:kms:eu-west-1:123456789012:key/1",
        PerformanceInsightsRetentionPeriod=31,
        **POSTGRES,
    )["DBInstance"]
    assert created["PerformanceInsightsEnabled"] is True
    assert created["PerformanceInsightsKMSKeyId"].endswith("key/1")
    assert created["PerformanceInsightsRetentionPeriod"] == 31

    changed = rds.modify_db_instance(
        DBInstanceIdentifier="insights", PerformanceInsightsRetentionPeriod=7
    )["DBInstance"]
    assert changed["PerformanceInsightsEnabled"] is True
    assert changed["PerformanceInsightsRetentionPeriod"] == 7

    off = rds.modify_db_instance(DBInstanceIdentifier="insights", EnablePerformanceInsights=False)[
        "DBInstance"
    ]
    assert off["PerformanceInsightsEnabled"] is False


def test_two_databases_have_different_resource_ids(aws: Client) -> None:
    rds = aws("rds")
    ids = {
        rds.create_db_instance(DBInstanceIdentifier=name, **POSTGRES)["DBInstance"]["DbiResourceId"]
        for name in ("one", "two")
    }
    assert len(ids) == 2


def test_a_managed_password_is_a_secret_that_lives_as_long_as_the_database(aws: Client) -> None:
    rds, secrets = aws("rds"), aws("secretsmanager")
    created = [
        rds.create_db_instance(DBInstanceIdentifier=name, **POSTGRES)["DBInstance"]
        for name in ("managed-1", "managed-2")
    ]
    arns = [each["MasterUserSecret"]["SecretArn"] for each in created]
    values = [json.loads(secrets.get_secret_value(SecretId=arn)["SecretString"]) for arn in arns]
    assert [value["username"] for value in values] == ["airflow", "airflow"]
    assert len(values[0]["password"]) == 28
    assert values[0]["password"] != values[1]["password"]

    rds.delete_db_instance(DBInstanceIdentifier="managed-1", SkipFinalSnapshot=True)

    names = [each["ARN"] for each in secrets.list_secrets()["SecretList"]]
    assert arns[0] not in names
    assert arns[1] in names


def test_log_exports_create_groups_that_survive_the_database(aws: Client) -> None:
    rds, logs = aws("rds"), aws("logs")
    rds.create_db_instance(
        DBInstanceIdentifier="exports", EnableCloudwatchLogsExports=["postgresql"], **POSTGRES
    )
    rds.modify_db_instance(
        DBInstanceIdentifier="exports",
        CloudwatchLogsExportConfiguration={"EnableLogTypes": ["upgrade"]},
    )
    rds.delete_db_instance(DBInstanceIdentifier="exports", SkipFinalSnapshot=True)

    prefix = "/aws/rds/instance/exports/"
    groups = logs.describe_log_groups(logGroupNamePrefix=prefix)["logGroups"]
    assert [each["logGroupName"] for each in groups] == [prefix + "postgresql", prefix + "upgrade"]


def test_parameters_of_a_group_are_the_users_until_reset(aws: Client) -> None:
    rds = aws("rds")
    rds.create_db_parameter_group(
        DBParameterGroupName="parameters", DBParameterGroupFamily="postgres17", Description="d"
    )
    rds.modify_db_parameter_group(
        DBParameterGroupName="parameters",
        Parameters=[
            {"ParameterName": name, "ParameterValue": "1", "ApplyMethod": "immediate"}
            for name in ("rds.force_ssl", "log_statement")
        ],
    )

    def users() -> list[str]:
        found = rds.describe_db_parameters(DBParameterGroupName="parameters", Source="user")
        return sorted(each["ParameterName"] for each in found["Parameters"])

    assert users() == ["log_statement", "rds.force_ssl"]
    rds.reset_db_parameter_group(
        DBParameterGroupName="parameters",
        Parameters=[{"ParameterName": "log_statement", "ApplyMethod": "immediate"}],
    )
    assert users() == ["rds.force_ssl"]
