"""The report on sales: from S3 and back, against an embedded AWS."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from airflow_fargate_rehearsal.emulator import embedded_aws

IMAGE = Path(__file__).parents[2] / "task_images/sales_report"
Run = Callable[..., subprocess.CompletedProcess[str]]
PROGRAM = "sales_report/sales_report.py"
SALES = "product,pieces,price\ntea,2,1.90\ncake,1,3.25\ntea,1,1.90\n"
REPORT = "product,total\ncake,3.25\ntea,5.70\n(all),8.95\n"
ARGUMENTS = ("sales/a.csv", "reports/a.csv")


@pytest.fixture(scope="module")
def access(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """What leads a client of AWS to the embedded one."""
    with embedded_aws(tmp_path_factory.mktemp("aws") / "log") as aws:
        yield {
            "AWS_ENDPOINT_URL": aws.endpoint_url,
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_DEFAULT_REGION": "eu-west-1",
        }


@pytest.fixture(scope="module")
def bucket(access: dict[str, str]) -> Any:
    s3: Any = boto3.resource(
        "s3",
        endpoint_url=access["AWS_ENDPOINT_URL"],
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
        region_name="eu-west-1",
    )
    where = {"LocationConstraint": "eu-west-1"}
    return s3.create_bucket(Bucket="sales", CreateBucketConfiguration=where)


@pytest.fixture
def report(run: Run, access: dict[str, str], bucket: Any) -> Run:
    """Run the program on a text, with some arguments."""

    def report(text: str | bytes, *arguments: str, **environment: str) -> Any:
        bucket.put_object(Key="sales/a.csv", Body=text)
        environment = access | {"BUCKET": "sales"} | environment
        return run(PROGRAM, *(arguments or ARGUMENTS), **environment)

    return report


def test_sales_are_added_up_for_each_product_and_put_where_they_shall_be(
    report: Run, bucket: Any
) -> None:
    ended = report(SALES)
    assert ended.returncode == 0, ended.stderr
    assert bucket.Object("reports/a.csv").get()["Body"].read().decode() == REPORT
    assert "tea: 5.70\n" in ended.stdout
    assert ended.stdout.splitlines()[-1] == "s3://sales/reports/a.csv"


def test_a_retry_writes_the_same_again(report: Run, bucket: Any) -> None:
    assert [report(SALES).returncode for _ in range(2)] == [0, 0]
    assert bucket.Object("reports/a.csv").get()["Body"].read().decode() == REPORT


def test_a_file_that_is_not_there_is_told_by_its_exit_code(report: Run) -> None:
    ended = report(SALES, "sales/none.csv", "reports/none.csv")
    assert ended.returncode == 3
    assert "Cannot read s3://sales/sales/none.csv" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "line 1 does not name pieces, price, product"),
        ("product,price\n", "line 1 does not name pieces\n"),
        (f"{SALES}tea,many,1\n", "line 5 has no numbers"),
        (f"{SALES}tea,1,cheap\n", "line 5 has no numbers"),
        (f"{SALES}tea,1\n", "line 5 has no numbers"),
        (f"{SALES}tea,1,NaN\n", "line 5 has no numbers"),
        (b"\xff\xfe", "can't decode"),
    ],
)
def test_what_is_no_file_of_sales_is_told_by_its_exit_code_and_the_line(
    report: Run, text: str | bytes, message: str
) -> None:
    ended = report(text)
    assert ended.returncode == 4
    assert message in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_report_that_cannot_be_written_is_told_by_its_exit_code(report: Run) -> None:
    ended = report(SALES, "sales/a.csv", "")  # no key is empty
    assert ended.returncode == 5
    assert "Cannot write s3://sales/: " in ended.stderr


@pytest.mark.parametrize(
    ("arguments", "environment"),
    [(["a"], {"BUCKET": "sales"}), ([], {"BUCKET": "sales"}), (ARGUMENTS, {}),
     (ARGUMENTS, {"BUCKET": ""})],
)  # fmt: skip
def test_wrong_use_ends_with_2_and_the_usage(
    run: Run, arguments: list[str], environment: dict[str, str]
) -> None:
    ended = run(PROGRAM, *arguments, **environment)
    assert ended.returncode == 2
    assert "usage:" in ended.stderr


@pytest.mark.real
def test_what_it_requires_is_pinned_with_hashes_and_is_all_that_it_needs(
    tmp_path: Path, access: dict[str, str], bucket: Any
) -> None:
    def ends(*command: object, **environment: str) -> None:
        ended = subprocess.run(
            [str(part) for part in command],
            env={**os.environ, **environment},
            check=False,
            capture_output=True,
            text=True,
        )
        assert ended.returncode == 0, ended.stdout + ended.stderr

    # As its Dockerfile does.
    ends(sys.executable, "-m", "venv", tmp_path / "venv")
    python = tmp_path / "venv/bin/python"
    install = [python, "-m", "pip", "--disable-pip-version-check", "install", "--no-cache-dir"]
    ends(*install, "--require-hashes", "--requirement", IMAGE / "requirements.txt")
    bucket.put_object(Key="sales/a.csv", Body=SALES)
    ends(python, IMAGE / "sales_report.py", *ARGUMENTS, **access, BUCKET="sales")
