"""The files of all modules, as they stand in `modules/`."""

import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from airflow_fargate.nulls import knowing_nulls

from module_writer.checks.manifest import FILE, manifest_text
from module_writer.checks.moves import moved_blocks
from module_writer.definition import Definition
from module_writer.definitions.airflow import airflow
from module_writer.definitions.network import network
from module_writer.definitions.state_backend import state_backend
from module_writer.definitions.task import task
from module_writer.definitions.worker_pool import worker_pool
from module_writer.hcl.headings import headings_of_constructs
from module_writer.hcl.schemas import Schemas, formatted
from module_writer.hcl.write import write_files
from module_writer.interface.environments import OPTIONS_FILE, known_options
from module_writer.readme.page import readme_files
from module_writer.synthesis import Module, synthesized

DEFINITIONS: Mapping[str, Callable[[], Definition]] = {
    "network": network,
    "airflow": airflow,
    "task": task,
    "worker-pool": worker_pool,
    "state-backend": state_backend,
}
"""The modules, in the order in which people need them."""
REPOSITORY = "https://example.com/airflow-fargate.git"
"""Where people get the modules from, in the READMEs: a name that stands for it."""
PROJECT = Path(__file__).parent.parent
SOURCES = Path(__file__).parent / "sources"
"""What is written by hand and goes into modules as it is: examples and tests."""


def made(name: str) -> tuple[Definition, Module]:
    """A module's definition, and the module."""
    with knowing_nulls():
        definition = DEFINITIONS[name]()
        return definition, synthesized(definition)


def files_of(name: str, schemas: Schemas, terraform: Path) -> dict[str, str]:
    """All files of a module, by their paths in its folder."""
    definition, module = made(name)
    headings = headings_of_constructs(module.config, definition.headings)
    config = module.config | {"moved": moved_blocks(name, module.config)}
    files = write_files(config, schemas, headings=headings, names=module.names)
    written = {path: formatted(terraform, text) for path, text in files.items()}
    written[FILE] = manifest_text(name, config)
    written |= files_beside(name)
    written |= dict(_sources(name))
    return written | readme_files(
        definition, module.config, written, repository=REPOSITORY, version=_version()
    )


def files_beside(name: str) -> dict[str, str]:
    """The files that a module's own files read."""
    return {OPTIONS_FILE: known_options()} if name == "airflow" else {}


def _version() -> str:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())
    return project["project"]["version"]


def _sources(name: str) -> Iterator[tuple[str, str]]:
    folder = SOURCES / name
    for path in sorted(folder.rglob("*")):
        if path.is_file() and ".terraform" not in path.parts:
            yield path.relative_to(folder).as_posix(), path.read_text()
