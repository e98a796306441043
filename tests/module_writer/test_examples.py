"""The examples as they are committed: Terraform finds them valid, and a README can show them."""

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from module_writer.publish import DEFINITIONS
from tests.conftest import ROOT, StartTerraform

OF_MODULES = sorted(path.parent for path in ROOT.glob("modules/*/examples/*/main.tf"))
ROOTS = sorted(path.parent for path in ROOT.glob("examples/**/main.tf"))


def name_of(folder: Path) -> str:
    return folder.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("module", DEFINITIONS)
def test_every_module_has_an_example_for_its_readme(module: str) -> None:
    text = (ROOT / "modules" / module / "examples/basic/main.tf").read_text()
    usage = (ROOT / "modules" / module / "README.md").read_text().partition("## Usage")[2]
    assert re.search(r'(?m)^  source = "\.\./\.\."$', text)
    assert f"//modules/{module}?ref=v" in usage.partition("## Examples")[0]
    assert text.splitlines()[0] in usage


@pytest.mark.parametrize("folder", OF_MODULES, ids=name_of)
def test_an_example_says_what_it_shows_and_is_all_in_one_file(folder: Path) -> None:
    first, second, *_ = (folder / "main.tf").read_text().splitlines()
    assert re.fullmatch(r"# [A-Z].{20,}\.", first)
    assert second == ""
    assert [path.name for path in folder.glob("*.tf")] == ["main.tf"]


@pytest.mark.real
def test_terraform_finds_all_examples_valid(
    terraform_for: Callable[[str], StartTerraform],
) -> None:
    # As modules of one root, which go by one init. Modules of theirs are found if the paths to
    # them are relative, from a folder that is there only when Terraform has started in it.
    config = {"terraform": {"required_providers": {"aws": {"source": "hashicorp/aws"}}}}
    started = terraform_for("http://127.0.0.1:9")(config)
    assert len(OF_MODULES) >= len(DEFINITIONS)
    assert len(ROOTS) >= 4
    calls = {
        name_of(folder).replace("/", "_"): {
            "source": os.path.relpath(folder.resolve(), started.folder.resolve()),
            **dict.fromkeys(required_variables(folder), "${var.anything}"),
        }
        for folder in (*OF_MODULES, *ROOTS)
    }
    started.write(config | {"variable": {"anything": {"type": "any"}}, "module": calls})
    started.init()
    started.validate()


def required_variables(folder: Path) -> list[str]:
    """Variables of a root without a default."""
    text = "\n".join(path.read_text() for path in sorted(folder.glob("*.tf")))
    found = re.findall(r'(?ms)^variable "(\w+)" \{(.*?)^\}', text)
    return [name for name, body in found if not re.search(r"(?m)^  default +=", body)]
