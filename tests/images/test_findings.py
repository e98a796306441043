"""Every Dockerfile of the project, as hadolint sees it. checkov's rules are the policy gate's."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.images.findings import ROOT, Finding, dockerfiles, found

pytestmark = pytest.mark.real

FAULTY = """
FROM python:latest
# hadolint ignore=DL3013
RUN pip install requests
ADD requirements.txt /
USER root
"""


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Dockerfile with faults that hadolint is there for."""
    file = tmp_path_factory.mktemp("faulty") / "Dockerfile"
    file.write_text(FAULTY)
    return file


@pytest.fixture(scope="module")
def findings(faulty: Path) -> Sequence[Finding]:
    return found([*dockerfiles(), faulty])


@pytest.fixture(scope="module")
def of_the_project(findings: Sequence[Finding], faulty: Path) -> list[Finding]:
    return [finding for finding in findings if finding.dockerfile != faulty]


def test_every_dockerfile_is_looked_at() -> None:
    looked_at = {str(file.relative_to(ROOT)) for file in dockerfiles()}
    assert {"airflow_image/Dockerfile", "task_images/even_odd/Dockerfile"} <= looked_at


def test_nothing_is_found(of_the_project: list[Finding]) -> None:
    assert not [str(finding) for finding in of_the_project]


def test_faults_are_found_and_comments_hide_none(findings: Sequence[Finding], faulty: Path) -> None:
    codes = {finding.code for finding in findings if finding.dockerfile == faulty}
    assert codes >= {
        "DL3002",  # root at the end
        "DL3007",  # the tag `latest`
        "DL3013",  # a package of any version
        "DL3020",  # ADD for what COPY can do
    }
