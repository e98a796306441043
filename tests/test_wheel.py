"""The wheel, installed by pip into empty environments, and a user's program that runs there."""

import json
import os
import shutil
import subprocess
import sys
import warnings
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from airflow_fargate.image_builder.tag import LEFT_OUT, LEFT_OUT_ENDINGS

import pytest

pytestmark = pytest.mark.real

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "examples/cdktf-app"
SOURCES = {
    "airflow_fargate": "constructs/airflow_fargate",
    "airflow_fargate/_airflow_image": "airflow_image",
    "airflow_fargate_policies": "policies/airflow_fargate_policies",
    "airflow_fargate_rehearsal": "rehearsal/airflow_fargate_rehearsal",
}
VERSIONS = ("3.11", "3.12", "3.13")
NOT_THE_USERS = ("AIRFLOW_FARGATE_", "CDKTF_", "JSII_", "PYTHON", "VIRTUAL_ENV")


def run(*command: str | Path, cwd: Path | None = None) -> str:
    """Run a program without what this environment tells Python and jsii; its output."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(NOT_THE_USERS)}
    ended = subprocess.run(
        command, cwd=cwd, env=environment, check=False, capture_output=True, text=True
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def candidates(version: str) -> Iterator[str | Path]:
    if version == f"{sys.version_info[0]}.{sys.version_info[1]}":
        yield sys.executable
    pyenv = Path(os.environ.get("PYENV_ROOT", "~/.pyenv")).expanduser()
    yield from sorted(pyenv.glob(f"versions/{version}.*/bin/python{version}"), reverse=True)
    if on_path := shutil.which(f"python{version}"):
        yield on_path


def find_python(version: str) -> str | Path | None:
    """A Python of this version. It is run, as a name on PATH may be a shim that leads nowhere."""
    wanted = "import sys; sys.exit(sys.version.split('.')[:2] != sys.argv[1].split('.'))"
    for python in candidates(version):
        command = [python, "-c", wanted, version]
        if subprocess.run(command, check=False, capture_output=True).returncode == 0:
            return python
    return None


def oldest_and_newest() -> dict[str, str | Path]:
    """The oldest and the newest supported Python of this machine, which may be one."""
    found = {}
    for versions in (VERSIONS, reversed(VERSIONS)):
        version, python = next((v, p) for v in versions if (p := find_python(v)))
        found[version] = python
    return found


PYTHONS = oldest_and_newest()


def leave(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch()


def example_in(folder: Path) -> Path:
    """A copy of the example, as a user has it."""
    ignored = shutil.ignore_patterns("cdktf.out", ".venv", ".tools", "*.tfstate*", *LEFT_OUT)
    return shutil.copytree(EXAMPLE, folder / "app", ignore=ignored)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy of the sources in which tools have left their files."""
    source = tmp_path_factory.mktemp("wheel") / "source"
    source.mkdir()
    for file in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / file, source)
    for folder in SOURCES.values():
        # A list of files from an earlier build would stand in for what is not packaged.
        ignored = shutil.ignore_patterns("*.egg-info", "build")
        shutil.copytree(ROOT / folder, source / folder, ignore=ignored)
        leave(source / folder / "__pycache__/old.pyc")
    # Airflow's image has a distribution of its own, which may have been built in its folder.
    leave(source / "airflow_image/old.egg-info/SOURCES.txt")
    leave(source / "airflow_image/build/lib/old.py")
    options = ("--no-deps", "--no-build-isolation", "--no-index", "-q")
    run(sys.executable, "-m", "pip", "wheel", *options, "-w", source.parent, source)
    return next(source.parent.glob("*.whl"))


@pytest.fixture(scope="module", params=PYTHONS)
def python(
    request: pytest.FixtureRequest, wheel: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Python of an environment that holds the wheel and what it depends on, and nothing else."""
    if len(PYTHONS) == 1:
        warnings.warn(f"The wheel is tested on Python {request.param} only.", stacklevel=1)
    folder = tmp_path_factory.mktemp("environment")
    run(PYTHONS[request.param], "-m", "venv", "--without-pip", folder)
    python = folder / "bin/python"
    # Compiling the 2,200 modules of the bindings takes half a minute, and a few are used.
    options = ("--disable-pip-version-check", "--no-compile", "-q")
    run(sys.executable, "-m", "pip", "--python", python, "install", *options, wheel)
    return python


@pytest.fixture
def rehearsing_python(wheel: Path, tmp_path: Path) -> Path:
    """Python of an environment with the wheel and its extra `rehearsal`, and nothing else."""
    run(sys.executable, "-m", "venv", tmp_path / "environment")
    python = tmp_path / "environment/bin/python"
    run(python, "-m", "pip", "--disable-pip-version-check", "install", "-q", f"{wheel}[rehearsal]")
    return python


Config = dict[str, Any]
Synthesize = Callable[[str | Path], Config]


@pytest.fixture(scope="module")
def synthesize_example(tmp_path_factory: pytest.TempPathFactory) -> Synthesize:
    """Run a copy of the example by a Python; the Terraform JSON of its stack."""

    def synthesize(python: str | Path) -> Config:
        folder = example_in(tmp_path_factory.mktemp("example"))
        run(python, "main.py", cwd=folder)
        return json.loads((folder / "cdktf.out/stacks/orders/cdk.tf.json").read_text())

    return synthesize


@pytest.fixture(scope="module")
def from_checkout(synthesize_example: Synthesize) -> Config:
    """The example's stack, synthesized with the library as it stands here."""
    return synthesize_example(sys.executable)


def test_the_wheel_holds_the_sources_and_nothing_that_tools_leave_behind(wheel: Path) -> None:
    def is_left(path: Path) -> bool:
        return any(part in LEFT_OUT or part.endswith(LEFT_OUT_ENDINGS) for part in path.parts)

    expected = {
        f"{package}/{path.as_posix()}"
        for package, folder in SOURCES.items()
        for file in (ROOT / folder).rglob("*")
        if file.is_file() and not is_left(path := file.relative_to(ROOT / folder))
    }
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert names == expected


def test_the_example_synthesizes_the_same_from_the_wheel_and_terraform_finds_it_valid(
    python: Path, synthesize_example: Synthesize, from_checkout: Config, terraform: Any
) -> None:
    config = synthesize_example(python)
    # Valid, with the tag of Airflow's image; only where that one's folder is must differ.
    terraform(config).validate()
    for each in (config, from_checkout):
        each["resource"]["terraform_data"]["airflow_build"].pop("provisioner", None)
    assert config == from_checkout


@pytest.mark.slow
def test_the_example_is_rehearsed_from_the_wheel_as_its_readme_says(
    rehearsing_python: Path, tmp_path: Path
) -> None:
    folder = example_in(tmp_path)
    command = "python -m airflow_fargate_rehearsal --stack orders --dag order_report"
    assert f"$ {command}\n" in (EXAMPLE / "README.md").read_text()
    program, *arguments = command.split()
    # Its environment is activated: `python` of cdktf.json is on PATH.
    path = f"{rehearsing_python.parent}:{os.environ['PATH']}"
    said = run("env", f"PATH={path}", program, *arguments, cwd=folder)
    for text in (
        "All services of orders run and are healthy",
        "The DAG order_report succeeds, every task at its first try: 2 of 2 tasks",
        "Hello, team!",
        "Nothing was refused and nothing failed on the way",
        "All is destroyed and nothing is left",
        "Everything held.",
    ):
        assert text in said, said
