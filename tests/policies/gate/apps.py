"""Small outputs of CDKTF, and the gate's command line over them."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from airflow_fargate_policies.cli import main

RULE = "CKV2_AWS_34"
"""Fails for a parameter that is not encrypted."""
REASON = "It holds nothing that is secret."
ADDRESS = "aws_ssm_parameter.names"


def parameter(exceptions: dict[str, str] | None = None, **values: Any) -> dict[str, Any]:
    """A stack with a parameter that is not encrypted, and its exceptions."""
    said: dict[str, Any] = {"metadata": {"path": "stack/names", "uniqueId": "names"}}
    if exceptions is not None:
        said["policy_exceptions"] = exceptions
    written = {"name": "/demo/names", "type": "String", "insecure_value": "a", **values}
    return {"resource": {"aws_ssm_parameter": {"names": {"//": said, **written}}}}


EXCEPTED = {RULE: REASON}


@dataclass(frozen=True)
class Seen:
    """What the command line has said."""

    code: int
    out: str
    err: str

    def rules(self) -> list[str]:
        """The rules of the table of problems, in its order."""
        table, _, _ = self.out.partition(" target ")
        rows = (line.split("|") for line in table.splitlines() if line.count("|") == 3)
        parts = [row[0].strip() for row in rows]
        # A long id goes on in the next line.
        return [each for each in "\n".join(parts[1:]).split("\n") if each]


Gate = Callable[..., Seen]
WriteApp = Callable[..., Path]


@pytest.fixture
def write_app(tmp_path: Path) -> WriteApp:
    """Writes CDKTF's output with the stacks that are given by their names."""

    def write(**stacks: dict[str, Any]) -> Path:
        out = tmp_path / "cdktf.out"
        (out / "stacks").mkdir(parents=True, exist_ok=True)
        (out / "manifest.json").write_text('{"version": "0.21.0", "stacks": {}}')
        for name, config in stacks.items():
            (out / "stacks" / name).mkdir(exist_ok=True)
            (out / "stacks" / name / "cdk.tf.json").write_text(json.dumps(config))
        return out

    return write


@pytest.fixture
def gate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Gate:
    """Runs the command line in the folder of the test."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str | Path) -> Seen:
        code = main([str(each) for each in arguments])
        said = capsys.readouterr()
        return Seen(code=code, out=said.out, err=said.err)

    return run
