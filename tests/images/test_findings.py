"""Every Dockerfile of the project, as hadolint and checkov see it."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.images.findings import ROOT, Finding, accepted, dockerfiles, found

pytestmark = pytest.mark.real

FAULTY = """
FROM python:latest
# hadolint ignore=DL3013
RUN pip install requests
# checkov:skip=CKV_DOCKER_4: a comment accepts nothing
ADD requirements.txt /
USER root
"""


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Dockerfile with the faults that both programs are there for."""
    file = tmp_path_factory.mktemp("faulty") / "Dockerfile"
    file.write_text(FAULTY)
    return file


@pytest.fixture(scope="module")
def findings(faulty: Path) -> Sequence[Finding]:
    # All at once: checkov takes seconds to start.
    return found([*dockerfiles(), faulty])


@pytest.fixture(scope="module")
def of_the_project(findings: Sequence[Finding], faulty: Path) -> list[Finding]:
    return [finding for finding in findings if finding.dockerfile != faulty]


def test_every_dockerfile_is_looked_at() -> None:
    looked_at = {str(file.relative_to(ROOT)) for file in dockerfiles()}
    assert {"airflow_image/Dockerfile", "task_images/even_odd/Dockerfile"} <= looked_at


def test_nothing_is_found_that_is_not_accepted(of_the_project: list[Finding]) -> None:
    left = [
        str(finding)
        for finding in of_the_project
        if not any(each.covers(finding) for each in accepted())
    ]
    assert not left, "mend them, or accept them with a reason in accepted_findings.toml"


def test_what_is_accepted_is_still_found_in_each_place(of_the_project: list[Finding]) -> None:
    for each in accepted():
        for pattern in each.dockerfiles:
            one = type(each)(each.code, [pattern], each.reason)
            assert any(map(one.covers, of_the_project)), (
                f"{each.code} is no longer found in {pattern}: take it from accepted_findings.toml"
            )


def test_every_acceptance_has_a_reason() -> None:
    for each in accepted():
        assert len(each.reason.split()) > 5, each


def test_faults_are_found_and_comments_hide_none(findings: Sequence[Finding], faulty: Path) -> None:
    codes = {finding.code for finding in findings if finding.dockerfile == faulty}
    assert codes >= {
        "CKV_DOCKER_2",  # no HEALTHCHECK
        "CKV_DOCKER_4",  # ADD for what COPY can do
        "CKV_DOCKER_7",  # the tag `latest`
        "CKV_DOCKER_8",  # root at the end
        "DL3002",  # root at the end
        "DL3007",  # the tag `latest`
        "DL3013",  # a package of any version
        "DL3020",  # ADD for what COPY can do
    }
