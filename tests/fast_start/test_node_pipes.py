"""Messages pass by the first of jsii's two Node processes, and all else is as before."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from airflow_fargate._fast_start import _node

import pytest

from .conftest import RunPython

HOOK = Path(_node.__file__).with_name("direct_pipes.js")
NODE = _node.node_settings({})["JSII_NODE"]
PROGRAM = "/lib/program.js"
LAUNCHER = "/bin/jsii-runtime.js"
Require = Callable[[str], str]
CREATE = "import airflow_fargate, cdktf; cdktf.App().node.path; "


def in_process(main: str, script: str) -> str:
    """A script for that one of the two processes."""
    return f"if ((process.argv[1] ?? '').endsWith('{main}')) {{ {script} }}"


@pytest.fixture
def require(tmp_path: Path) -> Require:
    """NODE_OPTIONS that let every Node process run a script first."""

    def write(script: str) -> str:
        (tmp_path / "first.js").write_text(script)
        return f'--require "{tmp_path / "first.js"}"'

    return write


def test_the_first_process_carries_no_message(
    run_python: RunPython, require: Require, tmp_path: Path
) -> None:
    count = "fs.writeFileSync('carried.txt', String(process.stdin.bytesRead))"
    script = f"const fs = require('fs'); process.on('exit', () => {{ {count} }})"
    options = require(in_process(LAUNCHER, script))

    run_python(CREATE, NODE_OPTIONS=options)
    assert (tmp_path / "carried.txt").read_text() == "0"
    run_python("import cdktf; cdktf.App().node.path", NODE_OPTIONS=options)
    assert int((tmp_path / "carried.txt").read_text()) > 0


def test_what_node_prints_is_no_message_and_is_printed(
    require: Require, capfd: pytest.CaptureFixture[str]
) -> None:
    script = "console.log('one'); console.error('two'); setImmediate(() => console.log('three'))"
    environment = {**os.environ, "NODE_OPTIONS": require(in_process(PROGRAM, script))}

    subprocess.run([sys.executable, "-c", CREATE], check=True, env=environment)

    printed = capfd.readouterr()
    assert (printed.out.split(), printed.err.split()) == (["one", "three"], ["two"])


def test_a_node_that_ends_too_early_is_an_error_and_no_endless_wait(
    require: Require, tmp_path: Path
) -> None:
    script = (
        "const fs = require('fs'); const { readSync } = fs; let left = 5;"
        "fs.readSync = (...all) => left-- ? readSync(...all) : process.exit(7);"
    )
    environment = {**os.environ, "NODE_OPTIONS": require(in_process(PROGRAM, script))}

    done = subprocess.run(
        [sys.executable, "-c", CREATE],
        check=False,
        env=environment,
        capture_output=True,
        timeout=60,
    )

    assert done.returncode == 1
    assert b"JSONDecodeError" in done.stderr


def test_no_process_is_left_behind_by_an_interrupted_program(tmp_path: Path) -> None:
    # Who starts the tests in the background has them ignore SIGINT.
    heed = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    wait = "import os, time; print(os.getpid(), flush=True); time.sleep(60)"
    with subprocess.Popen(
        [sys.executable, "-c", heed + CREATE + wait],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=tmp_path,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        os.killpg(process.pid, signal.SIGINT)
        process.wait(timeout=30)

    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and _is_there(process.pid):
        time.sleep(0.05)
    assert not _is_there(process.pid)


def _is_there(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_program_that_reads_other_pipes_is_left_alone(tmp_path: Path) -> None:
    launcher, program = tmp_path / "bin/jsii-runtime.js", tmp_path / "lib/program.js"
    for file in (launcher, program):
        file.parent.mkdir()
    launcher.write_text("console.log('launcher')")

    def run() -> str:
        options = [NODE, "--require", str(HOOK), str(launcher)]
        return subprocess.run(options, capture_output=True, check=True, text=True).stdout

    assert run() == "launcher\n"
    program.write_text("new Stdio({readFD:0,writeFD:1})")
    assert run() == "launcher\n"
    program.write_text("require('fs').writeSync(3, 'program'); ({readFD:3,writeFD:3});")
    assert run() == "program"
