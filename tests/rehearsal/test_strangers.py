"""Nobody else on the machine, and no web page, can use a rehearsal's embedded AWS."""

import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from botocore.exceptions import ClientError

from airflow_fargate_rehearsal.emulator import EmbeddedAws, embedded_aws

# checkov:skip=CKV_SECRET_2:Made up, for an emulator that lives as long as a test.
KEY = "AKIAOFTHISREHEARSAL0"


@pytest.fixture
def aws(tmp_path: Path) -> Iterator[EmbeddedAws]:
    with embedded_aws(tmp_path / "aws.log", access_key=KEY) as aws:
        yield aws


def clusters(aws: EmbeddedAws, key: str) -> list[str]:
    client = boto3.client(
        "ecs",
        endpoint_url=aws.endpoint_url,
        region_name="eu-west-1",
        aws_access_key_id=key,
        aws_secret_access_key=key,
    )
    return client.list_clusters()["clusterArns"]


def test_who_has_the_key_is_answered(aws: EmbeddedAws) -> None:
    assert aws.access_key == KEY
    assert clusters(aws, aws.access_key) == []


def test_another_key_is_refused_as_aws_does(aws: EmbeddedAws) -> None:
    with pytest.raises(ClientError, match=r"InvalidClientTokenId.*security token .* is invalid"):
        clusters(aws, "testing")


@pytest.mark.parametrize("path", ["/moto-api/data.json", "/moto-api/reset", "/", "/bucket/key"])
def test_a_request_without_a_signature_is_refused(aws: EmbeddedAws, path: str) -> None:
    request = urllib.request.Request(  # noqa: S310 -- the embedded AWS
        aws.endpoint_url + path, method="POST", headers={"Origin": "https://example.com"}
    )
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request)  # noqa: S310 -- as above
    assert refused.value.code == 403
    assert "Access-Control-Allow-Origin" not in refused.value.headers
