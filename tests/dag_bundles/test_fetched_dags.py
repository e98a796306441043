"""DAGs from Git and from S3, by Airflow's own code: found, and changed without a new image."""

import json
from pathlib import Path

import airflow_fargate as af

import pytest
from tests.dag_bundles.fetching_airflow import DAG_ID, FetchingAirflow, told
from tests.dag_bundles.git_server import TOKEN, USER, git_server
from tests.surroundings.airflow_image import client

ROOT = Path(__file__).parents[2]
# A module beside the DAG, which must be found as well.
DAG = f"""
from airflow.sdk import DAG, task
from words_of_ours import PREFIX

with DAG("{DAG_ID}", schedule=None, description=PREFIX + "%s"):
    @task
    def nothing(): ...

    nothing()
"""
MODULE = {"airflow/dags/words_of_ours.py": 'PREFIX = "the "\n'}
# Which permission a call needs.
PERMISSIONS = {
    "HeadBucket": "s3:ListBucket",
    "ListObjects": "s3:ListBucket",
    "ListObjectsV2": "s3:ListBucket",
    "HeadObject": "s3:GetObject",
    "GetObject": "s3:GetObject",
}

pytestmark = pytest.mark.real


def dag(description: str) -> dict[str, str]:
    return {"airflow/dags/fetched.py": DAG % description}


@pytest.fixture(scope="module")
def airflow(tmp_path_factory: pytest.TempPathFactory, embedded_aws: str) -> FetchingAirflow:
    """Airflow with an empty database."""
    made = FetchingAirflow(
        python=ROOT / ".tools/venvs/airflow/bin/python",
        folder=tmp_path_factory.mktemp("airflow"),
        endpoint_url=embedded_aws,
    )
    made.migrate()
    return made


def test_a_push_changes_dags_and_a_run_keeps_its_commit(
    airflow: FetchingAirflow, embedded_aws: str, tmp_path: Path
) -> None:
    connection = {"conn_type": "git", "login": USER, "password": TOKEN}
    client("secretsmanager", embedded_aws).create_secret(
        Name="fetching/connections/dags_repository", SecretString=json.dumps(connection)
    )
    with git_server(tmp_path) as server:
        dags = af.GitDags(
            repo_url=server.url,
            subdir="airflow/dags",
            git_conn_id="dags_repository",
            refresh_interval_seconds=10,
        )
        environment = told(af.AirflowFargateProps(name="fetching", dags=dags), tmp_path)
        environment |= {"GIT_SSL_CAINFO": str(server.ca_file), "TMPDIR": str(tmp_path)}
        first = server.push(dag("first") | MODULE)
        with airflow.dag_processor(environment, tmp_path / "log") as process:
            found = airflow.wait_for("the first", process)
            assert (found.relative_fileloc, found.bundle_version) == ("fetched.py", first)
            second = server.push(dag("second"))
            assert airflow.wait_for("the second", process).bundle_version == second

        # What a worker does for runs that began before the push and after it.
        fetched = airflow.fetch_for_tasks(environment, "fetched.py", first, second)
        assert fetched["texts"] == [DAG % "first", DAG % "second"]
    kept = [path for path in (tmp_path / "airflow").rglob("*") if path.is_file()]
    assert kept
    assert not [path for path in kept if TOKEN.encode() in path.read_bytes()]


def test_a_changed_object_changes_dags_with_exactly_what_is_granted(
    airflow: FetchingAirflow, embedded_aws: str, tmp_path: Path
) -> None:
    s3 = client("s3", embedded_aws)
    s3.create_bucket(
        Bucket="acme-dags", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )

    def put(files: dict[str, str]) -> None:
        for key, text in files.items():
            s3.put_object(Bucket="acme-dags", Key=key, Body=text.encode())

    dags = af.S3Dags(bucket_name="acme-dags", prefix="airflow/dags", refresh_interval_seconds=10)
    environment = told(af.AirflowFargateProps(name="fetching", dags=dags), tmp_path)
    put(dag("one in S3") | MODULE | {"airflow/other.py": "raise SystemExit('not a DAG')"})
    with airflow.dag_processor(
        environment | {"TMPDIR": str(tmp_path)}, tmp_path / "log"
    ) as process:
        found = airflow.wait_for("the one in S3", process)
        # The same DAG as the one from Git: a change of where they come from loses none.
        assert (found.relative_fileloc, found.bundle_version) == ("fetched.py", None)
        put(dag("other in S3"))
        airflow.wait_for("the other in S3", process)

    worker = environment | {"TMPDIR": str(tmp_path / "worker")}
    fetched = airflow.fetch_for_tasks(worker, "fetched.py")
    assert fetched["texts"] == [DAG % "other in S3"]
    # What test_dags.py says is granted.
    assert {PERMISSIONS[call] for call in fetched["calls"]} == {"s3:ListBucket", "s3:GetObject"}
