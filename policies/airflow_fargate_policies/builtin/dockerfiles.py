"""checkov's rules for Dockerfiles."""

import re
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from airflow_fargate_policies.builtin.scan import offline, quiet, shown
from airflow_fargate_policies.finding import Finding, Outcome
from airflow_fargate_policies.resource import PolicyException, UnreadableError

TARGET = "Dockerfiles"
NO_RULE = "CKV_DOCKER"
# "Amazon ECS doesn't monitor Docker health checks that are embedded in a container image": what is
# asked for its health is so in a task definition.
_NOT_ON_ECS = frozenset({"CKV_DOCKER_2"})
# checkov heeds each of these.
_HIDING = re.compile(r"\b(checkov|bridgecrew|cortex):skip=")
_SKIP = re.compile(r"^\s*#\s*checkov:skip=([A-Za-z_\d,]+)(?::(.*))?$", re.MULTILINE)


def check_dockerfiles(files: Sequence[Path], root: Path) -> list[Finding]:
    """What every rule says of every Dockerfile.

    Args:
        files: The Dockerfiles.
        root: From which folder addresses are written.

    Raises:
        UnreadableError: One cannot be read.
    """
    offline()
    from checkov.dockerfile.runner import Runner  # noqa: PLC0415 -- takes seconds
    from checkov.runner_filter import RunnerFilter  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        copies = {}
        for number, file in enumerate(files):
            copy = Path(folder, str(number), "Dockerfile").resolve()
            copy.parent.mkdir()
            # A comment hides nothing here: the gate holds exceptions against the findings itself.
            copy.write_text(_HIDING.sub(r"\1-skip=", _text(file)), encoding="utf-8")
            copies[str(copy)] = file
        with quiet():
            report: Any = Runner().run(
                files=list(copies), runner_filter=RunnerFilter(show_progress_bar=False)
            )
        if report.parsing_errors:
            wrong = ", ".join(str(copies.get(each, each)) for each in report.parsing_errors)
            raise UnreadableError(f"{wrong}: it cannot be read as a Dockerfile.")
        findings = [
            Finding(
                target=TARGET,
                rule=record.check_id,
                address=shown(copies[record.file_abs_path], root),
                outcome=outcome,
                title=record.check_name,
                message=record.check_name,
                where=f"{shown(copies[record.file_abs_path], root)}:{record.file_line_range[0]}",
            )
            for outcome, records in (
                (Outcome.PASSED, report.passed_checks),
                (Outcome.FAILED, report.failed_checks),
            )
            for record in records
            if record.check_id not in _NOT_ON_ECS
        ]
    return [*findings, *_passed_over(findings, files, root)]


def _passed_over(
    findings: Sequence[Finding], files: Sequence[Path], root: Path
) -> Iterator[Finding]:
    seen = {each.address for each in findings}
    for file in files:
        address = shown(file, root)
        if address not in seen:
            yield Finding(
                target=TARGET,
                rule=NO_RULE,
                address=address,
                outcome=Outcome.NOT_EVALUATED,
                message="no rule has said anything about it",
                where=address,
            )


def dockerfile_exceptions(file: Path, root: Path) -> list[tuple[str, PolicyException]]:
    """The exceptions that stand in a Dockerfile: `# checkov:skip=CKV_DOCKER_4:Reason.`.

    Args:
        file: The Dockerfile.
        root: From which folder addresses are written.

    Returns:
        The address of the file, with each exception.
    """
    text, address = _text(file), shown(file, root)
    return [
        (
            address,
            PolicyException(
                rule=rule,
                reason=(found[2] or "").strip(),
                where=f"{address}:{text.count(chr(10), 0, found.start(1)) + 1}",
            ),
        )
        for found in _SKIP.finditer(text)
        for rule in found[1].split(",")
    ]


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableError(f"{file}: it cannot be read: {error}.") from error
