"""README: its program runs as it stands there."""

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_the_readmes_program_synthesizes_all_constructs(tmp_path: Path) -> None:
    blocks = re.findall(
        r"^```python\n(.*?)^```", (ROOT / "README.md").read_text(), re.MULTILINE | re.DOTALL
    )
    program = tmp_path / "program.py"
    program.write_text("\n".join(blocks))
    subprocess.run([sys.executable, program], cwd=tmp_path, check=True)
    stacks = tmp_path / "cdktf.out/stacks"
    config = json.loads((stacks / "analytics/cdk.tf.json").read_text())
    assert {
        "aws_vpc",
        "aws_db_instance",
        "aws_sqs_queue",
        "aws_efs_access_point",
        "aws_secretsmanager_secret",
        "aws_ecs_cluster",
        "aws_kms_key",
    } <= set(config["resource"])
    assert "aws_s3_bucket" in json.loads((stacks / "states/cdk.tf.json").read_text())["resource"]
    assert "resource" not in json.loads((stacks / "reports/cdk.tf.json").read_text())


def test_the_message_that_the_readme_shows_is_the_message(tmp_path: Path) -> None:
    shown = re.search(r"^InvalidValue: (.*)$", (ROOT / "README.md").read_text(), re.MULTILINE)
    assert shown
    program = "import airflow_fargate as af; af.NetworkProps(name='x', az_count=1)"
    ended = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, check=False, capture_output=True, text=True
    )
    assert ended.returncode != 0
    assert shown.group(1) in ended.stderr
