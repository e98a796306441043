"""What `import airflow_fargate` gives, and what it leaves for later."""

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import airflow_fargate

import pytest


def test_every_public_name_is_there_and_known_to_editors() -> None:
    tree = ast.parse(Path(airflow_fargate.__file__).read_text())
    for_editors = {
        name.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.level == 1 and node.module
        for name in node.names
    }
    assert for_editors == set(airflow_fargate.__all__) == set(airflow_fargate._MODULES)
    for name in airflow_fargate.__all__:
        assert getattr(airflow_fargate, name).__name__ == name
        assert name in dir(airflow_fargate)


def test_every_package_is_installed() -> None:
    root = Path(__file__).parent.parent
    settings = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["setuptools"]
    folders = settings["package-dir"]
    listed = {
        next(
            (
                root / folder / name.removeprefix(prefix).strip(".").replace(".", "/")
                for prefix, folder in sorted(folders.items(), reverse=True)
                if name.startswith(prefix)
            )
        )
        for name in settings["packages"]
    }
    sources = [root / each for each in ("airflow_image", "constructs", "policies", "rehearsal")]
    there = {file.parent for source in sources for file in source.rglob("__init__.py")}
    assert there <= listed
    assert {folder for folder in listed if not folder.is_dir()} == set()


def test_an_unknown_name_is_refused_as_in_any_module() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'Databse'"):
        airflow_fargate.Databse  # noqa: B018  # type: ignore[attr-defined]


def test_only_the_bindings_of_what_is_used_are_imported() -> None:
    program = (
        "import sys, airflow_fargate as af; af.BrokerProps(name='x');"
        "assert 'cdktf_cdktf_provider_aws.sqs_queue' in sys.modules;"
        "assert 'cdktf_cdktf_provider_aws.db_instance' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
