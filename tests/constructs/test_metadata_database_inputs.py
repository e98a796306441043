"""MetadataDatabase: what it refuses, and the same code for values and for variables."""

from typing import Any

from airflow_fargate.iam import policy
from airflow_fargate.metadata_database import MetadataDatabase, MetadataDatabaseProps
from airflow_fargate.network import Network, NetworkProps
from airflow_fargate.rds_windows import overlap
from airflow_fargate.rules import InvalidValue

import pytest
from cdktf import TerraformOutput, TerraformVariable, Token

KEY = "arn:aws:kms:eu-west-1:123456789012:key/mine"


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"name": "x" * 25}, r"MetadataDatabaseProps\.name must be 1 to 24 .*got 'x{25}'"),
        ({"engine_version": "15"}, r"engine_version must be a major version .*16.*got '15'"),
        ({"engine_version": "17.4"}, r"engine_version .*without a minor one.*got '17.4'"),
        ({"engine_version": 17}, r"engine_version must be text; got 17"),
        ({"instance_class": "db.t3.small"}, r"instance_class must be a Graviton.*'db.t3.small'"),
        ({"instance_class": "t4g.small"}, r"instance_class must be a Graviton .*'t4g.small'"),
        ({"storage_gib": 10}, r"storage_gib must be from 20 to 65536 .*gp3.*got 10"),
        (
            {"storage_gib": 100, "max_storage_gib": 105},
            r"max_storage_gib must be at least a tenth more than storage_gib, which is 100; .*105",
        ),
        ({"multi_az": "yes"}, r"multi_az must be true or false; got 'yes'"),
        ({"backup_retention_days": 0}, r"backup_retention_days must be from 1 to 35 .*got 0"),
        ({"backup_window": "1:00-2:00"}, r"backup_window must be 30 minutes or more in UTC.*got"),
        ({"backup_window": "01:00-01:15"}, r"backup_window .*'01:00-01:15'"),
        ({"backup_window": "24:00-01:00"}, r"backup_window .*'24:00-01:00'"),
        ({"maintenance_window": "Sun:03:00-Sun:04:00"}, r"maintenance_window .*'Sun:03:00"),
        ({"maintenance_window": "sun:03:00-sun:03:10"}, r"maintenance_window .*30 minutes"),
        (
            {"backup_window": "03:30-04:30"},
            r"backup_window must be at another time of day than maintenance_window, 'sun:03:00",
        ),
        ({"monitoring_interval_seconds": 20}, r"monitoring_interval_seconds must be one of 0, 1"),
        ({"log_retention_days": 8}, r"log_retention_days must be one of .*got 8"),
        ({"kms_key_arn": "alias/mine"}, r"kms_key_arn must be an ARN .*:kms:.*got 'alias/mine'"),
    ],
)
def test_bad_input_is_refused_before_terraform(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidValue, match=message):
        MetadataDatabaseProps(**{"name": "demo", **settings})


@pytest.mark.parametrize(
    ("daily", "weekly", "shared"),
    [
        ("01:00-02:00", "sun:02:00-sun:03:00", False),
        ("01:00-02:00", "sun:01:59-sun:02:59", True),
        ("23:30-00:30", "mon:00:00-mon:01:00", True),
        ("00:30-01:00", "sat:23:00-sun:00:30", False),
        ("00:30-01:00", "sun:23:45-mon:00:45", True),
    ],
)
def test_windows_that_share_a_minute_are_noticed(daily: str, weekly: str, shared: bool) -> None:  # noqa: FBT001
    assert overlap(daily, weekly) is shared


def database(name: str = "demo", **settings: Any) -> Any:
    def build(stack: Any) -> MetadataDatabase:
        network = Network(stack, "network", NetworkProps(name=name, nat="none", flow_logs=False))
        return MetadataDatabase(
            stack, "database", MetadataDatabaseProps(name=name, **settings), network=network
        )

    return build


DEFAULTS: dict[str, tuple[str, Any]] = {
    "name": ("string", "demo"),
    "engine_version": ("string", "17"),
    "instance_class": ("string", "db.t4g.micro"),
    "storage_gib": ("number", 20),
    "max_storage_gib": ("number", 100),
    "multi_az": ("bool", False),
    "backup_retention_days": ("number", 7),
    "backup_window": ("string", "01:00-02:00"),
    "maintenance_window": ("string", "sun:03:00-sun:04:00"),
    "apply_immediately": ("bool", False),
    "monitoring_interval_seconds": ("number", 0),
    "log_retention_days": ("number", 30),
    "deletion_protection": ("bool", True),
    "final_snapshot": ("bool", True),
    "kms_key_arn": ("string", None),
    "permissions_boundary_arn": ("string", None),
    "tags": ("map(string)", {"team": "data"}),
}


def from_variables() -> Any:
    values = {
        "string": lambda variable: variable.string_value,
        "number": lambda variable: variable.number_value,
        "bool": lambda variable: variable.boolean_value,
        "map(string)": lambda variable: Token.as_string_map(variable.value),
    }

    def build(stack: Any) -> None:
        settings: dict[str, Any] = {}
        for name, (type_, _) in DEFAULTS.items():
            variable = TerraformVariable(stack, name, type=type_, nullable=True)
            settings[name] = values[type_](variable)
        made = database(**settings)(stack)
        made.allow_from("scheduler", made.security_group_id)
        TerraformOutput(stack, "read", value=policy(made.read_secret_statements))

    return build


def configuration(synth: Any, **defaults: Any) -> Any:
    """A synthesized stack whose variables have defaults, null among them."""
    config = synth(from_variables())
    for name, variable in config["variable"].items():
        variable["default"] = defaults.get(name, DEFAULTS[name][1])
    return config


@pytest.mark.real
def test_terraform_takes_it_with_values(validate: Any) -> None:
    validate(database(kms_key_arn=KEY, monitoring_interval_seconds=60))


@pytest.mark.slow  # test_modules_plan.py plans the whole from variables
@pytest.mark.real
def test_terraform_plans_it_from_variables_with_and_without_the_optional_part(
    synth: Any, terraform: Any
) -> None:
    runner = terraform(configuration(synth))
    plain = runner.plan()
    assert plain["aws_db_instance.database"] == "create"
    assert not any(address.startswith("aws_iam_role") for address in plain)

    runner.write(configuration(synth, monitoring_interval_seconds=60, kms_key_arn=KEY))
    assert set(runner.plan()) - set(plain) == {
        "aws_iam_role.database_monitoring[0]",
        "aws_iam_role_policy_attachment.database_monitoring[0]",
    }
