"""Programs of their own: what is imported when can only be seen in a fresh Python."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

RunPython = Callable[..., Any]


@pytest.fixture
def run_python(tmp_path: Path) -> RunPython:
    """Run a program in a fresh Python; return the JSON that it prints, None for nothing.

    Keyword arguments are environment variables for it; one that is None is taken away.
    """

    def run(program: str, **changes: str | None) -> Any:
        environment = {**os.environ, **{k: v for k, v in changes.items() if v is not None}}
        for name in ("JSII_NODE", "NODE_OPTIONS"):
            if name not in changes:
                environment.pop(name, None)
        for name in (name for name, value in changes.items() if value is None):
            environment.pop(name, None)
        done = subprocess.run(
            [sys.executable, "-c", program],
            capture_output=True,
            check=False,
            cwd=tmp_path,
            env=environment,
            text=True,
            timeout=300,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout) if done.stdout else None

    return run
