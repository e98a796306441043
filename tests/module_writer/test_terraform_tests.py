"""The `terraform test` files that ship with the modules pass."""

import dataclasses
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from module_writer.publish import DEFINITIONS, SOURCES, files_beside
from tests.conftest import ROOT, ConfiguredTerraform

from airflow_fargate_rehearsal.terraform.providers import REHEARSED_AWS_PROVIDER

_AWS = {"source": "hashicorp/aws", "version": REHEARSED_AWS_PROVIDER}
_PROVIDERS = {"terraform": {"required_providers": {"aws": _AWS}}}
# Whoever asks AWS where the provider is mocked, gets no answer, and the test fails.
_NOBODY = "http://127.0.0.1:9"


def texts_of(module: str) -> dict[str, str]:
    """The files, by name."""
    return {path.name: path.read_text() for path in (SOURCES / module / "tests").iterdir()}


@pytest.fixture
def run_tests(request: pytest.FixtureRequest, tmp_path: Path, terraform_for: Any) -> Any:
    """`terraform test` in a copy of a module: what it prints."""

    def run(module: str) -> str:
        mocked = all('mock_provider "aws"' in text for text in texts_of(module).values())
        endpoint = _NOBODY if mocked else request.getfixturevalue("embedded_aws")
        shared: ConfiguredTerraform = terraform_for(endpoint)(_PROVIDERS)
        for path in (ROOT / "modules" / module).glob("*.tf"):
            shutil.copy(path, tmp_path)
        for name, text in files_beside(module).items():
            (tmp_path / name).write_text(text)
        shutil.copytree(SOURCES / module / "tests", tmp_path / "tests")
        (tmp_path / "rehearsed_override.tf.json").write_text(json.dumps(_PROVIDERS))
        dataclasses.replace(shared, folder=tmp_path).init()
        return subprocess.run(
            [shared.binary, "test", "-no-color"],
            cwd=tmp_path,
            env=shared.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        ).stdout

    return run


@pytest.mark.real
@pytest.mark.parametrize("module", DEFINITIONS)
def test_the_tests_of_a_module_pass(module: str, run_tests: Any) -> None:
    runs = sum(len(re.findall("^run ", text, re.MULTILINE)) for text in texts_of(module).values())
    assert runs >= 3
    said = run_tests(module)
    assert f"Success! {runs} passed, 0 failed." in said, said


@pytest.mark.parametrize("module", DEFINITIONS)
def test_each_file_of_tests_begins_with_what_it_is_about(module: str) -> None:
    for text in texts_of(module).values():
        assert re.match(r"(# .+\n)+", text), text[:80]
