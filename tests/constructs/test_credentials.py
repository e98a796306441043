"""Credentials: random secrets that nothing but Secrets Manager knows."""

import base64
import hashlib
import json
import re
from typing import Any

from airflow_fargate.credentials import Credentials, CredentialsProps
from airflow_fargate.iam import policy
from airflow_fargate.rules import InvalidValue

import pytest
from cdktf import TerraformOutput, TerraformVariable, Token
from cryptography.fernet import Fernet

KEY = "arn:aws:kms:eu-west-1:123456789012:key/mine"
RANDOM = "aws_secretsmanager_random_password"


def credentials(**settings: Any) -> Any:
    return lambda stack: Credentials(
        stack, "credentials", CredentialsProps(**{"name": "demo", **settings})
    )


def secrets(config: Any) -> Any:
    return config["resource"]["aws_secretsmanager_secret"]


def versions(config: Any) -> Any:
    return config["resource"]["aws_secretsmanager_secret_version"]


def test_there_is_a_secret_for_each_thing_that_components_share(synth: Any) -> None:
    assert {
        address: secret["name"] for address, secret in secrets(synth(credentials())).items()
    } == {
        "credentials_fernet_key": "demo/credentials/fernet_key",
        "credentials_jwt": "demo/credentials/jwt_secret",
        "credentials_api_secret_key": "demo/credentials/api_secret_key",
        "credentials_admin_password": "demo/credentials/admin_password",
    }


def test_no_secrets_name_ends_like_an_arn(synth: Any) -> None:
    for secret in secrets(synth(credentials())).values():
        assert not re.search(r"-.{6}$", secret["name"])


def test_every_value_is_ephemeral_and_write_only(synth: Any) -> None:
    config = synth(credentials())
    assert config["ephemeral"][RANDOM].keys() == versions(config).keys()
    for address, version in versions(config).items():
        assert f"ephemeral.{RANDOM}.{address}.random_password" in version["secret_string_wo"]
        assert not {"secret_string", "secret_binary"} & version.keys()


def test_values_are_long_and_survive_shells_and_urls(synth: Any) -> None:
    config = synth(credentials())
    for settings in config["ephemeral"][RANDOM].values():
        assert settings["exclude_punctuation"] is True
        assert settings["password_length"] >= 32
    # HMAC SHA-512, with which Airflow signs, wants 64 bytes.
    assert config["ephemeral"][RANDOM]["credentials_jwt"]["password_length"] == 64


def test_the_fernet_key_is_a_hash_as_url_safe_base64(synth: Any) -> None:
    written = versions(synth(credentials()))["credentials_fernet_key"]["secret_string_wo"]
    text = f"ephemeral.{RANDOM}.credentials_fernet_key.random_password"
    assert written == f'${{replace(replace(base64sha256({text}), "+", "-"), "/", "_")}}'
    # The same in Python, for texts whose hashes have both characters.
    hashes = [base64.b64encode(hashlib.sha256(bytes([n])).digest()).decode() for n in range(99)]
    assert any("+" in each for each in hashes)
    assert any("/" in each for each in hashes)
    for each in hashes:
        Fernet(each.replace("+", "-").replace("/", "_"))


def test_raising_a_version_replaces_one_value(synth: Any) -> None:
    config = synth(credentials(jwt_secret_version=2))
    assert {a: v["secret_string_wo_version"] for a, v in versions(config).items()} == {
        "credentials_fernet_key": 1,
        "credentials_jwt": 2,
        "credentials_api_secret_key": 1,
        "credentials_admin_password": 1,
    }


def test_terraforms_fernet_key_keeps_a_label_when_others_are_put_into_the_secret(
    synth: Any,
) -> None:
    # Without a label Secrets Manager may delete it, and Terraform would make another.
    config = versions(synth(credentials()))
    fernet_key = config.pop("credentials_fernet_key")
    assert fernet_key["version_stages"] == ["AWSCURRENT", "made-by-terraform"]
    assert fernet_key["lifecycle"]["ignore_changes"] == ["version_stages"]
    assert not any("version_stages" in each for each in config.values())


def test_secrets_have_the_users_key_tags_and_recovery_window(synth: Any) -> None:
    config = synth(credentials(kms_key_arn=KEY, recovery_window_days=0, tags={"team": "data"}))
    for secret in secrets(config).values():
        assert secret["kms_key_id"] == KEY
        assert secret["recovery_window_in_days"] == 0
        assert secret["tags"] == {"team": "data", "Name": secret["name"]}


def test_a_destroyed_secret_can_be_restored_for_a_week(synth: Any) -> None:
    for secret in secrets(synth(credentials())).values():
        assert secret["recovery_window_in_days"] == 7
        assert "kms_key_id" not in secret


def permissions(synth: Any, **settings: Any) -> Any:
    """Statements to read the Fernet key and the JWT secret."""

    def build(stack: Any) -> None:
        made = credentials(**settings)(stack)
        read = made.read_statements(made.fernet_key_secret_arn, made.jwt_secret_arn)
        TerraformOutput(stack, "read", value=policy(read))

    return json.loads(synth(build)["output"]["read"]["value"])["Statement"]


def test_permission_to_read_is_for_the_secrets_that_are_named(synth: Any) -> None:
    (read,) = permissions(synth)
    assert read["Action"] == ["secretsmanager:GetSecretValue"]
    assert read["Resource"] == [
        "${aws_secretsmanager_secret.credentials_fernet_key.arn}",
        "${aws_secretsmanager_secret.credentials_jwt.arn}",
    ]


def test_who_reads_may_use_the_users_key_through_secrets_manager(synth: Any) -> None:
    _, decrypt = permissions(synth, kms_key_arn=KEY)
    assert decrypt["Action"] == ["kms:Decrypt"]
    assert decrypt["Resource"] == [KEY]
    service = decrypt["Condition"]["StringEquals"]["kms:ViaService"]
    assert service == "secretsmanager.${data.aws_region.current.id}.amazonaws.com"
    # Others' secrets have the same key.
    assert decrypt["Condition"]["StringLike"] == {
        "kms:EncryptionContext:SecretARN": [
            "${aws_secretsmanager_secret.credentials_fernet_key.arn}",
            "${aws_secretsmanager_secret.credentials_jwt.arn}",
        ]
    }


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"name": "a--b"}, r"CredentialsProps\.name must be .*single hyphens.*got 'a--b'"),
        (
            {"recovery_window_days": 6},
            r"CredentialsProps\.recovery_window_days must be 0 .* or from 7 to 30 .*got 6",
        ),
        ({"recovery_window_days": 31}, r"CredentialsProps\.recovery_window_days .*got 31"),
        ({"recovery_window_days": "7"}, r"recovery_window_days must be a whole number; got '7'"),
        (
            {"jwt_secret_version": 0},
            r"CredentialsProps\.jwt_secret_version must be from 1 to 9999 .*raise it.*got 0",
        ),
        ({"api_secret_key_version": "2"}, r"CredentialsProps\.api_secret_key_version must be a wh"),
        ({"admin_password_version": -1}, r"CredentialsProps\.admin_password_version .*got -1"),
        ({"kms_key_arn": "alias/mine"}, r"CredentialsProps\.kms_key_arn must be an ARN .*:kms:"),
    ],
)
def test_bad_input_is_refused_before_terraform(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidValue, match=message):
        CredentialsProps(**{"name": "demo", **settings})


def from_variables(stack: Any) -> None:
    def variable(name: str, type_: str) -> TerraformVariable:
        return TerraformVariable(stack, name, type=type_, nullable=True)

    def number(name: str) -> Any:
        return variable(name, "number").number_value

    made = Credentials(
        stack,
        "_credentials",
        CredentialsProps(
            name=variable("name", "string").string_value,
            jwt_secret_version=number("jwt_secret_version"),
            api_secret_key_version=number("api_secret_key_version"),
            admin_password_version=number("admin_password_version"),
            recovery_window_days=number("recovery_window_days"),
            kms_key_arn=variable("kms_key_arn", "string").string_value,
            tags=Token.as_string_map(variable("tags", "map(string)").value),
        ),
    )
    read = policy(made.read_statements(made.jwt_secret_arn))
    TerraformOutput(stack, "read", value=read)


@pytest.mark.real
@pytest.mark.parametrize("build", [credentials(kms_key_arn=KEY), from_variables])
def test_terraform_takes_it_with_values_and_with_variables(validate: Any, build: Any) -> None:
    validate(build)
