"""ExistingDatabase: the same interface over a database that is there already."""

import dataclasses
import json
from typing import Any

from airflow_fargate.existing_database import ExistingDatabase
from airflow_fargate.iam import policy
from airflow_fargate.metadata_database import MetadataDatabase, MetadataDatabaseProps
from airflow_fargate.network import Network, NetworkProps
from airflow_fargate.rules import InvalidValue

import pytest
from cdktf import TerraformOutput

KEY = "arn:aws:kms:eu-west-1:123456789012:key/mine"
SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:theirs-AbCdEf"
EXISTING = ExistingDatabase(
    host="db.example.com", secret_arn=SECRET, security_group_id="sg-0123456789abcdef0"
)


def database(existing: ExistingDatabase = EXISTING) -> Any:
    def build(stack: Any) -> MetadataDatabase:
        network = Network(stack, "network", NetworkProps(name="demo", nat="none", flow_logs=False))
        props = MetadataDatabaseProps(name="demo", existing=existing)
        return MetadataDatabase(stack, "database", props, network=network)

    return build


def interface(synth: Any, existing: ExistingDatabase = EXISTING) -> Any:
    """What others get from a database, as Terraform would write it."""

    def build(stack: Any) -> None:
        made = database(existing)(stack)
        for name in ("host", "port", "database_name", "secret_arn", "security_group_id"):
            TerraformOutput(stack, name, value=getattr(made, name))
        TerraformOutput(stack, "read", value=policy(made.read_secret_statements))

    found = synth(build)["output"]
    return {name: output["value"] for name, output in found.items()}


def test_an_existing_database_has_the_same_interface_and_nothing_is_made(synth: Any) -> None:
    found = interface(synth)
    (read,) = json.loads(found.pop("read"))["Statement"]
    assert found == {
        "host": "db.example.com",
        "port": 5432,
        "database_name": "airflow",
        "secret_arn": SECRET,
        "security_group_id": "sg-0123456789abcdef0",
    }
    assert read["Resource"] == [SECRET]
    made = synth(database())["resource"]
    assert not {"aws_db_instance", "aws_db_subnet_group", "aws_cloudwatch_log_group"} & made.keys()


def test_an_existing_database_lets_in_at_its_own_port(synth: Any) -> None:
    existing = ExistingDatabase(
        host="db.example.com",
        port=6432,
        secret_arn=SECRET,
        security_group_id="sg-0123456789abcdef0",
    )

    def build(stack: Any) -> None:
        database(existing)(stack).allow_from("scheduler", "sg-5c4ed01e5")

    rules = synth(build)["resource"]["aws_vpc_security_group_ingress_rule"]
    rule = rules["database_from_scheduler"]
    assert (rule["from_port"], rule["security_group_id"]) == (6432, "sg-0123456789abcdef0")


def test_an_existing_databases_secret_may_have_a_key_of_its_own(synth: Any) -> None:
    existing = dataclasses.replace(EXISTING, secret_kms_key_arn=KEY)
    _, decrypt = json.loads(interface(synth, existing)["read"])["Statement"]
    assert decrypt["Resource"] == [KEY]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            {"storage_gib": 50},
            r"MetadataDatabaseProps\.storage_gib must be left out when `existing` is given; got 50",
        ),
        (
            {"kms_key_arn": KEY},
            r"kms_key_arn must be left out when `existing`.*a database to be made",
        ),
    ],
)
def test_settings_of_a_new_database_are_refused_beside_it(
    settings: dict[str, Any], message: str
) -> None:
    with pytest.raises(InvalidValue, match=message):
        MetadataDatabaseProps(name="demo", existing=EXISTING, **settings)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"host": "postgres://db"}, r"ExistingDatabase\.host must be a host name.*'postgres://db'"),
        ({"host": "db:5432"}, r"ExistingDatabase\.host .*without protocol and port"),
        ({"port": 0}, r"ExistingDatabase\.port must be from 1 to 65535; got 0"),
        ({"database_name": "a b"}, r"ExistingDatabase\.database_name must be .*got 'a b'"),
        (
            {"secret_arn": "theirs"},
            r"ExistingDatabase\.secret_arn must be an ARN .*:secretsm",
        ),
        ({"security_group_id": "default"}, r"ExistingDatabase\.security_group_id .*'default'"),
    ],
)
def test_a_bad_existing_database_is_refused(settings: dict[str, Any], message: str) -> None:
    known = {"host": "db", "secret_arn": SECRET, "security_group_id": "sg-0123456789abcdef0"}
    with pytest.raises(InvalidValue, match=message):
        ExistingDatabase(**{**known, **settings})
