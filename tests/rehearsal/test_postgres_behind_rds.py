"""An RDS instance is a PostgreSQL that runs: endpoint, users, TLS, parameters, its end."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from tests.surroundings.rds_database import INSTANCE, Database, left_of

from airflow_fargate_rehearsal import emulator

pytestmark = pytest.mark.real
Client = Callable[[str], Any]


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """Folder of the embedded AWS, in which PostgreSQL may be whoever it runs as."""
    with tempfile.TemporaryDirectory(prefix="test-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture(scope="module")
def running(folder: Path) -> Iterator[emulator.EmbeddedAws]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(folder))
        with emulator.embedded_aws(folder / "log", fargate=folder) as aws:
            yield aws
    assert left_of(folder) == []


@pytest.fixture(scope="module")
def aws(running: emulator.EmbeddedAws) -> Client:
    def client(service: str) -> Any:
        return boto3.client(
            service,
            region_name="eu-west-1",
            endpoint_url=running.endpoint_url,
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
        )

    return client


@pytest.fixture
def create(aws: Client, folder: Path) -> Iterator[Callable[..., Database]]:
    """Create an instance, which is deleted in the end; waits until it is available."""
    created: list[str] = []

    def make(name: str, *, status: str = "available", **more: Any) -> Database:
        wanted = {k: v for k, v in (INSTANCE | more).items() if v is not None}
        aws("rds").create_db_instance(DBInstanceIdentifier=name, **wanted)
        created.append(name)
        database = Database(aws, folder / "rds-ca/ca.pem", name)
        database.reaches(status)
        return database

    yield make
    for name in created:
        aws("rds").delete_db_instance(DBInstanceIdentifier=name, SkipFinalSnapshot=True)


def test_the_endpoint_takes_the_managed_password_over_tls_that_a_client_can_verify(
    create: Callable[..., Database],
) -> None:
    database = create("endpoint", Port=5433)
    endpoint = database.describe()["Endpoint"]
    assert endpoint["Address"].startswith("127.")
    assert endpoint["Port"] == 5433
    said = database.says("SELECT current_user, current_database(), ssl FROM pg_stat_ssl LIMIT 1")
    assert said == "airflow|metadata|t"
    assert database.says("CREATE TABLE a (b int); SELECT count(*) FROM a") == "0"


def test_the_master_user_is_no_superuser_as_on_rds(create: Callable[..., Database]) -> None:
    database = create("rights")
    rights = "SELECT rolsuper, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = 'airflow'"
    assert database.says(rights) == "f|t|t"
    assert "permission denied" in database.asked("COPY pg_class TO PROGRAM 'cat'").stderr


@pytest.mark.parametrize(("value", "refused"), [("1", True), ("0", False)])
def test_force_ssl_of_the_parameter_group_decides_about_connections_without_tls(
    aws: Client, create: Callable[..., Database], value: str, *, refused: bool
) -> None:
    group = f"tls-{value}"
    parameters(aws, group, {"rds.force_ssl": value})
    database = create(group, DBParameterGroupName=group)
    done = database.asked("SELECT 1", mode="disable")
    assert (done.returncode != 0) is refused
    assert ("no encryption" in done.stderr) is refused


def test_parameters_hold_from_the_start_when_changed_and_after_a_reboot(
    aws: Client, create: Callable[..., Database]
) -> None:
    parameters(aws, "settings", {"work_mem": "1234", "shared_buffers": "{DBInstanceClassMemory/1}"})
    database = create("settings", DBParameterGroupName="settings")
    assert database.says("SHOW work_mem") == "1234kB"
    change(aws, "settings", {"work_mem": "4321", "max_connections": "33"})
    wait_until(lambda: database.says("SHOW work_mem") == "4321kB")
    assert database.says("SHOW max_connections") == "100"
    aws("rds").reboot_db_instance(DBInstanceIdentifier="settings")
    assert database.says("SHOW max_connections") == "33"


def test_parameters_that_postgres_does_not_take_are_named(
    aws: Client, running: emulator.EmbeddedAws, create: Callable[..., Database]
) -> None:
    parameters(aws, "wrong", {"work_mem": "a lot"})
    create("wrong", DBParameterGroupName="wrong", status="incompatible-parameters")
    (finding,) = [each for each in running.findings() if each["subject"] == "database wrong"]
    assert finding["kind"] == "failed"
    assert "work_mem" in finding["message"]


@pytest.mark.parametrize("by", ["the secret", "the database"])
def test_a_rotated_password_is_another_in_the_secret_and_in_the_server(
    aws: Client, create: Callable[..., Database], by: str
) -> None:
    database = create(f"rotated-by-{by.split()[1]}")
    before = database.password()
    if by == "the secret":
        arn = database.describe()["MasterUserSecret"]["SecretArn"]
        aws("secretsmanager").rotate_secret(SecretId=arn)
    else:
        aws("rds").modify_db_instance(
            DBInstanceIdentifier=database.name, RotateMasterUserPassword=True, ApplyImmediately=True
        )
    assert database.password() != before
    assert database.says("SELECT 1") == "1"
    assert "password authentication failed" in database.asked("SELECT 1", password=before).stderr


def test_a_password_of_the_users_own_can_be_given_and_changed(
    aws: Client, create: Callable[..., Database]
) -> None:
    first, second = 'it\'s\\ "first" %2F', "second ä"
    database = create("own-password", ManageMasterUserPassword=None, MasterUserPassword=first)
    assert database.says("SELECT 1", password=first) == "1"
    aws("rds").modify_db_instance(
        DBInstanceIdentifier="own-password", MasterUserPassword=second, ApplyImmediately=True
    )
    assert database.says("SELECT 1", password=second) == "1"
    assert database.asked("SELECT 1", password=first).returncode != 0


def test_what_is_written_survives_a_stop_and_a_start(
    aws: Client, create: Callable[..., Database]
) -> None:
    database = create("stopped")
    database.says("CREATE TABLE kept AS SELECT 7 AS number")
    aws("rds").stop_db_instance(DBInstanceIdentifier="stopped")
    assert database.asked("SELECT 1").returncode != 0
    aws("rds").start_db_instance(DBInstanceIdentifier="stopped")
    assert database.says("SELECT number FROM kept") == "7"


@pytest.mark.parametrize("status", ["creating", "available"])
def test_a_deleted_database_leaves_nothing(
    aws: Client, folder: Path, create: Callable[..., Database], status: str
) -> None:
    name = f"deleted-{status}"
    aws("rds").create_db_instance(DBInstanceIdentifier=name, **INSTANCE)
    if status == "available":
        Database(aws, folder, name).reaches(status)
    aws("rds").delete_db_instance(DBInstanceIdentifier=name, SkipFinalSnapshot=True)
    assert left_of(folder) == []


def test_another_engine_or_major_version_is_said(
    running: emulator.EmbeddedAws, create: Callable[..., Database]
) -> None:
    create("mysql", Engine="mysql", EngineVersion="8.0")
    create("older", EngineVersion="15.4")
    said = {each["subject"]: each for each in running.findings() if each["kind"] == "unchecked"}
    assert "no mysql" in said["database mysql"]["message"]
    assert "stands in for 15.4" in said["database older"]["message"]


def test_nothing_is_left_of_a_database_when_the_embedded_aws_is_killed(folder: Path) -> None:
    own = folder / "killed"
    own.mkdir()
    own.chmod(0o755)
    program = (
        "import boto3, os, pathlib, time\n"
        "from airflow_fargate_rehearsal import emulator\n"
        f"place = pathlib.Path({str(own)!r})\n"
        "with emulator.embedded_aws(place / 'log', fargate=place) as aws:\n"
        "    rds = boto3.client('rds', region_name='eu-west-1', endpoint_url=aws.endpoint_url,\n"
        "        aws_access_key_id='testing', aws_secret_access_key='testing')\n"
        f"    rds.create_db_instance(DBInstanceIdentifier='killed', **{INSTANCE!r})\n"
        "    find = lambda: rds.describe_db_instances()['DBInstances'][0]\n"
        "    while find()['DBInstanceStatus'] != 'available': time.sleep(0.02)\n"
        "    print(list(place.glob('postgres-*/data/postmaster.pid')), flush=True)\n"
        "    os.kill(os.getpid(), 9)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "TMPDIR": str(own), "PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    assert "postmaster.pid" in done.stdout
    assert left_of(own) == []


def parameters(aws: Client, name: str, values: dict[str, str]) -> None:
    aws("rds").create_db_parameter_group(
        DBParameterGroupName=name, DBParameterGroupFamily="postgres17", Description="a test's"
    )
    change(aws, name, values)


def change(aws: Client, name: str, values: dict[str, str]) -> None:
    aws("rds").modify_db_parameter_group(
        DBParameterGroupName=name,
        Parameters=[
            {"ParameterName": key, "ParameterValue": value, "ApplyMethod": "pending-reboot"}
            for key, value in values.items()
        ],
    )


def wait_until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)
