"""checkov's rules for Dockerfiles: all of them are evaluated, and a comment hides nothing."""

from pathlib import Path

import pytest

from airflow_fargate_policies.builtin.dockerfiles import check_dockerfiles, dockerfile_exceptions
from airflow_fargate_policies.finding import Outcome
from airflow_fargate_policies.resource import UnreadableError

GOOD = """\
FROM python:3.13-slim
COPY main.py /app/
USER 50000:50000
ENTRYPOINT ["python", "/app/main.py"]
"""
FAULTS = {
    "CKV_DOCKER_3": GOOD.replace("USER 50000:50000\n", ""),
    "CKV_DOCKER_4": GOOD.replace("COPY", "ADD"),
    "CKV_DOCKER_7": GOOD.replace("3.13-slim", "latest"),
    "CKV_DOCKER_8": GOOD.replace("50000:50000", "root"),
    "CKV_DOCKER_1": GOOD.replace("USER", "EXPOSE 22\nUSER"),
}


def write(folder: Path, text: str, name: str = "Dockerfile") -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


def failed(folder: Path, *files: Path) -> set[tuple[str, str]]:
    return {
        (each.rule, each.address)
        for each in check_dockerfiles(files, folder)
        if each.outcome is not Outcome.PASSED
    }


def test_nothing_fails_in_a_good_one_and_much_is_evaluated(tmp_path: Path) -> None:
    findings = check_dockerfiles([write(tmp_path, GOOD)], tmp_path)
    assert {each.outcome for each in findings} == {Outcome.PASSED}
    assert {each.address for each in findings} == {"Dockerfile"}
    evaluated = {each.rule for each in findings}
    assert evaluated >= {"CKV_DOCKER_3", "CKV_DOCKER_7", "CKV_DOCKER_8", "CKV_DOCKER_11"}


@pytest.mark.parametrize("rule", FAULTS)
def test_a_fault_fails_with_its_rule_at_its_file(tmp_path: Path, rule: str) -> None:
    good, bad = (
        write(tmp_path, GOOD, "good/Dockerfile"),
        write(tmp_path, FAULTS[rule], "bad/Dockerfile"),
    )
    assert (rule, "bad/Dockerfile") in failed(tmp_path, good, bad)
    assert not {address for _, address in failed(tmp_path, good, bad)} - {"bad/Dockerfile"}


def test_it_says_the_line(tmp_path: Path) -> None:
    (found,) = [
        each
        for each in check_dockerfiles([write(tmp_path, FAULTS["CKV_DOCKER_4"])], tmp_path)
        if each.rule == "CKV_DOCKER_4"
    ]
    assert found.where == "Dockerfile:2"


def test_a_comment_hides_nothing_and_is_an_exception(tmp_path: Path) -> None:
    comment = "# checkov:skip=CKV_DOCKER_4:The archive is unpacked by it."
    file = write(tmp_path, f"{comment}\n{FAULTS['CKV_DOCKER_4']}")
    assert ("CKV_DOCKER_4", "Dockerfile") in failed(tmp_path, file)
    ((address, exception),) = dockerfile_exceptions(file, tmp_path)
    assert address == "Dockerfile"
    assert (exception.rule, exception.reason) == ("CKV_DOCKER_4", "The archive is unpacked by it.")
    assert exception.where == "Dockerfile:1"


@pytest.mark.parametrize("tool", ["bridgecrew", "cortex"])
def test_what_else_would_hide_a_verdict_neither_hides_it_nor_is_an_exception(
    tmp_path: Path, tool: str
) -> None:
    file = write(tmp_path, f"# {tool}:skip=CKV_DOCKER_4:No.\n{FAULTS['CKV_DOCKER_4']}")
    assert ("CKV_DOCKER_4", "Dockerfile") in failed(tmp_path, file)
    assert dockerfile_exceptions(file, tmp_path) == []


def test_one_comment_may_name_several_rules(tmp_path: Path) -> None:
    file = write(tmp_path, f"FROM x:1\n# checkov:skip=CKV_DOCKER_3,CKV_DOCKER_4:So be it.\n{GOOD}")
    found = [
        (each.rule, each.reason, each.where) for _, each in dockerfile_exceptions(file, tmp_path)
    ]
    assert found == [
        ("CKV_DOCKER_3", "So be it.", "Dockerfile:2"),
        ("CKV_DOCKER_4", "So be it.", "Dockerfile:2"),
    ]


def test_a_comment_without_a_reason_is_an_exception_without_one(tmp_path: Path) -> None:
    file = write(tmp_path, f"# checkov:skip=CKV_DOCKER_4\n{GOOD}")
    ((_, exception),) = dockerfile_exceptions(file, tmp_path)
    assert exception.reason == ""


def test_a_file_of_another_name_is_looked_at_too(tmp_path: Path) -> None:
    file = write(tmp_path, FAULTS["CKV_DOCKER_8"], "Dockerfile.debug")
    assert ("CKV_DOCKER_8", "Dockerfile.debug") in failed(tmp_path, file)


@pytest.mark.parametrize("text", ["", "# nothing but a comment\n"])
def test_a_file_about_which_no_rule_says_anything_is_not_evaluated(
    tmp_path: Path, text: str
) -> None:
    good, empty = write(tmp_path, GOOD, "good/Dockerfile"), write(tmp_path, text)
    try:
        found = failed(tmp_path, good, empty)
    except UnreadableError as error:
        assert "Dockerfile" in str(error)  # noqa: PT017 -- either will do
    else:
        assert {address for _, address in found} == {"Dockerfile"}


def test_what_is_no_text_cannot_be_read(tmp_path: Path) -> None:
    file = tmp_path / "Dockerfile"
    file.write_bytes(b"FROM x:1\n\xff\xfe")
    with pytest.raises(UnreadableError, match=r"Dockerfile: it cannot be read"):
        check_dockerfiles([file], tmp_path)


def test_the_health_check_of_an_image_is_not_asked_for(tmp_path: Path) -> None:
    # ECS does not run it: a container's is in its task definition.
    rules = {each.rule for each in check_dockerfiles([write(tmp_path, GOOD)], tmp_path)}
    assert "CKV_DOCKER_2" not in rules
