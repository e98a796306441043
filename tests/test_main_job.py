"""`make rehearse`, as it is for its user: both stacks, state in the emulated bucket, and gone."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.mark.real
def test_the_main_job_applies_plans_again_destroys_and_leaves_nothing() -> None:
    ended = subprocess.run(
        ["make", "--silent", "rehearse"], cwd=ROOT, check=False, capture_output=True, text=True
    )
    said = ended.stdout + ended.stderr
    assert ended.returncode == 0, said
    for stack in ("state", "airflow-dev"):
        assert f"Applying {stack}" in said
        assert re.search(rf"Planning {stack} again\s+no changes", said), said
        assert f"Destroying {stack}" in said
    for text in ("RDS", "db_instance", "queue_urls", "airflow-dev_default", "Everything held"):
        assert text in said, said
    assert "Traceback" not in said
