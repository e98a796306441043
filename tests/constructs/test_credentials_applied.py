"""Credentials, made by the real Terraform: nobody sees a value, and a rotated one stays."""

import base64
import json
from typing import Any

from airflow_fargate.credentials import Credentials, CredentialsProps

import boto3
import pytest
from cryptography.fernet import Fernet, MultiFernet


def credentials(**settings: Any) -> Any:
    return lambda stack: Credentials(stack, "credentials", CredentialsProps(**settings))


@pytest.fixture
def secrets_manager(embedded_aws: str) -> Any:
    return boto3.client(
        "secretsmanager",
        endpoint_url=embedded_aws,
        region_name="eu-west-1",
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
    )


def values(secrets_manager: Any, name: str) -> dict[str, str]:
    """The values of a deployment's credentials, by the last part of the secret's name."""
    found = secrets_manager.list_secrets(Filters=[{"Key": "name", "Values": [f"{name}/"]}])
    return {
        secret["Name"].rpartition("/")[2]: secrets_manager.get_secret_value(SecretId=secret["ARN"])[
            "SecretString"
        ]
        for secret in found["SecretList"]
    }


@pytest.mark.slow  # tests/test_apply.py looks for them in a whole deployment
@pytest.mark.real
def test_the_real_terraform_makes_the_secrets_and_knows_none(
    synth: Any, terraform: Any, secrets_manager: Any
) -> None:
    runner = terraform(synth(credentials(name="unseen", recovery_window_days=0)))
    runner.plan(out=runner.folder / "plan")
    runner.apply()

    made = values(secrets_manager, "unseen")
    assert {name: len(value) for name, value in made.items()} == {
        "fernet_key": 44,
        "jwt_secret": 64,
        "api_secret_key": 64,
        "admin_password": 32,
    }
    assert len(set(made.values())) == 4
    Fernet(made["fernet_key"])

    written = {path.name: path.read_bytes().decode(errors="replace")
               for path in runner.folder.iterdir() if path.is_file()}  # fmt: skip
    written["the plan, unpacked"] = json.dumps(runner.show(runner.folder / "plan"))
    assert {"terraform.tfstate", "cdk.tf.json", "plan"} <= written.keys()
    for text in written.values():
        for value in made.values():
            assert value not in text
            assert base64.b64encode(value.encode()).decode() not in text
    assert runner.plan() == {}
    runner.destroy()


@pytest.mark.slow  # one real thing more than a run of `make test` has time for
@pytest.mark.real
def test_a_rotated_fernet_key_stays_and_reads_what_the_old_one_wrote(
    synth: Any, terraform: Any, secrets_manager: Any
) -> None:
    runner = terraform(synth(credentials(name="rotated", recovery_window_days=0)))
    runner.apply()
    first = values(secrets_manager, "rotated")
    stored = Fernet(first["fernet_key"]).encrypt(b"password of a connection")

    # As docs/rotation.md does it: three values after the first.
    old, new = first["fernet_key"], Fernet.generate_key().decode()
    for value in (f"{old},{new}", f"{new},{old}"):
        secrets_manager.put_secret_value(
            SecretId="rotated/credentials/fernet_key", SecretString=value
        )
        keys = MultiFernet([Fernet(key) for key in value.split(",")])
        assert keys.decrypt(stored) == b"password of a connection"
        assert runner.plan() == {}
    stored = keys.rotate(stored)
    secrets_manager.put_secret_value(SecretId="rotated/credentials/fernet_key", SecretString=new)
    assert Fernet(new).decrypt(stored) == b"password of a connection"

    # Another change is applied, and another secret rotated: the key is left alone.
    runner.write(synth(credentials(name="rotated", recovery_window_days=0, jwt_secret_version=2)))
    assert runner.plan() == {"aws_secretsmanager_secret_version.credentials_jwt": "replace"}
    runner.apply()
    second = values(secrets_manager, "rotated")
    assert second == first | {"fernet_key": new, "jwt_secret": second["jwt_secret"]}
    assert second["jwt_secret"] != first["jwt_secret"]
    runner.destroy()
