"""What is published, as a reviewer looks at it: its form, its promises, nothing of the machine."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from module_writer.publish import DEFINITIONS
from tests.conftest import ROOT, StartTerraform
from tests.module_writer.conftest import Run

MODULES = ROOT / "modules"
FILES = ("main.tf", "variables.tf", "outputs.tf", "versions.tf")

_BLOCK = re.compile(r"(?ms)^(?P<head>[a-z]+(?: \"[^\"]+\")*) \{(?P<body>\}|.*?^\})")
_MACHINE = re.compile(r"(?<![\w.$/-])/(?:work|tmp|home|root|Users|var/folders)/")


def files(name: str) -> dict[str, str]:
    return {
        path.name: path.read_text() for path in sorted((MODULES / name).iterdir()) if path.is_file()
    }


def blocks(name: str) -> Iterator[tuple[list[str], str]]:
    """Kind and labels of each block at the top of a module's files, and its text."""
    for file in FILES:
        for match in _BLOCK.finditer((MODULES / name / file).read_text()):
            yield match["head"].replace('"', "").split(), match["body"]


def of_kind(name: str, kind: str) -> dict[str, str]:
    return {".".join(labels): body for (found, *labels), body in blocks(name) if found == kind}


@pytest.fixture(params=DEFINITIONS)
def name(request: pytest.FixtureRequest) -> str:
    return request.param


def test_no_folder_stands_there_that_nothing_writes() -> None:
    assert {path.name for path in MODULES.iterdir() if path.is_dir()} == {*DEFINITIONS}


def test_a_module_has_the_files_that_people_expect(name: str) -> None:
    assert {*FILES, "README.md", "interface.json"} <= {*files(name)}


def test_the_interface_is_that_of_the_module(name: str) -> None:
    interface = json.loads(files(name)["interface.json"])
    assert interface["variables"].keys() == of_kind(name, "variable").keys()
    assert interface["outputs"].keys() == of_kind(name, "output").keys()
    assert interface["resources"].keys() == of_kind(name, "resource").keys()
    for address, body in of_kind(name, "resource").items():
        repeated = re.search(r"(?m)^  (count|for_each) +=", body)
        assert interface["resources"][address] == (repeated[1] if repeated else "one"), address


def test_every_variable_is_described_and_has_a_type(name: str) -> None:
    for variable, body in of_kind(name, "variable").items():
        assert re.search(r"(?m)^  description += (\".{5,}\"|<<-?\w+)", body), variable
        assert re.search(r"(?m)^  type += \S", body), variable
        assert not re.search(r"(?m)^  type += any$", body), variable


def test_every_output_is_described(name: str) -> None:
    for output, body in of_kind(name, "output").items():
        assert re.search(r"(?m)^  description += (\".{5,}\"|<<-?\w+)", body), output


def test_provider_and_state_are_the_callers(name: str) -> None:
    kinds = {kind for (kind, *_), _ in blocks(name)}
    assert kinds <= {
        *("terraform", "variable", "output", "resource"),
        *("locals", "data", "ephemeral", "moved", "check"),
    }
    (terraform,) = of_kind(name, "terraform").values()
    assert not re.search(r"\b(backend|cloud)\b", terraform)
    assert not re.search(r"(?m)^  provider += ", "".join(files(name)[file] for file in FILES))


def test_versions_are_ranges(name: str) -> None:
    (terraform,) = of_kind(name, "terraform").values()
    ranges = re.findall(r"version += \"([^\"]+)\"", terraform)
    assert ranges == [">= 1.11.0", ">= 5.100.0, < 7.0.0"]


def test_addresses_are_words(name: str) -> None:
    for kind in ("resource", "data", "ephemeral"):
        for address in of_kind(name, kind):
            _, _, label = address.partition(".")
            assert re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", label), address
            assert not re.search(r"[0-9a-f]{6,}$", label), address


def test_nothing_of_the_machine_or_the_engine_is_left(name: str) -> None:
    for path in sorted((MODULES / name).rglob("*")):
        if (
            path.suffix in {".tf", ".md", ".json", ".svg", ".hcl"}
            and ".terraform" not in path.parts
        ):
            text = path.read_text()
            assert not _MACHINE.search(text), path
            assert "TfToken" not in text, path
            assert "cdktf" not in text.lower() or path.suffix == ".md", path


@pytest.mark.real
def test_the_form_is_that_of_terraform_fmt(run_terraform: Run) -> None:
    assert run_terraform(MODULES, "fmt", "-check", "-recursive", "-diff") == ""


@pytest.mark.real
def test_terraform_finds_all_modules_valid(terraform: StartTerraform, tmp_path: Path) -> None:
    calls: dict[str, Any] = {}
    for name in DEFINITIONS:
        interface = json.loads(files(name)["interface.json"])
        required = [key for key, each in interface["variables"].items() if each["required"]]
        # Not yet known, so that only what the modules say themselves is judged.
        given = dict.fromkeys(required, "${var.anything}")
        calls[name] = {"source": str(MODULES / name), **given}
    root = {
        "terraform": {"required_providers": {"aws": {"source": "hashicorp/aws"}}},
        "provider": {"aws": [{"region": "eu-west-1"}]},
        "variable": {"anything": {"type": "any"}},
        "module": calls,
    }
    terraform(root).validate()
