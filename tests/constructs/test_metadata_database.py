"""MetadataDatabase: a closed, encrypted, backed-up PostgreSQL, or one that is there already."""

import json
from typing import Any

from airflow_fargate.iam import policy
from airflow_fargate.metadata_database import MetadataDatabase, MetadataDatabaseProps
from airflow_fargate.network import Network, NetworkProps

from cdktf import TerraformOutput

KEY = "arn:aws:kms:eu-west-1:123456789012:key/mine"


def database(name: str = "demo", **settings: Any) -> Any:
    def build(stack: Any) -> MetadataDatabase:
        network = Network(stack, "network", NetworkProps(name=name, nat="none", flow_logs=False))
        return MetadataDatabase(
            stack, "database", MetadataDatabaseProps(name=name, **settings), network=network
        )

    return build


def resources(synth: Any, **settings: Any) -> Any:
    return synth(database(**settings))["resource"]


def instance(synth: Any, **settings: Any) -> Any:
    return resources(synth, **settings)["aws_db_instance"]["database"]


def test_clients_must_use_tls(synth: Any) -> None:
    found = resources(synth)
    group = found["aws_db_parameter_group"]["database"]
    assert group["parameter"] == [{"name": "rds.force_ssl", "value": "1"}]
    made = found["aws_db_instance"]["database"]
    assert made["parameter_group_name"] == "${aws_db_parameter_group.database.name}"


def test_rds_manages_the_password_and_terraform_never_has_one(synth: Any) -> None:
    made = instance(synth)
    assert made["manage_master_user_password"] is True
    assert not {"password", "password_wo"} & made.keys()


def test_nobody_reaches_it_from_outside_and_nobody_inside_until_let_in(synth: Any) -> None:
    found = resources(synth)
    made = found["aws_db_instance"]["database"]
    assert made["publicly_accessible"] is False
    assert made["vpc_security_group_ids"] == ["${aws_security_group.database.id}"]
    assert "private" in str(found["aws_db_subnet_group"]["database"]["subnet_ids"])
    assert "ingress" not in found["aws_security_group"]["database"]
    assert not [
        rule
        for rule in found.get("aws_vpc_security_group_ingress_rule", {}).values()
        if "aws_security_group.database" in rule["security_group_id"]
    ]


def test_who_is_let_in_reaches_the_port_of_postgresql_only(synth: Any) -> None:
    def build(stack: Any) -> None:
        database()(stack).allow_from("scheduler", "sg-5c4ed01e5")

    rules = synth(build)["resource"]["aws_vpc_security_group_ingress_rule"]
    rule = rules["database_from_scheduler"]
    assert (rule["from_port"], rule["to_port"], rule["ip_protocol"]) == (5432, 5432, "tcp")
    assert rule["security_group_id"] == "${aws_security_group.database.id}"
    assert rule["referenced_security_group_id"] == "sg-5c4ed01e5"


def test_everything_is_encrypted_with_the_users_key(synth: Any) -> None:
    found = resources(synth, kms_key_arn=KEY)
    made = found["aws_db_instance"]["database"]
    assert made["storage_encrypted"] is True
    assert made["kms_key_id"] == KEY
    assert made["master_user_secret_kms_key_id"] == KEY
    assert made["performance_insights_kms_key_id"] == KEY
    for group in found["aws_cloudwatch_log_group"].values():
        assert group["kms_key_id"] == KEY


def test_it_is_encrypted_without_a_key_too(synth: Any) -> None:
    made = instance(synth)
    assert made["storage_encrypted"] is True
    assert "kms_key_id" not in made


def test_by_default_it_is_protected_and_leaves_a_snapshot(synth: Any) -> None:
    made = instance(synth)
    assert made["deletion_protection"] is True
    assert made["skip_final_snapshot"] is False
    # A name with the time in it, which must not change the plan each time.
    assert made["final_snapshot_identifier"].startswith("demo-metadata-final-${formatdate(")
    assert made["lifecycle"]["ignore_changes"] == ["final_snapshot_identifier"]
    assert made["copy_tags_to_snapshot"] is True


def test_protection_and_snapshot_can_be_taken_off_separately(synth: Any) -> None:
    made = instance(synth, deletion_protection=False)
    assert (made["deletion_protection"], made["skip_final_snapshot"]) == (False, False)
    made = instance(synth, final_snapshot=False)
    assert (made["deletion_protection"], made["skip_final_snapshot"]) == (True, True)


def test_backups_are_kept_for_a_week_unless_told_otherwise(synth: Any) -> None:
    assert instance(synth)["backup_retention_period"] == 7
    assert instance(synth, backup_retention_days=35)["backup_retention_period"] == 35


def test_storage_is_gp3_and_grows(synth: Any) -> None:
    made = instance(synth, storage_gib=50, max_storage_gib=55)
    assert made["storage_type"] == "gp3"
    assert (made["allocated_storage"], made["max_allocated_storage"]) == (50, 55)


def test_log_groups_are_made_before_the_instance_that_would_make_them(synth: Any) -> None:
    found = resources(synth, log_retention_days=90)
    made = found["aws_db_instance"]["database"]
    groups = found["aws_cloudwatch_log_group"]
    assert {group["name"] for group in groups.values()} == {
        f"/aws/rds/instance/{made['identifier']}/{log}"
        for log in made["enabled_cloudwatch_logs_exports"]
    }
    assert {group["retention_in_days"] for group in groups.values()} == {90}
    assert set(made["depends_on"]) == {f"aws_cloudwatch_log_group.{name}" for name in groups}


def test_another_major_version_gets_a_parameter_group_beside_the_old_one(synth: Any) -> None:
    for version in ("16", "17"):
        found = resources(synth, engine_version=version)
        group = found["aws_db_parameter_group"]["database"]
        assert group["family"] == f"postgres{version}"
        assert group["name"] == f"demo-metadata-postgres{version}"
        assert group["lifecycle"]["create_before_destroy"] is True
        assert found["aws_db_instance"]["database"]["engine_version"] == version
        assert found["aws_db_instance"]["database"]["allow_major_version_upgrade"] is True


def test_enhanced_monitoring_has_a_role_and_without_it_there_is_none(synth: Any) -> None:
    boundary = "arn:aws:iam::123456789012:policy/boundary"
    found = resources(synth, monitoring_interval_seconds=60, permissions_boundary_arn=boundary)
    role = found["aws_iam_role"]["database_monitoring"]
    assert "monitoring.rds.amazonaws.com" in role["assume_role_policy"]
    assert role["permissions_boundary"] == boundary
    made = found["aws_db_instance"]["database"]
    assert made["monitoring_interval"] == 60
    assert made["monitoring_role_arn"] == "${aws_iam_role.database_monitoring.arn}"

    found = resources(synth)
    assert "aws_iam_role" not in found
    assert found["aws_db_instance"]["database"]["monitoring_interval"] == 0
    assert "monitoring_role_arn" not in found["aws_db_instance"]["database"]


def test_performance_insights_are_kept_as_long_as_they_are_free(synth: Any) -> None:
    made = instance(synth)
    assert made["performance_insights_enabled"] is True
    assert made["performance_insights_retention_period"] == 7


def test_the_longest_names_fit_into_what_aws_allows(synth: Any) -> None:
    found = resources(synth, name="n" * 24, monitoring_interval_seconds=60)
    assert len(found["aws_db_instance"]["database"]["identifier"]) <= 63
    role = found["aws_iam_role"]["database_monitoring"]["name"]
    assert len(role.replace("${data.aws_region.current.id}", "ap-southeast-2")) <= 64
    assert len(found["aws_db_parameter_group"]["database"]["name"]) <= 255


def test_what_takes_tags_has_them(synth: Any) -> None:
    def build(stack: Any) -> None:
        made = database(tags={"team": "data"}, monitoring_interval_seconds=60)(stack)
        made.allow_from("scheduler", "sg-5c4ed01e5")

    found = synth(build)["resource"]
    for type_ in ("aws_db_instance", "aws_db_parameter_group", "aws_db_subnet_group"):
        assert found[type_]["database"]["tags"] == {"team": "data", "Name": "demo-metadata"}
    for made in (
        found["aws_iam_role"]["database_monitoring"],
        found["aws_cloudwatch_log_group"]["database_postgresql"],
        found["aws_vpc_security_group_ingress_rule"]["database_from_scheduler"],
    ):
        assert made["tags"]["team"] == "data"


def interface(synth: Any, **settings: Any) -> Any:
    """What others get from a database, as Terraform would write it."""

    def build(stack: Any) -> None:
        made = database(**settings)(stack)
        for name in ("host", "port", "database_name", "secret_arn", "security_group_id"):
            TerraformOutput(stack, name, value=getattr(made, name))
        TerraformOutput(stack, "read", value=policy(made.read_secret_statements))

    found = synth(build)["output"]
    return {name: output["value"] for name, output in found.items()}


def test_others_get_what_they_need_to_connect(synth: Any) -> None:
    found = interface(synth, kms_key_arn=KEY)
    statements = json.loads(found.pop("read"))["Statement"]
    secret = "${aws_db_instance.database.master_user_secret[0].secret_arn}"
    assert found == {
        "host": "${aws_db_instance.database.address}",
        "port": 5432,
        "database_name": "${aws_db_instance.database.db_name}",
        "secret_arn": secret,
        "security_group_id": "${aws_security_group.database.id}",
    }
    read, decrypt = statements
    assert (read["Action"], read["Resource"]) == (["secretsmanager:GetSecretValue"], [secret])
    assert (decrypt["Action"], decrypt["Resource"]) == (["kms:Decrypt"], [KEY])


def test_without_an_own_key_reading_needs_no_permission_of_kms(synth: Any) -> None:
    assert len(json.loads(interface(synth)["read"])["Statement"]) == 1
