"""The program that builds images, run as Terraform runs it; docker and the others are stand-ins.

The stand-ins are programs on PATH that write down what they are called with. Each answers what a
test says it does, and else nothing, with success.
"""

import json
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from airflow_fargate.image_builder import emulation
from airflow_fargate.image_builder.tag import Source

import pytest

PROGRAM = Path(emulation.__file__).parent
HOST = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"
# checkov:skip=CKV_SECRET_6:Made up, for a server that lives as long as a test.
PASSWORD = "made-up-password-of-the-registry"
NOT_THERE = (254, "", "An error occurred (ImageNotFoundException) when calling DescribeImages")

STAND_IN = """#!{python} -SE
import json, os, sys
called, here = sys.argv[1:], os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
name = os.path.basename(__file__)
stdin = "" if "--password-stdin" not in called else sys.stdin.read()
kept = [called[i + 1] for i, word in enumerate(called) if word == "--authfile"]
with open(here + "/calls", "a") as calls:
    calls.write(json.dumps([name, called, stdin, kept]) + "\\n")
with open(here + "/answers") as answers:
    for words, (code, said, complaint) in json.load(answers):
        if [name, *called][: len(words)] == words:
            sys.stdout.write(said)
            sys.stderr.write(complaint)
            sys.exit(code)
"""


@dataclass
class Machine:
    """A machine with some programs."""

    folder: Path
    password: str = PASSWORD
    answers: list[Any] = field(default_factory=list)

    def install(self, *names: str) -> None:
        for name in names:
            program = self.folder / "bin" / name
            program.write_text(STAND_IN.format(python=sys.executable))
            program.chmod(0o755)

    def answer(self, command: str, code: int, said: str = "", complaint: str = "") -> None:
        self.answers.insert(0, (command.split(), (code, said, complaint)))

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        (self.folder / "answers").write_text(json.dumps(self.answers))
        return subprocess.run(
            [sys.executable, "-SEB", "-m", PROGRAM.name, *arguments],
            cwd=self.folder / "stack",
            env={"PATH": str(self.folder / "bin"), **environment},
            capture_output=True,
            text=True,
            check=False,
        )

    def check(self, platforms: str = "linux/amd64") -> subprocess.CompletedProcess[str]:
        return self.run("check", platforms)

    def build(self, **environment: str) -> subprocess.CompletedProcess[str]:
        return self.run("build", self.uri, json.dumps(self.described), **environment)

    @property
    def task(self) -> Path:
        return self.folder / "a task's $(folder)"

    @property
    def described(self) -> dict[str, Any]:
        return {
            "architecture": "ARM64",
            "folder": f"../{self.task.name}",
            "contexts": {"dags": "../dags"},
            "build_arguments": {"EXTRA": "one\ntwo 'three' \"four\" $(five)"},
        }

    @property
    def uri(self) -> str:
        arguments = self.described["build_arguments"]
        source = Source("ARM64", self.task, {"dags": self.folder / "dags"}, arguments)
        return f"{HOST}/demo/tasks/even:{source.tag}"

    @property
    def calls(self) -> list[list[str]]:
        """The calls that are not questions about what is installed."""
        told = (("docker", "login"), ("docker", "buildx", "build"), ("aws", "ecr"))
        told += tuple((it, do) for it in ("podman", "buildah") for do in ("build", "login", "push"))
        return [[name, *rest] for name, rest, *_ in self.all_calls()
                if any((name, *rest)[: len(each)] == each for each in told)]  # fmt: skip

    def all_calls(self) -> list[Any]:
        file = self.folder / "calls"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    made = Machine(tmp_path)
    for folder in ("bin", "stack", "dags", made.task.name):
        (tmp_path / folder).mkdir()
    (tmp_path / "stack" / PROGRAM.name).symlink_to(PROGRAM)
    (made.task / "Dockerfile").write_text("FROM scratch\n")
    made.install("aws")
    made.answer("aws ecr describe-images", *NOT_THERE)
    made.answer("aws ecr get-login-password", 0, PASSWORD)
    made.answer("docker buildx inspect", 0, "Name: default\nPlatforms: linux/amd64*, linux/386\n")
    made.answer("podman info", 0, json.dumps({"host": {"arch": "amd64"}}))
    made.answer("buildah info", 0, json.dumps({"host": {"arch": "amd64"}}))
    return made
