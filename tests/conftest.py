"""Fixtures that tests share: synthesizing a stack, and the real Terraform over what came out."""

import copy
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import airflow_fargate

import pytest
from cdktf import App
from xdist.scheduler import LoadFileScheduling

from airflow_fargate_rehearsal import emulator
from airflow_fargate_rehearsal.terraform.binary import find_terraform, terraform_platform
from airflow_fargate_rehearsal.terraform.driver import Terraform
from airflow_fargate_rehearsal.terraform.environment import rehearsal_environment
from airflow_fargate_rehearsal.terraform.providers import (
    REHEARSED_AWS_PROVIDER,
    find_mirror,
    write_cli_config,
)

ROOT = Path(__file__).parent.parent
Config = dict[str, Any]
Build = Callable[[airflow_fargate.Stack], object]
Synth = Callable[[Build], Config]


# In Airflow's environment, where these fixtures cannot be imported: `make test` runs them there.
# `dags` is for tests of DAGs that users of this project write (docs/writing-dags.md).
collect_ignore = ["inside_airflow", "dags", "policies"]

# They wait for the provider for minutes: beside them, the others run.
_LONGEST_FIRST = (
    "test_examples_of_modules.py",
    "test_apply.py",
    "test_main_job.py",
    "test_wheel.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest, so that no worker ends long after the others."""

    def place(item: pytest.Item) -> int:
        name = item.path.name
        if item.path.parent.name == "running":
            return -1
        return _LONGEST_FIRST.index(name) if name in _LONGEST_FIRST else len(_LONGEST_FIRST)

    items.sort(key=place)


class FilesTogether(LoadFileScheduling):
    """A file goes to one process; all of tests/running/ to the same, as they share an Airflow."""

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        return "tests/running" if file.startswith("tests/running/") else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> FilesTogether | None:
    """Let each file's tests run in one process, where `--dist loadfile` asks for it."""
    return FilesTogether(config, log) if config.getvalue("dist") == "loadfile" else None


class Synthesized(Config):
    """A synthesized stack's Terraform JSON, which knows the folder that it is in."""

    def __init__(self, folder: Path) -> None:
        super().__init__(json.loads((folder / "cdk.tf.json").read_text()))
        self.folder = folder


@pytest.fixture
def synth(tmp_path: Path) -> Synth:
    """Synthesize a stack of one region, and give its Terraform JSON."""

    def run(build: Build) -> Config:
        app = App(outdir=str(tmp_path / "cdktf.out"))
        build(airflow_fargate.Stack(app, "test", region="eu-west-1", local_state=True))
        app.synth()
        return Synthesized(tmp_path / "cdktf.out/stacks/test")

    return run


@pytest.fixture(scope="session")
def synthesize_main(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., dict[str, Config]]:
    """Run main.py as a program, with variables in its environment; its stacks by their names."""

    # As a program: under pytest, `constructs/` could hide PyPI's package and nobody would notice.
    def run(**variables: str) -> dict[str, Config]:
        own = tmp_path_factory.mktemp("main") / "cdktf.out"
        out = Path(variables.get("CDKTF_OUTDIR", own))
        environment = {k: v for k, v in os.environ.items() if not k.startswith("AIRFLOW_FARGATE_")}
        environment |= {"CDKTF_OUTDIR": str(out), **variables}
        subprocess.run([sys.executable, ROOT / "main.py"], cwd=ROOT, check=True, env=environment)
        return {folder.name: Synthesized(folder) for folder in sorted((out / "stacks").iterdir())}

    return run


@pytest.fixture(scope="session")
def embedded_aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of an embedded AWS that the whole session shares."""
    with emulator.embedded_aws(tmp_path_factory.mktemp("aws") / "log") as aws:
        yield aws.endpoint_url


class ConfiguredTerraform(Terraform):
    """The real Terraform over a configuration that a test writes."""

    def write(self, config: Config) -> None:
        """Put a configuration in place of the one before; local state, provider 5.100.0."""
        if isinstance(config, Synthesized) and (config.folder / "image_builder").is_dir():
            program = config.folder / "image_builder"
            shutil.copytree(program, self.folder / "image_builder", dirs_exist_ok=True)
        config = copy.deepcopy(dict(config))
        config["terraform"]["required_providers"]["aws"]["version"] = REHEARSED_AWS_PROVIDER
        config["terraform"]["backend"] = {"local": {"path": "terraform.tfstate"}}
        (self.folder / "cdk.tf.json").write_text(json.dumps(config))

    def provider_schema(self) -> Config:
        """Resource types of the AWS provider, each with its block."""
        schemas = json.loads(self._capture("providers", "schema", "-json"))["provider_schemas"]
        return schemas["registry.terraform.io/hashicorp/aws"]["resource_schemas"]


StartTerraform = Callable[..., ConfiguredTerraform]


@pytest.fixture(scope="session")
def terraform_for(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], StartTerraform]:
    """The real Terraform over configurations, each in a folder of its own, for an embedded AWS."""
    shared = tmp_path_factory.mktemp("terraform-settings")
    mirror = find_mirror(terraform_platform())
    cli_config = write_cli_config(mirror, shared / "cli.tfrc") if mirror else None
    binary = find_terraform(ROOT, print)

    def for_endpoint(endpoint_url: str) -> StartTerraform:
        environment = rehearsal_environment(
            os.environ, endpoint_url=endpoint_url, work_folder=shared, cli_config=cli_config
        )

        def start(config: Config, modules: dict[str, Config] | None = None) -> ConfiguredTerraform:
            # As deep as where stacks are synthesized, from where they name the folders of images.
            folder = tmp_path_factory.mktemp("terraform") / "cdktf.out/stacks/test"
            folder.mkdir(parents=True)
            for name, module in (modules or {}).items():
                (folder / name).mkdir()
                (folder / name / "main.tf.json").write_text(json.dumps(module))
            terraform = ConfiguredTerraform(binary=binary, folder=folder, environment=environment)
            terraform.write(config)
            terraform.init()
            return terraform

        return start

    return for_endpoint


@pytest.fixture(scope="session")
def terraform(embedded_aws: str, terraform_for: Callable[[str], StartTerraform]) -> StartTerraform:
    """The real Terraform over a configuration, initialized, for the shared embedded AWS."""
    return terraform_for(embedded_aws)


@pytest.fixture
def validate(synth: Synth, terraform: StartTerraform) -> Callable[[Build], None]:
    """Synthesize a stack and have the real Terraform check it against the provider's schema."""

    def run(build: Build) -> None:
        terraform(synth(build)).validate()

    return run
