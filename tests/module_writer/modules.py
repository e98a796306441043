"""Modules as they are published, each made once in a run of tests."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from module_writer.definition import Definition
from module_writer.publish import made
from module_writer.readme.page import readme_files

EXAMPLES = {
    "examples/other/main.tf": "# With *stars*.\n# And a second line.\n\nresource",
    "examples/basic/main.tf": 'module "airflow" {\n  source = "../.."\n}\n'
    'module "network" {\n  source   = "../../../network"\n}\n',
    "tests/names.tftest.hcl": "# Names are refused.\nrun",
}


@cache
def module(name: str) -> tuple[Definition, Mapping[str, Any]]:
    definition, written = made(name)
    return definition, written.config


@cache
def readme(name: str) -> Mapping[str, str]:
    return readme_files(
        *module(name), EXAMPLES, repository="https://git.test/it.git", version="1.2"
    )
