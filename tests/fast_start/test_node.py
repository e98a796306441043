"""The Node process behind jsii: which one it is, what it is told, and what it loads."""

import json
import os
import subprocess
from pathlib import Path

from airflow_fargate._fast_start import _node

import pytest

from .conftest import RunPython
from .programs import PRINT

HOOK = Path(_node.__file__).with_name("lazy_modules.js")
NODE = _node.node_settings({})["JSII_NODE"]


def run_node(program: str, *options: str, **environment: str) -> str:
    """Return what a program in Node prints, with the hook in place."""
    done = subprocess.run(
        [NODE, *options, "-e", program],
        capture_output=True,
        check=True,
        env={**os.environ, **environment},
        text=True,
    )
    return done.stdout.strip()


@pytest.fixture
def provider_index(tmp_path: Path) -> Path:
    """A small package of a prebuilt provider's layout; its modules say when they are loaded."""
    library = tmp_path / "node_modules/@cdktf/provider-small/lib"
    library.mkdir(parents=True)
    (library / "index.js").write_text(
        "exports.vpc = require('./vpc'); exports.queue = require('./queue');"
        "exports.gone = require('./gone');"
    )
    (library / "vpc.js").write_text("console.log('vpc is loaded'); exports.Vpc = class Vpc {};")
    (library / "queue.js").write_text("console.log('queue is loaded');")
    return library / "index.js"


def test_a_providers_modules_are_loaded_when_they_are_first_used(provider_index: Path) -> None:
    program = (
        f"const small = require({json.dumps(str(provider_index))}); console.log('index');"
        "console.log(new small.vpc.Vpc().constructor.name, 'Vpc' in small.vpc,"
        "Object.keys(small.vpc), Object.getOwnPropertyDescriptor(small.vpc, 'Vpc').enumerable);"
    )

    printed = run_node(program, "--require", str(HOOK)).splitlines()

    assert printed == ["index", "vpc is loaded", "Vpc true [ 'Vpc' ] true"]


def test_a_providers_missing_module_is_reported_when_it_is_used(provider_index: Path) -> None:
    program = (
        f"const small = require({json.dumps(str(provider_index))});"
        "try { small.gone.Gone } catch (error) { console.log(error.code) }"
    )

    assert run_node(program, "--require", str(HOOK)) == "MODULE_NOT_FOUND"


def test_the_engine_notes_no_stacks_of_node(run_python: RunPython) -> None:
    program = "import cdktf; token = cdktf.Token.as_any('${one.two}'); "
    program += PRINT.format("[len(token.creation_stack), cdktf.Token.as_string(token) != '']")

    assert run_python("import airflow_fargate; " + program) == [0, True]
    shipped = run_python(program)
    assert shipped[0] > 0


def test_other_packages_are_loaded_as_ever(tmp_path: Path) -> None:
    (tmp_path / "index.js").write_text("require('./part');")
    (tmp_path / "part.js").write_text("console.log('part is loaded');")
    program = f"require({json.dumps(str(tmp_path / 'index.js'))})"

    assert run_node(program, "--require", str(HOOK)) == "part is loaded"


def test_the_hook_may_lie_in_a_folder_with_any_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hook = tmp_path / 'of "some" \\ user' / HOOK.name
    hook.parent.mkdir()
    hook.write_text("globalThis.hooked = true")
    monkeypatch.setattr(_node, "_HOOK", hook)

    options = _node.node_settings({})["NODE_OPTIONS"]

    assert run_node("console.log(hooked)", NODE_OPTIONS=options) == "true"


def test_what_the_user_set_for_node_stays() -> None:
    users = {"JSII_NODE": "/usr/bin/node", "NODE_OPTIONS": "--max-semi-space-size=32"}

    settings = _node.node_settings(users)

    assert "JSII_NODE" not in settings
    assert settings["NODE_OPTIONS"].startswith("--max-semi-space-size=32 --require ")
    assert _node.node_settings({**users, **settings}) == {}


def test_without_the_bundled_node_jsii_looks_for_one_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(_node, "_NODE_WHEEL", "a_package_that_is_not_installed")

    assert "JSII_NODE" not in _node.node_settings({})


def test_other_programs_of_the_user_see_nothing_of_it(run_python: RunPython) -> None:
    names = "[os.environ.get(name) for name in ('JSII_NODE', 'NODE_OPTIONS')]"

    assert run_python("import os, airflow_fargate; " + PRINT.format(names)) == [None, None]
    users = "--max-semi-space-size=32"
    assert run_python("import os, airflow_fargate; " + PRINT.format(names), NODE_OPTIONS=users) == [
        None,
        users,
    ]
