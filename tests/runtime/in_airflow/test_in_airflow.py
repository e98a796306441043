"""The runtime inside the real Airflow, with a real PostgreSQL and the embedded AWS."""

import json
import os
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import certifi
import pytest

pytestmark = pytest.mark.real

HERE = Path(__file__).parent
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def run(airflow_python: Path, airflow_environment: dict[str, str]) -> Run:
    """Run one of the runtime's programs as in a container, to its end."""

    def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [airflow_python, "-m", *arguments],
            env=airflow_environment | variables,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    return run


@pytest.fixture(scope="module")
def database(postgres: Any, run: Run) -> Any:
    """The metadata database, migrated by two containers that began at the same time."""
    postgres.sql("CREATE DATABASE airflow")
    results: list[subprocess.CompletedProcess[str]] = []
    prepare = lambda: results.append(run("airflow_fargate_runtime.prepare"))  # noqa: E731
    threads = [threading.Thread(target=prepare) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    postgres.prepared = results
    return postgres


@pytest.fixture
def start(
    airflow_python: Path, airflow_environment: dict[str, str], tmp_path: Path
) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start a program as in a container; all are gone after the test."""
    processes = []

    def start(
        *arguments: str | Path,
        name: str,
        variables: Mapping[str, str] | None = None,
        pipes: bool = False,
    ) -> subprocess.Popen[str]:
        log = (tmp_path / name).open("w")
        process = subprocess.Popen(
            [airflow_python, *arguments],
            env=airflow_environment | dict(variables or {}),
            stdin=subprocess.PIPE if pipes else subprocess.DEVNULL,
            stdout=subprocess.PIPE if pipes else log,
            stderr=log,
            text=True,
            start_new_session=True,
        )
        processes.append(process)
        return process

    yield start
    for process in processes:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def test_two_containers_prepare_the_database_at_once(database: Any) -> None:
    said = [result.stdout for result in database.prepared]
    assert [result.returncode for result in database.prepared] == [0, 0], said
    assert sum("The admin user is created." in text for text in said) == 1
    assert sum("The admin user is there, with the secret's password." in text for text in said) == 1
    assert database.sql("SELECT username FROM ab_user", "airflow") == "admin"


def test_the_admin_gets_the_password_that_the_secret_holds_now(database: Any, run: Run) -> None:
    stored = "SELECT password FROM ab_user"
    before = database.sql(stored, "airflow")
    result = run("airflow_fargate_runtime.prepare", AIRFLOW_FARGATE_ADMIN_PASSWORD="second")
    assert "The admin user's password is now the secret's." in result.stdout
    assert database.sql(stored, "airflow") != before
    assert "second" not in result.stdout + result.stderr


def test_a_password_that_changes_under_a_running_process_is_followed(
    database: Any, database_secret: Any, start: Callable
) -> None:
    process = start(HERE / "engines.py", name="engines", pipes=True)
    as_it_should_be = ["airflow by TLS"] * 3
    assert _connections(process) == as_it_should_be

    # RDS sets the password in the server first, and has it in the secret as a pending one.
    new = 'it\'s 50% \\ "new" & @:/?#'
    database_secret.put(new, "AWSPENDING")
    database.set_password(new)
    assert _connections(process) == as_it_should_be
    database_secret.put(new)
    assert _connections(process) == as_it_should_be

    # Others may write the secret later than the server.
    newer = "naïve 'new' pässword"
    database.set_password(newer)
    late = threading.Timer(3, database_secret.put, [newer])
    late.start()
    assert _connections(process) == as_it_should_be
    late.join()


def _connections(process: subprocess.Popen[str]) -> list[str]:
    """Have one connection of each kind opened: sync, async, Celery's; what came of each."""
    assert process.stdin
    assert process.stdout
    process.stdin.write("open\n")
    process.stdin.flush()
    for line in process.stdout:
        if line.startswith("answer "):
            return json.loads(line.removeprefix("answer "))
    pytest.fail("the process has ended")


def test_a_server_whose_certificate_nobody_vouches_for_gets_no_password(
    database: Any, start: Callable
) -> None:
    server = f"localhost:{database.port}/airflow"
    tls = f"?sslmode=verify-full&sslrootcert={certifi.where()}"
    process = start(
        HERE / "engines.py",
        name="engines",
        variables={
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"postgresql+psycopg2://{server}{tls}",
            "AIRFLOW__CELERY__RESULT_BACKEND": f"db+postgresql+psycopg2://{server}{tls}",
        },
        pipes=True,
    )
    for outcome in _connections(process):
        assert "certificate verify failed" in outcome


@pytest.mark.usefixtures("database")
def test_a_container_without_the_secrets_arn_says_so(start: Callable) -> None:
    process = start(
        HERE / "engines.py",
        name="engines",
        variables={"AIRFLOW_FARGATE_DATABASE_SECRET_ARN": ""},
        pipes=True,
    )
    for outcome in _connections(process):
        assert "AIRFLOW_FARGATE_DATABASE_SECRET_ARN is not set" in outcome
