"""`make rehearse`, as it is for its user: both stacks applied, alive, and gone again."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from tables.access import access_tables
from tables.applied import AppliedStack

ROOT = Path(__file__).parent.parent


@pytest.mark.real
def test_the_main_job_applies_runs_the_sample_dag_destroys_and_leaves_nothing() -> None:
    ended = subprocess.run(
        ["make", "--silent", "rehearse"], cwd=ROOT, check=False, capture_output=True, text=True
    )
    said = ended.stdout + ended.stderr
    assert ended.returncode == 0, said
    for stack in ("state", "airflow-dev"):
        assert f"Applying {stack}" in said
        assert re.search(rf"Planning {stack} again\s+no changes", said), said
        assert f"Destroying {stack}" in said
    for text in (
        "All services of airflow-dev run and are healthy",
        "The DAG even_odd succeeds, every task at its first try: 5 of 5 tasks",
        "Together they are the integers from 1 to 10.",
        "Nothing was refused and nothing failed on the way",
    ):
        assert text in said, said
    for container in ("even_odd", "numbers"):
        logged = rf"airflow-dev_task_{container} \w+: its containers' lines are in the log of the"
        assert re.search(logged, said), said
    assert re.search(r"no value of its 5 secrets in its plan or state", said), said
    report = ROOT / "rehearsal-report"
    assert "Everything held" in (report / "index.html").read_text()
    assert (report / "timeline.svg").stat().st_size > 0
    for text in ("RDS", "db_instance", "queue_urls", "airflow-dev_default", "Everything held"):
        assert text in said, said
    assert "Traceback" not in said
    for stack in ("state", "airflow-dev"):
        _has_no_changes(json.loads((report / f"plans/{stack}.json").read_text()))
    applied = json.loads((report / "plans/airflow-dev.json").read_text())["prior_state"]
    written = (ROOT / "docs/access.md").read_text(encoding="utf-8")
    assert access_tables(AppliedStack(applied)) == written, "run `make tables`"


def _has_no_changes(plan: dict[str, Any]) -> None:
    changed = {
        each["address"]: each["change"]["actions"]
        for each in plan["resource_changes"]
        if each["change"]["actions"] not in (["no-op"], ["read"])
    }
    assert plan["resource_changes"]
    assert changed == {}
