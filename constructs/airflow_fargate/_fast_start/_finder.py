"""Which loader loads what: the finder that stands before Python's own."""

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from importlib.util import spec_from_file_location
from types import ModuleType

from ._generated_code import GeneratedCodeLoader
from ._provider_package import LazyPackageLoader, is_bindings_package
from ._upstream import ASSEMBLY, CONSTRUCTS, ENGINE, PROVIDER


def install_finder() -> None:
    """Put the finder before the ordinary ones, once; nothing is imported yet."""
    if not any(isinstance(finder, BindingsFinder) for finder in sys.meta_path):
        sys.meta_path.insert(0, BindingsFinder())


class BindingsFinder(MetaPathFinder):
    """Finds the bindings of the engine and of the provider, and nothing else."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return a spec with a loader of ours, or None where the ordinary finders should go on."""
        loader = _loader_for(fullname)
        if loader is None:
            return None
        stock = PathFinder.find_spec(fullname, path, target)
        if stock is None or not isinstance(stock.loader, SourceFileLoader):
            return None
        if loader is LazyPackageLoader and not is_bindings_package(stock):
            return None
        return spec_from_file_location(
            fullname,
            stock.origin,
            loader=loader(fullname, str(stock.origin)),
            submodule_search_locations=stock.submodule_search_locations,
        )


def _loader_for(fullname: str) -> type[SourceFileLoader] | None:
    if fullname == PROVIDER:
        return LazyPackageLoader
    package, _, submodule = fullname.partition(".")
    if fullname in (ENGINE, CONSTRUCTS) or (package == PROVIDER and submodule != ASSEMBLY):
        return GeneratedCodeLoader
    return None
