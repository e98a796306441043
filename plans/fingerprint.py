"""What a plan depends on, as one number: while it is the same, the plan need not be made again."""

import hashlib
import json
import re
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any

_COMMENT = re.compile(r"^\s*(?:#|//).*\n", re.MULTILINE)


def fingerprint(folders: Iterable[Path], root: Path) -> str:
    """One number of the Terraform configurations in folders, and of what applies them.

    Comments count for nothing, and neither does what CDKTF writes under `//`: exceptions from
    policies stand there, and change no plan.

    Args:
        folders: With `*.tf` and `*.tf.json` in them.
        root: The project, whose embedded AWS they are applied to.
    """
    digest = hashlib.sha256(version("moto").encode())
    for folder in folders:
        for file in sorted(folder.iterdir()):
            if file.is_file() and file.name.endswith((".tf", ".tf.json", "rehearsal.toml")):
                digest.update(f"\n{file.relative_to(root)}\n".encode())
                digest.update(_said(file).encode())
    for file in sorted((root / "rehearsal/airflow_fargate_rehearsal/aws").rglob("*.py")):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _said(file: Path) -> str:
    text = file.read_text(encoding="utf-8")
    if file.name.endswith(".json"):
        return json.dumps(_without_comments(json.loads(text)), sort_keys=True)
    return _COMMENT.sub("", text)


def _without_comments(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _without_comments(v) for k, v in value.items() if k != "//"}
    if isinstance(value, list):
        return [_without_comments(each) for each in value]
    return value
