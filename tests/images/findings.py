"""What hadolint and checkov find in Dockerfiles, and what of it is accepted."""

import json
import subprocess
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

ROOT = Path(__file__).parents[2]
ACCEPTED = Path(__file__).with_name("accepted_findings.toml")
HADOLINT = ROOT / ".tools/venvs/develop/bin/hadolint"
CHECKOV = ROOT / ".tools/venvs/policy/bin/checkov"


@dataclass(frozen=True, order=True)
class Finding:
    """Something that a program finds wrong with a Dockerfile."""

    dockerfile: Path
    code: str
    message: str

    def __str__(self) -> str:
        return f"{self.dockerfile}: {self.code} {self.message}"


@dataclass(frozen=True)
class Accepted:
    """A kind of finding that is left as it is in some Dockerfiles."""

    code: str
    dockerfiles: Sequence[str]
    reason: str

    def covers(self, finding: Finding, root: Path = ROOT) -> bool:
        """Whether it speaks of a finding."""
        return finding.code == self.code and any(
            _matches(finding.dockerfile.relative_to(root), pattern) for pattern in self.dockerfiles
        )


def accepted() -> list[Accepted]:
    """All that is accepted."""
    return [Accepted(**each) for each in tomllib.loads(ACCEPTED.read_text())["accepted"]]


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
    """What both programs find.

    Raises:
        AssertionError: A program did not look at them all.
    """
    return sorted({*_of_hadolint(files), *_of_checkov(files)})


def _of_hadolint(files: Sequence[Path]) -> Iterator[Finding]:
    # Comments in a Dockerfile accept nothing, and neither does a configuration of the user's.
    options = ["--no-fail", "--disable-ignore-pragma", "--format=json", "--config=/dev/null"]
    for finding in json.loads(_output(HADOLINT, *options, *files)):
        yield Finding(Path(finding["file"]), finding["code"], finding["message"])


def _of_checkov(files: Sequence[Path]) -> Iterator[Finding]:
    options = ["--framework=dockerfile", "--output=json", "--soft-fail", "--skip-download"]
    report = json.loads(_output(CHECKOV, "--file", *files, *options))
    assert report["summary"]["parsing_errors"] == 0, report
    results: Mapping[str, list[dict[str, object]]] = report["results"]
    looked_at = {Path(str(each["file_abs_path"])) for kind in results.values() for each in kind}
    assert looked_at == set(files), f"checkov passed over {set(files) - looked_at}"
    # With a comment in a Dockerfile, checkov would skip the check.
    for check in [*results["failed_checks"], *results["skipped_checks"]]:
        file = Path(str(check["file_abs_path"]))
        yield Finding(file, str(check["check_id"]), str(check["check_name"]))


def _output(program: Path, *arguments: str | Path) -> str:
    assert program.exists(), f"{program} is missing: make lint pip-check sets it up"
    done = subprocess.run(
        [program, *arguments], cwd=ROOT, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr + done.stdout
    return done.stdout


def _matches(path: Path, pattern: str) -> bool:
    """As fnmatch, where * is within one name."""
    names, patterns = path.parts, pattern.split("/")
    return len(names) == len(patterns) and all(map(fnmatchcase, names, patterns))
