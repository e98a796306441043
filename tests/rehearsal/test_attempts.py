"""An answer that is lost on the way does not make a call happen twice."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from airflow_fargate_rehearsal.emulator import EmbeddedAws, embedded_aws


@pytest.fixture
def aws(tmp_path: Path) -> Iterator[EmbeddedAws]:
    with embedded_aws(tmp_path / "aws.log") as aws:
        yield aws


def create_repository(aws: EmbeddedAws, call: str, attempt: int) -> dict[str, object]:
    """Ask as the SDKs do: all attempts of a call have one id."""
    request = urllib.request.Request(  # noqa: S310 -- the embedded AWS
        aws.endpoint_url,
        data=json.dumps({"repositoryName": "tasks"}).encode(),
        headers={
            "Content-Type": "application/x-amz-json-1.1",
            "X-Amz-Target": "AmazonEC2ContainerRegistry_V20150921.CreateRepository",
            "Authorization": "AWS4-HMAC-SHA256 Credential=testing/20261122/eu-west-1/ecr"
            "/aws4_request, SignedHeaders=host, Signature=none",
            "Amz-Sdk-Invocation-Id": call,
            "Amz-Sdk-Request": f"attempt={attempt}; max=25",
        },
    )
    try:
        with urllib.request.urlopen(request) as answer:  # noqa: S310 -- as above
            return json.load(answer)
    except urllib.error.HTTPError as refused:
        return json.load(refused)


def test_a_second_attempt_gets_the_answer_of_the_first_and_is_logged(aws: EmbeddedAws) -> None:
    first = create_repository(aws, "one-call", 1)
    assert "repository" in first
    assert create_repository(aws, "one-call", 2) == first
    assert "attempt=2 of AmazonEC2ContainerRegistry" in aws.log.read_text()


def test_another_call_is_another_call(aws: EmbeddedAws) -> None:
    create_repository(aws, "one-call", 1)
    refused = create_repository(aws, "another-call", 1)
    assert "RepositoryAlreadyExistsException" in str(refused["__type"])


def test_an_attempt_after_a_failure_is_made(aws: EmbeddedAws) -> None:
    create_repository(aws, "one-call", 1)
    refused = create_repository(aws, "another-call", 1)
    assert create_repository(aws, "another-call", 2)["__type"] == refused["__type"]
    assert "it failed" in aws.log.read_text()
