"""SharedStorage: who may mount it, from where, and what happens to the files."""

import json
from typing import Any

from airflow_fargate import InvalidValue, Network, NetworkProps
from airflow_fargate.access_point import AccessPointProps
from airflow_fargate.iam import policy
from airflow_fargate.shared_storage import SharedStorage, SharedStorageProps
from airflow_fargate.values import TokenNotAllowed

import pytest
from cdktf import TerraformOutput, TerraformVariable, Token

KEY = "arn:aws:kms:eu-west-1:123456789012:key/mine"


def storage(az_count: int = 2, **settings: Any) -> Any:
    def build(stack: Any) -> SharedStorage:
        network = Network(stack, "network", NetworkProps(name="demo", az_count=az_count))
        props = SharedStorageProps(name="demo", **settings)
        return SharedStorage(stack, "storage", props, network=network)

    return build


def file_system(config: Any) -> Any:
    return config["resource"]["aws_efs_file_system"]["storage"]


def test_files_are_encrypted_by_the_account_or_by_the_users_key(synth: Any) -> None:
    assert file_system(synth(storage()))["encrypted"] is True
    assert file_system(synth(storage(kms_key_arn=KEY)))["kms_key_id"] == KEY


def test_each_zone_has_a_mount_target_in_its_private_subnet(synth: Any) -> None:
    target = synth(storage(az_count=3))["resource"]["aws_efs_mount_target"]["storage"]
    assert target["count"] == 3
    assert "aws_subnet.network_private[*].id" in target["subnet_id"]
    assert "count.index" in target["subnet_id"]
    assert target["security_groups"] == ["${aws_security_group.storage.id}"]


def test_who_mounts_the_file_system_waits_for_the_mount_targets(synth: Any) -> None:
    def build(stack: Any) -> None:
        TerraformOutput(stack, "id", value=storage()(stack).file_system_id)

    assert "aws_efs_mount_target.storage" in synth(build)["output"]["id"]["value"]


def test_only_roles_come_in_by_tls_a_mount_target_and_an_access_point(synth: Any) -> None:
    policy = synth(storage())["resource"]["aws_efs_file_system_policy"]["storage"]["policy"]
    statements = json.loads(policy)["Statement"]
    # Without an Allow in it, nobody comes in who does not bring a permission of his own.
    assert {statement["Effect"] for statement in statements} == {"Deny"}
    assert [statement["Condition"] for statement in statements] == [
        {"Bool": {"aws:SecureTransport": "false"}},
        {"Bool": {"elasticfilesystem:AccessedViaMountTarget": "false"}},
        {"Null": {"elasticfilesystem:AccessPointArn": "true"}},
    ]


def test_nobody_reaches_it_but_who_is_named(synth: Any) -> None:
    resources = synth(storage())["resource"]
    assert not {"ingress", "egress"} & set(resources["aws_security_group"]["storage"])
    assert "aws_vpc_security_group_ingress_rule" not in resources

    def build(stack: Any) -> None:
        storage()(stack).allow_from("worker", "sg-00000001")

    rules = synth(build)["resource"]["aws_vpc_security_group_ingress_rule"]
    assert list(rules) == ["storage_from_worker"]
    rule = rules["storage_from_worker"]
    assert (rule["ip_protocol"], rule["from_port"], rule["to_port"]) == ("tcp", 2049, 2049)
    assert rule["referenced_security_group_id"] == "sg-00000001"


def test_an_access_point_is_a_folder_of_one_user(synth: Any) -> None:
    def build(stack: Any) -> None:
        props = AccessPointProps(path="/data", uid=1000, gid=1001, permissions="0750")
        storage(tags={"team": "data"})(stack).add_access_point("data", props)

    point = synth(build)["resource"]["aws_efs_access_point"]["storage_data"]
    assert point["posix_user"] == {"uid": 1000, "gid": 1001}
    assert point["root_directory"] == {
        "path": "/data",
        "creation_info": {"owner_uid": 1000, "owner_gid": 1001, "permissions": "0750"},
    }
    assert point["tags"] == {"team": "data", "Name": "demo-data"}


def test_a_role_may_mount_one_access_point_and_write_unless_read_only(synth: Any) -> None:
    def build(stack: Any) -> None:
        made = storage()(stack)
        point = made.add_access_point("raw-data", AccessPointProps(path="/raw"))
        for name, read_only in (("reads", True), ("writes", False)):
            value = policy(made.mount_statements(point, read_only=read_only))
            TerraformOutput(stack, name, value=value)

    output = synth(build)["output"]
    (reads,) = json.loads(output["reads"]["value"])["Statement"]
    (writes,) = json.loads(output["writes"]["value"])["Statement"]
    assert reads["Action"] == ["elasticfilesystem:ClientMount"]
    assert writes["Action"] == ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"]
    arn = "${aws_efs_access_point.storage_raw_data.arn}"
    for statement in (reads, writes):
        assert statement["Sid"].isalnum()
        assert statement["Resource"] == ["${aws_efs_file_system.storage.arn}"]
        assert statement["Condition"] == {"StringEquals": {"elasticfilesystem:AccessPointArn": arn}}


def test_terraform_refuses_to_destroy_it_unless_told(synth: Any) -> None:
    assert file_system(synth(storage()))["lifecycle"] == {"prevent_destroy": True}
    assert "lifecycle" not in file_system(synth(storage(deletion_protection=False)))


def test_files_are_backed_up_and_move_to_cheap_storage_and_back(synth: Any) -> None:
    config = synth(storage(transition_to_ia="AFTER_7_DAYS"))
    assert file_system(config)["lifecycle_policy"] == [
        {"transition_to_ia": "AFTER_7_DAYS"},
        {"transition_to_primary_storage_class": "AFTER_1_ACCESS"},
    ]
    backup = config["resource"]["aws_efs_backup_policy"]["storage"]
    assert backup["backup_policy"] == {"status": "ENABLED"}
    without = synth(storage(backups=False))["resource"]["aws_efs_backup_policy"]["storage"]
    assert without["backup_policy"] == {"status": "DISABLED"}


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"name": "x--y"}, r"SharedStorageProps\.name must be .*got 'x--y'"),
        ({"throughput_mode": "provisioned"}, r"throughput_mode must be one of 'elastic', 'burst"),
        ({"transition_to_ia": 30}, r"transition_to_ia must be one of 'AFTER_1_DAY'.*got 30"),
        ({"backups": "yes"}, r"SharedStorageProps\.backups must be true or false; got 'yes'"),
        ({"kms_key_arn": "mine"}, r"SharedStorageProps\.kms_key_arn must be an ARN"),
    ],
)
def test_bad_input_is_refused_before_terraform(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidValue, match=message):
        SharedStorageProps(**{"name": "demo", **settings})


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"path": "data"}, r"AccessPointProps\.path must be a folder such as .*got 'data'"),
        ({"path": "/"}, r"AccessPointProps\.path must be a folder"),
        ({"path": "/a/../b"}, r"AccessPointProps\.path must be a folder"),
        ({"path": "/a/b/c/d/e"}, r"AccessPointProps\.path .*at most 4 levels"),
        ({"path": "/" + "a" * 100}, r"AccessPointProps\.path .*100 characters"),
        ({"uid": 0}, r"AccessPointProps\.uid must be from 1 .*0 is root.*got 0"),
        ({"gid": -1}, r"AccessPointProps\.gid must be from 0 .*got -1"),
        ({"permissions": "rwx"}, r"AccessPointProps\.permissions must be octal digits"),
    ],
)
def test_a_bad_access_point_is_refused(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidValue, match=message):
        AccessPointProps(**{"path": "/data", **settings})


def test_protection_from_a_variable_is_refused_as_terraform_would_ignore_it(synth: Any) -> None:
    def build(stack: Any) -> None:
        protect = TerraformVariable(stack, "protect", type="bool").boolean_value
        storage(deletion_protection=protect)(stack)

    with pytest.raises(TokenNotAllowed, match=r"SharedStorageProps\.deletion_protection"):
        synth(build)


def from_variables(stack: Any) -> None:
    def variable(name: str, type_: str) -> TerraformVariable:
        return TerraformVariable(stack, name, type=type_, nullable=True)

    az_count: Any = variable("az_count", "number").number_value
    made = SharedStorage(
        stack,
        "storage",
        SharedStorageProps(
            name=variable("name", "string").string_value,
            throughput_mode=variable("throughput_mode", "string").string_value,  # type: ignore[arg-type]
            transition_to_ia=variable("transition_to_ia", "string").string_value,  # type: ignore[arg-type]
            backups=variable("backups", "bool").boolean_value,  # type: ignore[arg-type]
            kms_key_arn=variable("kms_key_arn", "string").string_value,
            tags=Token.as_string_map(variable("tags", "map(string)").value),
        ),
        network=Network(stack, "network", NetworkProps(name="demo", az_count=az_count)),
    )
    made.allow_from("worker", variable("worker_security_group_id", "string").string_value)
    user: Any = variable("user", "number").number_value
    made.add_access_point(
        "data",
        AccessPointProps(
            path=variable("path", "string").string_value,
            uid=user,
            gid=user,
            permissions=variable("permissions", "string").string_value,
        ),
    )


def test_variables_decide_how_many_mount_targets_there_are(synth: Any) -> None:
    config = synth(from_variables)
    target = config["resource"]["aws_efs_mount_target"]["storage"]
    assert target["count"] == "${var.az_count}"
    backup = config["resource"]["aws_efs_backup_policy"]["storage"]["backup_policy"]
    assert backup["status"] == '${var.backups ? "ENABLED" : "DISABLED"}'


@pytest.mark.real
@pytest.mark.parametrize(
    "build", [storage(kms_key_arn=KEY), from_variables], ids=["literals", "variables"]
)
def test_terraform_accepts_it(validate: Any, build: Any) -> None:
    validate(build)
