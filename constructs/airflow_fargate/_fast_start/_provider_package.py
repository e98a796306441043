"""The bindings' package, imported without the `__init__` that imports all of its submodules."""

import importlib
from collections.abc import Sequence
from functools import cache
from importlib.machinery import ModuleSpec, SourceFileLoader
from pathlib import Path
from types import ModuleType

from ._upstream import ASSEMBLY


class LazyPackageLoader(SourceFileLoader):
    """Loads a package as one whose submodules are imported when they are first asked for.

    All else (source, data files, path) is as with the loader that it stands in for.
    """

    def exec_module(self, module: ModuleType) -> None:
        """Give `module` lazy attributes in place of running its source."""
        package = module.__name__

        def submodule_or_raise(name: str) -> object:
            if name == "__all__":
                return sorted(_public_submodules(tuple(module.__path__)))
            if name == "__jsii_assembly__":
                return importlib.import_module(f"{package}.{ASSEMBLY}").__jsii_assembly__
            if name in _public_submodules(tuple(module.__path__)):
                return importlib.import_module(f"{package}.{name}")
            raise AttributeError(
                f"module {package!r} has no attribute {name!r}", name=name, obj=module
            )

        def names() -> list[str]:
            return sorted({*vars(module), *_public_submodules(tuple(module.__path__))})

        vars(module).update(__getattr__=submodule_or_raise, __dir__=names)


def is_bindings_package(spec: ModuleSpec) -> bool:
    """Return whether this is a package of source files in a folder, with the assembly inside."""
    folders: Sequence[str] = spec.submodule_search_locations or []
    return any((Path(folder) / ASSEMBLY / "__init__.py").is_file() for folder in folders)


@cache
def _public_submodules(folders: tuple[str, ...]) -> frozenset[str]:
    """Return the names of the subpackages in `folders`, one for each resource or data source."""
    return frozenset(
        entry.name
        for folder in folders
        for entry in Path(folder).iterdir()
        if entry.name.isidentifier()
        and not entry.name.startswith("_")
        and (entry / "__init__.py").is_file()
    )
