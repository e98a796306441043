"""`make plans`: what is made again, and what is told."""

from collections.abc import Callable
from pathlib import Path

import pytest
from plans import __main__ as program
from plans.examples import JOURNEYS
from plans.fingerprint import fingerprint
from plans.jobs import APPS, Job
from plans.journeys import ROOT

from airflow_fargate_rehearsal.errors import RehearsalError


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "rehearsal/airflow_fargate_rehearsal/aws").mkdir(parents=True)
    (tmp_path / "rehearsal/airflow_fargate_rehearsal/aws/s3.py").write_text("x = 1\n")
    (tmp_path / "root").mkdir()
    (tmp_path / "root/main.tf").write_text('resource "a" "b" {\n  # as it was\n  c = 1\n}\n')
    (tmp_path / "root/cdk.tf.json").write_text('{"resource": {"//": {"x": 1}, "c": 1}}')
    return tmp_path


def number_of(project: Path) -> str:
    return fingerprint([project / "root"], project)


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("root/main.tf", 'resource "a" "b" {\n  c = 2\n}\n'),
        ("root/cdk.tf.json", '{"resource": {"c": 2}}'),
        ("root/more.tf", "locals {}\n"),
        ("root/rehearsal.toml", "[variables]\n"),
        ("rehearsal/airflow_fargate_rehearsal/aws/s3.py", "x = 2\n"),
    ],
)
def test_what_changes_a_plan_changes_its_number(project: Path, file: str, text: str) -> None:
    before = number_of(project)
    (project / file).write_text(text)
    assert number_of(project) != before


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("root/main.tf", 'resource "a" "b" {\n  # checkov:skip=X:A reason.\n  c = 1\n}\n'),
        ("root/cdk.tf.json", '{"resource": {"//": {"policy_exceptions": {}}, "c": 1}}'),
        ("root/README.md", "more\n"),
    ],
)
def test_comments_and_exceptions_do_not(project: Path, file: str, text: str) -> None:
    before = number_of(project)
    (project / file).write_text(text)
    assert number_of(project) == before


def job(make: Callable[[Path], None], number: str = "1", *plans: str) -> Job:
    return Job(name="it", plans=plans or ("it",), number=number, make=make)


def writes(*names: str) -> Callable[[Path], None]:
    def make(folder: Path) -> None:
        for name in names:
            (folder / f"{name}.json").write_text("{}")

    return make


def test_a_plan_is_fresh_until_what_it_depends_on_changes(tmp_path: Path) -> None:
    first = job(writes("it"))
    assert not program.is_fresh(first, tmp_path)
    program.make(first, tmp_path)
    assert program.is_fresh(first, tmp_path)
    assert not program.is_fresh(job(writes("it"), "2"), tmp_path)
    (tmp_path / "it.json").unlink()
    assert not program.is_fresh(first, tmp_path)


def test_plans_that_could_not_be_made_are_not_fresh(tmp_path: Path) -> None:
    def fails(folder: Path) -> None:
        (folder / "it.json").write_text("{}")
        raise RehearsalError("no")

    program.make(job(writes("it")), tmp_path)
    with pytest.raises(RehearsalError):
        program.make(job(fails), tmp_path)
    assert not program.is_fresh(job(fails), tmp_path)


def test_plans_of_what_is_gone_are_removed(tmp_path: Path) -> None:
    for name in ("it", "gone"):
        (tmp_path / f"{name}.json").write_text("{}")
    program.remove_others([job(writes("it"))], tmp_path)
    assert [each.name for each in tmp_path.glob("*.json")] == ["it.json"]


def test_one_that_fails_does_not_stop_the_others_and_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(_: Path) -> None:
        raise RehearsalError("Terraform says no.")

    good = Job(name="good", plans=["good"], number="1", make=writes("good"))
    bad = Job(name="bad", plans=["bad"], number="1", make=fails)
    monkeypatch.setattr(program, "jobs", lambda: [bad, good])
    monkeypatch.setattr(program, "FOLDER", tmp_path)
    assert program.main([]) == 1
    said = capsys.readouterr().out
    assert "bad: failed\nTerraform says no." in said
    assert "Not made: bad" in said
    assert program.is_fresh(good, tmp_path)
    assert program.main(["--check"]) == 1
    assert program.main(["good"]) == 0


def test_an_unknown_name_is_refused_with_those_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program, "jobs", lambda: [job(writes("it"))])
    with pytest.raises(SystemExit, match=r"no plan other\. There are: it\."):
        program.main(["other"])


def test_every_stack_and_example_is_planned() -> None:
    examples = {each.folder for journey in JOURNEYS.values() for each in journey}
    found = {
        file.parent.relative_to(ROOT).as_posix()
        for file in ROOT.glob("modules/*/examples/*/main.tf")
    }
    assert found <= examples
    apps = [ROOT, *ROOT.glob("examples/*")]
    known = {
        "" if each == ROOT else each.relative_to(ROOT).as_posix()
        for each in apps
        if (each / "cdktf.json").is_file()
    }
    assert known == set(APPS)
