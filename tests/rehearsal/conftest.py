"""Fixtures of the rehearsal's tests: boto3 against the embedded AWS, and small projects."""

import json
import os
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from airflow_fargate_rehearsal.terraform.binary import find_terraform

ROOT = Path(__file__).parents[2]
Start = Callable[..., "subprocess.Popen[str]"]
Finish = Callable[["subprocess.Popen[str]"], tuple[int, str]]

Client = Callable[[str], Any]


@pytest.fixture
def aws(embedded_aws: str) -> Client:
    """boto3 clients of the embedded AWS, by service name."""

    def client(service: str) -> Any:
        return boto3.client(
            service,
            region_name="eu-west-1",
            endpoint_url=embedded_aws,
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
        )

    return client


@pytest.fixture
def inventory(embedded_aws: str) -> Callable[[], dict[str, dict[str, list[str]]]]:
    """What the embedded AWS says exists."""

    def take() -> dict[str, dict[str, list[str]]]:
        url = f"{embedded_aws}/_rehearsal/inventory"
        with urllib.request.urlopen(url, timeout=30) as answer:  # noqa: S310 - our own server
            return json.load(answer)

    return take


@pytest.fixture
def vpc(aws: Client) -> str:
    """Id of an empty VPC."""
    return aws("ec2").create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]


@pytest.fixture
def write_project(tmp_path: Path) -> Callable[..., Path]:
    """Make a small project; ``resources`` come into ``airflow-dev``; it can do without S3."""

    def write(resources: dict[str, Any] | None = None, *, in_s3: bool = True) -> Path:
        return _write_project(tmp_path / "project", resources or {}, in_s3=in_s3)

    return write


@pytest.fixture
def temporary() -> Iterator[Path]:
    """Folder that the rehearsal has for temporary files; a short path, for sockets lie in it."""
    with tempfile.TemporaryDirectory(prefix="test-") as name:
        yield Path(name)


@pytest.fixture
def start(temporary: Path) -> Iterator[Start]:
    """Start the rehearsal in a project's folder."""
    started: list[subprocess.Popen[str]] = []
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT / "rehearsal"),
        "PYTHONUNBUFFERED": "1",
        "TMPDIR": str(temporary),
    }

    def run(folder: Path, *arguments: str, **variables: str) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, "-m", "airflow_fargate_rehearsal", *arguments],
            cwd=folder,
            env=environment | variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        started.append(process)
        return process

    yield run
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture
def terraform_on_path(monkeypatch: pytest.MonkeyPatch) -> None:
    """A Terraform that is new enough is on PATH, also where the machine has none."""
    folder = find_terraform(ROOT, print).parent
    path = os.pathsep.join([str(folder), os.environ["PATH"]])
    monkeypatch.setenv("PATH", path)


@pytest.fixture
def finish() -> Finish:
    """Wait for the end of a rehearsal; gives its exit code and all that it said since."""

    def wait(process: "subprocess.Popen[str]") -> tuple[int, str]:
        said, _ = process.communicate(timeout=400)
        assert "Traceback" not in said
        return process.returncode, said

    return wait


# A project that synthesizes in milliseconds: its app copies JSON that stands ready.
_REQUIRED = {"aws": {"source": "hashicorp/aws", "version": ">= 5.100.0, < 7.0.0"}}
_PROVIDER = {"aws": [{"region": "eu-west-1"}]}

_APP = """
import json, os, pathlib
unprotected = os.environ.get("AIRFLOW_FARGATE_UNPROTECT") == "1"
stacks = json.loads(pathlib.Path("unprotected.json" if unprotected else "stacks.json").read_text())
output = pathlib.Path(os.environ["CDKTF_OUTDIR"])
for name, stack in stacks.items():
    (output / "stacks" / name).mkdir(parents=True)
    (output / "stacks" / name / "cdk.tf.json").write_text(json.dumps(stack))
manifest = {name: {"synthesizedStackPath": f"stacks/{name}/cdk.tf.json"} for name in stacks}
(output / "manifest.json").write_text(json.dumps({"version": "0.21.0", "stacks": manifest}))
"""


def _stacks(*, protected: bool = True) -> dict[str, Any]:
    """A state stack with a bucket, and a small stack with its state in that bucket."""
    return {
        "state": {
            "terraform": {
                "required_providers": _REQUIRED,
                "backend": {"local": {"path": "/nonexistent/terraform.tfstate"}},
            },
            "provider": _PROVIDER,
            "resource": {
                "aws_s3_bucket": {
                    "state": {
                        "bucket": "state-of-the-rehearsal",
                        "force_destroy": not protected,
                        "lifecycle": {"prevent_destroy": protected},
                    }
                },
                "aws_s3_bucket_versioning": {
                    "state": {
                        "bucket": "${aws_s3_bucket.state.id}",
                        "versioning_configuration": {"status": "Enabled"},
                    }
                },
            },
            "output": {"bucket": {"value": "${aws_s3_bucket.state.id}"}},
        },
        "airflow-dev": {
            "terraform": {
                "required_providers": _REQUIRED,
                "backend": {
                    "s3": {
                        "key": "airflow-dev.tfstate",
                        "region": "eu-west-1",
                        "use_lockfile": True,
                        "encrypt": True,
                    }
                },
            },
            "provider": _PROVIDER,
            "resource": {
                "aws_ssm_parameter": {
                    "it": {"name": "/rehearsed", "type": "String", "value": "value"}
                }
            },
            "output": {
                "parameter": {"value": "${aws_ssm_parameter.it.name}"},
                "hidden": {"value": "must-not-be-shown", "sensitive": True},
            },
        },
    }


def _write_project(folder: Path, resources: dict[str, Any], *, in_s3: bool) -> Path:
    folder.mkdir()
    (folder / "cdktf.json").write_text(json.dumps({"app": "python app.py"}))
    (folder / "app.py").write_text(_APP)
    for file, protected in (("stacks.json", True), ("unprotected.json", False)):
        stacks = _stacks(protected=protected)
        for kind, named in resources.items():
            stacks["airflow-dev"]["resource"].setdefault(kind, {}).update(named)
        if not in_s3:
            del stacks["state"]
            stacks["airflow-dev"]["terraform"]["backend"] = {"local": {"path": "/nonexistent"}}
        (folder / file).write_text(json.dumps(stacks))
    return folder
