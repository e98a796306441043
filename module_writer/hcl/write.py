"""The way in: HCL of a configuration, whole or file by file as modules have them."""

from collections.abc import Iterator, Mapping
from typing import Any

from module_writer.hcl.document import Document
from module_writer.hcl.schemas import Schemas

FILES = {
    "versions.tf": ("terraform",),
    "variables.tf": ("variable",),
    "main.tf": (
        *("provider", "locals", "data", "ephemeral", "resource", "module"),
        *("check", "import", "removed", "moved"),
    ),
    "outputs.tf": ("output",),
}
"""Files of a module, and the kinds of blocks in each."""

_AT_THE_END = {"check", "import", "removed", "moved"}
_RULE = "#" * 80

_Block = tuple[str, str, str]  # kind, address, text


def write_files(
    config: Mapping[str, Any],
    schemas: Schemas,
    *,
    headings: Mapping[str, str] | None = None,
    names: Mapping[str, Any] | None = None,
) -> dict[str, str]:
    """The configuration as the files of a module; files that would be empty are left away.

    ``config`` is Terraform JSON as a program synthesizes it. ``headings`` says under which heading
    an address stands, such as ``aws_vpc.network`` or ``data.aws_region.current``: resources are
    written in its order, those that are not in it first. ``names`` are locals to make: name to
    what it stands for, as JSON would say it; the same expression is then written ``local.<name>``
    wherever it is, and a name that nothing uses is left away. `terraform fmt` is still to be run.
    Raises ValueError for what this package does not write; nothing is left away in silence.
    """
    known = {"//", *(kind for kinds in FILES.values() for kind in kinds)}
    if unknown := sorted(config.keys() - known):
        raise ValueError(f"No HCL is written for {', '.join(unknown)}")
    document = Document(config, schemas, names or {})
    blocks = {
        kind: [(kind, *block) for block in document.blocks(kind)]
        for kinds in FILES.values()
        for kind in kinds
        if kind != "locals"
    }
    others = "\n".join(text for several in blocks.values() for _, _, text in several)
    written = document.locals_block(others)
    blocks["locals"] = [("locals", "locals", written)] if written else []
    files = {file: [b for kind in kinds for b in blocks[kind]] for file, kinds in FILES.items()}
    return {
        file: "\n".join(f"{text}\n" for text in _arranged(several, headings or {}))
        for file, several in files.items()
        if several
    }


def write(
    config: Mapping[str, Any],
    schemas: Schemas,
    *,
    headings: Mapping[str, str] | None = None,
    names: Mapping[str, Any] | None = None,
) -> str:
    """The configuration as one text; see `write_files`."""
    return "\n".join(write_files(config, schemas, headings=headings, names=names).values())


def _arranged(blocks: list[_Block], headings: Mapping[str, str]) -> Iterator[str]:
    order = {address: place for place, address in enumerate(headings)}
    last = [text for kind, _, text in blocks if kind in _AT_THE_END]
    here = [(address, text) for kind, address, text in blocks if kind not in _AT_THE_END]
    yield from (text for address, text in here if address not in order)
    heading = None
    grouped = [(address, text) for address, text in here if address in order]
    for address, text in sorted(grouped, key=lambda block: order[block[0]]):
        if headings[address] != heading:
            heading = headings[address]
            yield f"{_RULE}\n# {heading}\n{_RULE}"
        yield text
    yield from last
