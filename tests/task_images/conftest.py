"""Programs of task images, run as Fargate runs them: by their arguments and their environment."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

IMAGES = Path(__file__).parents[2] / "task_images"
Ended = subprocess.CompletedProcess[str]


@pytest.fixture
def run() -> Callable[..., Ended]:
    """Run a program with nothing of this machine's environment but what it is given."""

    def run(program: str, *arguments: object, **environment: str) -> Ended:
        command = [sys.executable, IMAGES / program, *map(str, arguments)]
        environment |= {"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"}
        return subprocess.run(
            command, env=environment, capture_output=True, text=True, check=False, timeout=60
        )

    return run
