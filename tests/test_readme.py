"""README: its program runs as it stands there."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import airflow_fargate

ROOT = Path(__file__).parent.parent


# DAGs are tried in Airflow's own environment: tests/inside_airflow.
BLOCKS = [
    block
    for block in re.findall(
        r"^```python\n(.*?)^```", (ROOT / "README.md").read_text(), re.MULTILINE | re.DOTALL
    )
    if "airflow.sdk" not in block
]


def run(folder: Path, program: str) -> dict[str, Any]:
    (folder / "program.py").write_text(program)
    subprocess.run([sys.executable, "program.py"], cwd=folder, check=True)
    return {
        stack.name: json.loads((stack / "cdk.tf.json").read_text())
        for stack in (folder / "cdktf.out/stacks").iterdir()
    }


def test_the_program_at_the_top_is_all_of_airflow(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "task_images", tmp_path / "task_images")
    (tmp_path / "dags").mkdir()
    resources = run(tmp_path, BLOCKS[0])["analytics"]["resource"]
    assert {"scheduler", "api_server", "worker_default", "worker_reports"} <= set(
        resources["aws_ecs_service"]
    )
    assert set(resources["aws_ssm_parameter"]) == {
        f"task_{folder.name}" for folder in (ROOT / "task_images").iterdir()
    }


def test_the_other_blocks_go_on_from_each_other(tmp_path: Path) -> None:
    stacks = run(tmp_path, "\n".join(BLOCKS[1:]))
    assert "task_load_orders" in stacks["sales"]["resource"]["aws_ecs_task_definition"]
    parts = set(stacks["parts"]["resource"])
    assert {"aws_kms_key", "aws_db_instance", "aws_sqs_queue"} <= parts
    assert "aws_s3_bucket" in stacks["states"]["resource"]


def test_every_construct_of_the_table_is_there() -> None:
    table = re.findall(r"^\| (`.*?) \| ", (ROOT / "README.md").read_text(), re.MULTILINE)
    named = {name for row in table for name in re.findall(r"`([A-Z]\w+)`", row)}
    assert len(named) >= 20
    assert {name for name in named if not hasattr(airflow_fargate, name)} == set()
    constructs = {
        name.removesuffix("Props") for name in airflow_fargate.__all__ if name.endswith("Props")
    }
    assert constructs - named == {"AirflowFargate"}


def test_every_link_leads_somewhere() -> None:
    for document in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))):
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", document.read_text()):
            assert (document.parent / target).exists(), f"{document.name}: {target}"


def test_the_message_that_the_readme_shows_is_the_message(tmp_path: Path) -> None:
    shown = re.search(r"^InvalidValue: (.*)$", (ROOT / "README.md").read_text(), re.MULTILINE)
    assert shown
    program = "import airflow_fargate as af; af.NetworkProps(name='x', az_count=1)"
    ended = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, check=False, capture_output=True, text=True
    )
    assert ended.returncode != 0
    assert shown.group(1) in ended.stderr
