"""jsii's generated Python modules, with the parts exchanged that take most of their time.

Generated code asks for three things over and over: the type hints of a function, whether a value
is of a type, and, of jsii, to make an object in Node. Each module names them in its own globals
(`typing`, `check_type`, `jsii`), and there, in no other module, they are exchanged.
"""

import inspect
import typing
from importlib.machinery import SourceFileLoader
from types import ModuleType
from typing import Any

from ._construct_tree import remembering
from ._type_checks import cached_type_hints, fast_check


class GeneratedCodeLoader(SourceFileLoader):
    """Loads a generated module as ever, and then makes its functions fast."""

    def exec_module(self, module: ModuleType) -> None:
        """Run the module's source, and exchange what its functions will ask for."""
        super().exec_module(module)
        # Of the module itself: what is in sys.modules by now is only its published face.
        _exchange(vars(module))


def _exchange(names: dict[str, Any]) -> None:
    """Exchange those names which are what generated code has by them."""
    if names.get("typing") is typing:
        names["typing"] = _copy(typing, get_type_hints=cached_type_hints)
    check = names.get("check_type")
    if inspect.isfunction(check) and check.__code__.co_varnames[:3] == _CHECK_ARGUMENTS:
        names["check_type"] = fast_check(check)
    jsii = names.get("jsii")
    if isinstance(jsii, ModuleType) and hasattr(jsii, "create"):
        names["jsii"] = _copy(jsii, create=remembering(jsii.create))


_CHECK_ARGUMENTS = ("argname", "value", "expected_type")
_copies: dict[str, ModuleType] = {}


def _copy(module: ModuleType, **changes: object) -> ModuleType:
    """Return what holds the same names as a module, but for a few; one for all who ask."""
    if module.__name__ not in _copies:
        copy = ModuleType(module.__name__, module.__doc__)
        vars(copy).update({**vars(module), **changes})
        _copies[module.__name__] = copy
    return _copies[module.__name__]
