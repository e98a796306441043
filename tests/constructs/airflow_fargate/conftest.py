"""Whole deployments, and their synthesized JSON with what a test asks about at hand."""

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import airflow_fargate as af

import pytest
from cdktf import App

Config = dict[str, Any]
_EXPRESSION_OR_QUOTE = re.compile(r'\$\{(?:[^{}]|\{[^{}]*\})*\}|\\.|"', re.DOTALL)
_GROUP = re.compile(r"\$\{(?:one\()?aws_security_group\.(\w+)(?:\[\*\])?\.id\)?\}")


class Deployed:
    """What came out of a synthesis."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.resources = config["resource"]

    def of(self, type_: str) -> Mapping[str, Any]:
        """Resources of a type by their names; none if there is none."""
        return self.resources.get(type_, {})

    def at(self, address: str) -> Any:
        """The resource of an address."""
        type_, name = address.split(".")
        return self.resources[type_][name]

    def addresses(self) -> set[str]:
        """Addresses of all resources."""
        return {f"{type_}.{name}" for type_, found in self.resources.items() for name in found}

    def containers(self, task_definition: str) -> dict[str, Any]:
        """Containers of a task definition by their names."""
        definition = self.of("aws_ecs_task_definition")[task_definition]
        found = read_json(definition["container_definitions"])
        return {container["name"]: container for container in found}

    def environment(self, task_definition: str, container: str) -> dict[str, str]:
        """Environment variables of a container, without its secrets."""
        found = self.containers(task_definition)[container].get("environment", [])
        return {each["name"]: each["value"] for each in found}

    def statements(self, role: str) -> dict[str, Any]:
        """Statements of a role by their ids, resources as a list; none if it may do nothing."""
        found = self.of("aws_iam_role_policy").get(role)
        written = read_json(found["policy"])["Statement"] if found else []
        for statement in written:
            if isinstance(statement["Resource"], str):  # a list that Terraform makes
                statement["Resource"] = [statement["Resource"]]
        return {statement["Sid"]: statement for statement in written}

    def rules(self, direction: str) -> set[tuple[str, str, int]]:
        """Who may reach what on which TCP port, as the rules of one side say it.

        Security groups stand with their names in Terraform, networks as they are written.
        """
        return {
            self._rule(rule, inwards=direction == "ingress")
            for rule in self.of(f"aws_vpc_security_group_{direction}_rule").values()
        }

    def _rule(self, rule: Config, *, inwards: bool) -> tuple[str, str, int]:
        assert rule["ip_protocol"] == "tcp"
        assert rule["from_port"] == rule["to_port"]
        group = rule.get("referenced_security_group_id")
        own, other = _group(rule["security_group_id"]), _group(group) or rule["cidr_ipv4"]
        return (other, own, rule["to_port"]) if inwards else (own, other, rule["to_port"])


def read_json(text: str) -> Any:
    """JSON in which expressions of Terraform stand inside of text and in place of values."""
    inside = False

    def escaped(found: re.Match[str]) -> str:
        nonlocal inside
        if found.group() == '"':
            inside = not inside
        if not found.group().startswith("${"):
            return found.group()
        written = json.dumps(found.group())
        return written[1:-1] if inside else written

    return json.loads(_EXPRESSION_OR_QUOTE.sub(escaped, text))


def _group(value: str | None) -> str:
    """Name of a security group in Terraform; empty for none."""
    if value is None:
        return ""
    found = _GROUP.fullmatch(value)
    return found.group(1) if found else value


def add_folder(parent: Path, name: str, settings: str = "", *, dockerfile: str = "") -> Path:
    """A task folder: a Dockerfile and, with settings, a `task.toml`."""
    folder = parent / name
    folder.mkdir(parents=True)
    (folder / "Dockerfile").write_text(dockerfile or "FROM scratch\nUSER 1000:1000\n")
    if settings:
        (folder / "task.toml").write_text(settings)
    return folder


@pytest.fixture
def task_folder(tmp_path: Path) -> Callable[..., Path]:
    """Make a task folder in `tmp_path/tasks`: `task_folder("report", 'cpu = 512')`."""
    return lambda *arguments, **options: add_folder(tmp_path / "tasks", *arguments, **options)


@pytest.fixture
def deploy(synth: Any) -> Callable[..., Deployed]:
    """Synthesize a deployment of these settings; `then` is called with its AirflowFargate."""

    def run(then: Callable[[af.AirflowFargate], object] | None = None, **settings: Any) -> Deployed:
        def build(stack: Any) -> None:
            given: dict[str, Any] = {"name": "demo", **settings}
            airflow = af.AirflowFargate(stack, "_airflow", af.AirflowFargateProps(**given))
            if then:
                then(airflow)

        return Deployed(synth(build))

    return run


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Deployed:
    """A deployment with two pools and one task; synthesized once, to be read only."""
    folder = tmp_path_factory.mktemp("demo")
    add_folder(folder / "tasks", "report", "[shared_storage]\n")
    app = App(outdir=str(folder / "out"))
    props = af.AirflowFargateProps(
        name="demo",
        tasks_folder=folder / "tasks",
        worker_pools=[af.WorkerPoolProps(), af.WorkerPoolProps(pool="big-memory")],
    )
    stack = af.Stack(app, "test", region="eu-west-1", local_state=True)
    af.AirflowFargate(stack, "_airflow", props)
    app.synth()
    return Deployed(json.loads((folder / "out/stacks/test/cdk.tf.json").read_text()))
