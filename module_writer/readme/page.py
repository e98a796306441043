"""The whole README.md of a module, and the picture in it."""

from collections.abc import Iterator, Mapping
from typing import Any

from module_writer.definition import Definition
from module_writer.hcl.headings import headings_of_constructs
from module_writer.readme.inputs import description, inputs, outputs
from module_writer.readme.markdown import code
from module_writer.readme.picture.drawing import picture
from module_writer.readme.resources import requirements, resources
from module_writer.readme.usage import examples_of, terraform_tests, usage

PICTURE = "architecture.svg"
_GENERATED = (
    "<!-- Written by `make modules`. Change the constructs or module_writer/, not this. -->"
)
_FEW = 20


def readme_files(
    definition: Definition,
    config: Mapping[str, Any],
    files: Mapping[str, str],
    *,
    repository: str,
    version: str,
) -> dict[str, str]:
    """README.md and the picture, by their paths in the module's folder.

    ``config`` is the module's Terraform JSON with what CDKTF says about each resource, ``files``
    the other files of the module, examples and tests among them. ``repository`` is where people
    get the modules from, in a form that goes between ``git::`` and ``//modules``; ``version`` is
    the tag to show, without its v.
    """
    page = "\n\n".join(filter(None, _parts(definition, config, files, repository, version)))
    return {
        "README.md": f"{page}\n",
        PICTURE: picture(config, definition.title, definition.headings),
    }


def _parts(
    definition: Definition,
    config: Mapping[str, Any],
    files: Mapping[str, str],
    repository: str,
    version: str,
) -> Iterator[str]:
    yield _GENERATED
    yield f"# {definition.title}"
    yield description(definition.summary)
    yield f"![What the module makes]({PICTURE})"
    headings = headings_of_constructs(config, definition.headings)
    titled = {
        "Usage": usage(definition.name, files, repository, version),
        "Examples": examples_of(files),
        "Requirements": requirements(config),
        "Inputs": inputs(definition.variables),
        "Outputs": outputs(config),
        "Resources": _folded(resources(config, headings)),
        "Tests": _tests(terraform_tests(files)),
    }
    for title, text in titled.items():
        if text:
            yield f"## {title}\n\n{text}"
    yield (
        "## More\n\n[docs/modules.md](../../docs/modules.md): how the modules go together, how to "
        "pin and upgrade them, and how to move in from a stack of your own."
    )


def _folded(table: str) -> str:
    rows = len(table.splitlines()) - 2
    if rows <= _FEW:
        return table
    return f"<details>\n<summary>All {rows}</summary>\n\n{table}\n\n</details>"


def _tests(listed: str) -> str:
    if not listed:
        return ""
    command = code("terraform init && terraform test")
    return f"{command} in this folder runs them, with plans alone: nothing is made.\n\n{listed}"
