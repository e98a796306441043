"""Whether what images install comes ready built, for both architectures of Fargate."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
GLIBC_MINOR = 36
"""Of the base images, which are Debian 12 or newer: glibc 2.36."""


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
@pytest.mark.parametrize(
    ("requirements", "python"),
    [
        ("airflow_image/requirements.txt", "3.12"),
        ("task_images/sales_report/requirements.txt", "3.13"),
    ],
)
def test_no_compiler_is_needed(
    requirements: str, python: str, machine: str, tmp_path: Path
) -> None:
    platforms = [f"manylinux_2_{minor}_{machine}" for minor in range(5, GLIBC_MINOR + 1)]
    found = subprocess.run(
        [
            *(sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"),
            *("--dry-run", "--ignore-installed", "--no-deps", "--require-hashes"),
            *("--only-binary=:all:", "--implementation=cp", f"--python-version={python}"),
            *(f"--platform={name}" for name in (*platforms, f"manylinux2014_{machine}")),
            f"--target={tmp_path}",
            f"--requirement={ROOT / requirements}",
        ],
        check=False,
        capture_output=True,
        text=True,
    )
    assert found.returncode == 0, found.stderr
