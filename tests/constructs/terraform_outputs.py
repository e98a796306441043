"""Expressions, evaluated by the real Terraform without any provider: a fraction of a second."""

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.conftest import ROOT

from airflow_fargate_rehearsal.terraform.binary import find_terraform


def outputs_by_call(
    folder: Path,
    types: Mapping[str, str],
    outputs: Mapping[str, Any],
    calls: Mapping[str, Mapping[str, Any]],
) -> dict[str, dict[str, Any]]:
    """What the outputs of a module are for each of its calls, by the calls' names.

    ``types`` are those of the module's variables by their names, none of which can be null.
    """
    module = {
        "variable": {name: {"type": type_, "nullable": False} for name, type_ in types.items()},
        "output": {name: {"value": value} for name, value in outputs.items()},
    }
    root = {
        "module": {name: {"source": "./module", **call} for name, call in calls.items()},
        "output": {name: {"value": f"${{module.{name}}}"} for name in calls},
    }
    (folder / "module").mkdir()
    (folder / "module/main.tf.json").write_text(json.dumps(module))
    (folder / "main.tf.json").write_text(json.dumps(root))
    _run(folder, "init", "-input=false")
    _run(folder, "plan", "-input=false", "-out=plan")
    plan = json.loads(_run(folder, "show", "-json", "plan"))
    return {name: each["value"] for name, each in plan["planned_values"]["outputs"].items()}


def _run(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        [find_terraform(ROOT, print), *arguments],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "CHECKPOINT_DISABLE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
