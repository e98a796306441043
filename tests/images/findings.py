"""What hadolint finds in Dockerfiles."""

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
HADOLINT = ROOT / ".tools/venvs/develop/bin/hadolint"


@dataclass(frozen=True, order=True)
class Finding:
    """Something that hadolint finds wrong with a Dockerfile."""

    dockerfile: Path
    code: str
    message: str

    def __str__(self) -> str:
        return f"{self.dockerfile}: {self.code} {self.message}"


def dockerfiles() -> list[Path]:
    """Every Dockerfile of the project that Git knows or would know."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    files = {ROOT / line for line in listed.stdout.splitlines()}
    return sorted(
        file for file in files if file.name.split(".")[0] == "Dockerfile" and file.exists()
    )


def found(files: Sequence[Path]) -> list[Finding]:
    """What hadolint finds."""
    # Comments in a Dockerfile hide nothing, and neither does a configuration of the user's.
    options = ["--no-fail", "--disable-ignore-pragma", "--format=json", "--config=/dev/null"]
    return sorted(
        {
            Finding(Path(each["file"]), each["code"], each["message"])
            for each in json.loads(_output(HADOLINT, *options, *files))
        }
    )


def _output(program: Path, *arguments: str | Path) -> str:
    assert program.exists(), f"{program} is missing: make lint pip-check sets it up"
    done = subprocess.run(
        [program, *arguments], cwd=ROOT, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr + done.stdout
    return done.stdout
