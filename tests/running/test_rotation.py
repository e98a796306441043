"""The database's password changes under a running Airflow, and nobody notices."""

import threading
import urllib.error
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.running.processes import wait_until
from tests.running.running_airflow import COMPONENTS, RunningAirflow
from tests.surroundings.airflow_image import DatabaseSecret

pytestmark = pytest.mark.real

DAG = """
import datetime as dt
import pathlib
import time

from airflow.providers.standard.triggers.file import FileTrigger
from airflow.sdk import DAG, BaseOperator, Param, task


class WaitInTriggerer(BaseOperator):
    template_fields = ("path",)

    def __init__(self, *, path, **kwargs):
        super().__init__(**kwargs)
        self.path = path

    def execute(self, context):
        self.defer(trigger=FileTrigger(self.path, poke_interval=0.5), method_name="resume")

    def resume(self, context, event):
        print("resumed")


with DAG("rotation", params={"until": Param("", type="string")}):

    @task
    def wait_on_worker(params):
        while not pathlib.Path(params["until"]).exists():
            time.sleep(0.2)

    @task
    def afterwards():
        print("and on it goes")

    [wait_on_worker(), WaitInTriggerer(task_id="wait_in_triggerer", path="{{ params.until }}")] >> (
        afterwards()
    )
"""


class Asking:
    """Asks the API server for something out of the database all the time.

    Attributes:
        failures: What went wrong.
        between: Held while a question is being answered.
    """

    def __init__(self, airflow: RunningAirflow) -> None:
        self.failures: list[str] = []
        self.between = threading.Lock()
        self._airflow = airflow
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._ask)
        self._thread.start()

    def stop(self) -> None:
        """Ask no more."""
        self._done.set()
        self._thread.join()

    def _ask(self) -> None:
        while not self._done.wait(0.3):
            try:
                with self.between:
                    self._airflow.api.get("dags")
            except urllib.error.HTTPError as error:
                self.failures.append("; ".join([str(error), *error.__notes__]))
            except OSError as error:
                self.failures.append(str(error))


@pytest.fixture
def asking(airflow: RunningAirflow) -> Iterator[Asking]:
    asking = Asking(airflow)
    yield asking
    asking.stop()


def _cut(airflow: RunningAirflow, asking: Asking) -> None:
    """End all connections, those in the middle of something when that is done."""
    before = airflow.postgres.sql("SELECT clock_timestamp()")
    old = f"FROM pg_stat_activity WHERE datname = 'airflow' AND backend_start < '{before}'"
    keep_open = _that_keep_connections(airflow)
    assert keep_open <= _connected(airflow)

    # Whoever has just found a connection alive is about to use it: Airflow's triggerer ends when it
    # loses one then, with the old password or the new. Those go first that were unused for long, as
    # on a loaded machine it can take a while until they are used.
    patience = iter([*range(3000, 200, -100), *[200] * 1000])

    def all_ended() -> bool:
        unused = f"state_change < clock_timestamp() - interval '{next(patience)} ms'"
        with asking.between:
            airflow.postgres.sql(
                f"SELECT pg_terminate_backend(pid) {old} AND state = 'idle' AND {unused}"
            )
        return airflow.postgres.sql(f"SELECT count(*) {old}") == "0"

    wait_until(all_ended, "all old connections to end", 120)
    wait_until(lambda: keep_open <= _connected(airflow), f"connections of {keep_open}", 120)


def _that_keep_connections(airflow: RunningAirflow) -> set[str]:
    """All but the worker, which opens one when it has a result to store."""
    return {airflow.running(each).name for each in COMPONENTS if each != "worker"}


def _connected(airflow: RunningAirflow) -> set[str]:
    """Who is connected to the database just now."""
    query = "SELECT DISTINCT application_name FROM pg_stat_activity WHERE datname = 'airflow'"
    return set(airflow.postgres.sql(query).splitlines())


def _jobs(airflow: RunningAirflow) -> str:
    """Airflow's own list of what runs: a component that starts again has another line there."""
    return airflow.postgres.sql("SELECT id, job_type, state FROM job ORDER BY id", "airflow")


def test_a_new_password_of_the_database_is_followed_by_all_that_runs(
    airflow: RunningAirflow, database_secret: DatabaseSecret, asking: Asking, tmp_path: Path
) -> None:
    airflow.add_dags([("rotation.py", DAG)], "rotation")
    flag = tmp_path / "flag"
    run = airflow.trigger("rotation", {"until": str(flag)})
    airflow.wait_for_task("rotation", run, "wait_on_worker", "running")
    airflow.wait_for_task("rotation", run, "wait_in_triggerer", "deferred")
    processes = [airflow.running(component).pid for component in COMPONENTS]
    jobs = _jobs(airflow)

    # The server first, the secret some seconds later.
    first = 'it\'s the 1st: 50% \\ "new" & @:/?#'
    airflow.postgres.set_password(first)
    late = threading.Timer(3, database_secret.put, [first])
    late.start()
    _cut(airflow, asking)
    late.join()

    # As RDS does it: it is in the secret as a pending one, then set, then the current one.
    second = "naïve 'second' pässword"
    database_secret.put(second, "AWSPENDING")
    airflow.postgres.set_password(second)
    _cut(airflow, asking)
    database_secret.put(second)

    # What ran goes on, and what is new begins.
    flag.touch()
    airflow.wait_for("rotation", run)
    airflow.wait_for("rotation", airflow.trigger("rotation", {"until": str(flag)}))
    assert {each["try_number"] for each in airflow.tasks("rotation", run)} == {1}
    assert "and on it goes" in airflow.log_text("rotation", run, "afterwards")
    assert asking.failures == []
    assert [airflow.running(component).pid for component in COMPONENTS] == processes
    assert _jobs(airflow) == jobs
