"""The inventory lists what was created, and apart from it what AWS keeps."""

from collections.abc import Callable
from typing import Any

import boto3

Client = Callable[[str], Any]
Inventory = Callable[[], dict[str, dict[str, list[str]]]]


def test_what_every_account_has_is_not_listed(embedded_aws: str, inventory: Inventory) -> None:
    before = inventory()["created"].get("ec2")
    # The first use of a region: now its default VPC is there, with subnets.
    ec2 = boto3.client(
        "ec2",
        region_name="sa-east-1",
        endpoint_url=embedded_aws,
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
    )
    assert ec2.describe_vpcs()["Vpcs"][0]["IsDefault"]
    assert ec2.describe_subnets()["Subnets"]

    assert inventory()["created"].get("ec2") == before


def test_a_resource_is_listed_until_it_is_deleted(aws: Client, inventory: Inventory) -> None:
    sqs = aws("sqs")
    url = sqs.create_queue(QueueName="listed")["QueueUrl"]
    assert "queues listed" in inventory()["created"]["sqs"]

    sqs.delete_queue(QueueUrl=url)

    assert "queues listed" not in inventory()["created"].get("sqs", [])


def test_a_service_that_no_one_thought_of_is_listed_too(aws: Client, inventory: Inventory) -> None:
    aws("sns").create_topic(Name="unthought")

    assert any("unthought" in each for each in inventory()["created"]["sns"])


def test_what_aws_keeps_is_listed_apart(aws: Client, inventory: Inventory) -> None:
    aws("secretsmanager").create_secret(Name="kept-secret", SecretString="x")
    aws("secretsmanager").delete_secret(SecretId="kept-secret", RecoveryWindowInDays=7)
    key = aws("kms").create_key(Description="kept key")["KeyMetadata"]["KeyId"]
    aws("kms").schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    ecs = aws("ecs")
    container = {"name": "c", "image": "i", "memory": 512}
    ecs.register_task_definition(family="kept-family", containerDefinitions=[container])
    ecs.deregister_task_definition(taskDefinition="kept-family:1")
    aws("rds").create_db_instance(
        DBInstanceIdentifier="kept-database",
        DBInstanceClass="db.t4g.micro",
        Engine="postgres",
        MasterUsername="airflow",
        ManageMasterUserPassword=True,
    )
    aws("rds").delete_db_instance(
        DBInstanceIdentifier="kept-database", FinalDBSnapshotIdentifier="kept-snapshot"
    )

    found = inventory()

    for service, name in (
        ("secretsmanager", "secret kept-secret"),
        ("kms", f"key {key} (kept key)"),
        ("ecs", "task definition kept-family:1"),
        ("rds", "db snapshot kept-snapshot"),
    ):
        assert name in found["kept_by_aws"][service]
        assert name not in found["created"].get(service, [])


def test_what_aws_makes_for_itself_is_listed_apart(aws: Client, inventory: Inventory) -> None:
    before = inventory()
    aws("rds").create_db_instance(
        DBInstanceIdentifier="plain-database",
        DBInstanceClass="db.t4g.micro",
        Engine="postgres",
        EngineVersion="17",
        StorageEncrypted=True,
        MasterUsername="airflow",
        ManageMasterUserPassword=True,
    )
    aws("rds").delete_db_instance(DBInstanceIdentifier="plain-database", SkipFinalSnapshot=True)

    after = inventory()
    assert after["created"].get("kms") == before["created"].get("kms")
    assert after["created"].get("rds") == before["created"].get("rds")
    groups = [each for each in after["kept_by_aws"]["rds"] if "parameter group default." in each]
    assert groups
    assert any("(Default key)" in each for each in after["kept_by_aws"]["kms"])
