"""The project's cdktf.json, what its app synthesizes, and the copies that are rehearsed."""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from airflow_fargate_rehearsal.errors import PreflightError, RehearsalError
from airflow_fargate_rehearsal.project import Stack, open_project, open_synthesized
from airflow_fargate_rehearsal.workspace import place, uses_s3_backend

WriteProject = Callable[..., Path]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "There is no cdktf.json in"),
        ("{", "cannot be read as JSON"),
        ("[]", 'must hold "app"'),
        ("{}", 'must hold "app"'),
        ('{"app": ""}', "must hold \"app\".*got ''"),
        ('{"app": ["python", "main.py"]}', "got \\['python', 'main.py'\\]"),
    ],
)
def test_a_bad_cdktf_json_is_told_plainly(
    tmp_path: Path, content: str | None, message: str
) -> None:
    if content is not None:
        (tmp_path / "cdktf.json").write_text(content)
    with pytest.raises(PreflightError, match=message):
        open_project(tmp_path)


def test_the_app_synthesizes_into_a_folder_that_is_not_the_projects(
    write_project: WriteProject, tmp_path: Path
) -> None:
    folder = write_project()
    before = sorted(each.name for each in folder.iterdir())

    stacks = open_project(folder).synthesize(tmp_path / "out", os.environ)

    assert list(stacks) == ["state", "airflow-dev"]
    assert stacks["airflow-dev"].folder == tmp_path / "out" / "stacks" / "airflow-dev"
    assert sorted(each.name for each in folder.iterdir()) == before


def test_only_an_unprotected_synthesis_is_told_to_be_one(
    write_project: WriteProject, tmp_path: Path
) -> None:
    project = open_project(write_project())
    # A variable that the user's shell happens to hold must not make the first apply unprotected.
    shell = {**os.environ, "AIRFLOW_FARGATE_UNPROTECT": "1"}
    first = project.synthesize(tmp_path / "first", shell)
    second = project.synthesize(tmp_path / "second", os.environ, unprotected=True)

    def is_protected(stacks: dict[str, Stack]) -> bool:
        bucket = stacks["state"].configuration["resource"]["aws_s3_bucket"]["state"]
        return bucket["lifecycle"]["prevent_destroy"]

    assert is_protected(first)
    assert not is_protected(second)


def test_the_bucket_of_a_real_account_is_not_the_rehearsals(
    write_project: WriteProject, tmp_path: Path
) -> None:
    shell = {**os.environ, "AIRFLOW_FARGATE_STATE_BUCKET": "airflow-state-of-the-company"}
    stacks = open_project(write_project()).synthesize(tmp_path / "out", shell)
    for stack in stacks.values():
        assert "airflow-state-of-the-company" not in json.dumps(stack.configuration)


def test_the_app_gets_the_context_and_the_running_python(tmp_path: Path) -> None:
    code = "import os, sys; print(os.environ['CDKTF_CONTEXT_JSON'], sys.prefix); sys.exit(5)"
    (tmp_path / "app.py").write_text(code)
    settings = {"app": "python app.py", "context": {"excludeStackIdFromLogicalIds": "true"}}
    (tmp_path / "cdktf.json").write_text(json.dumps(settings))
    with pytest.raises(RehearsalError) as caught:
        open_project(tmp_path).synthesize(tmp_path / "out", os.environ)
    message = str(caught.value)
    assert "(python app.py) ended with exit code 5" in message
    assert '{"excludeStackIdFromLogicalIds": "true"}' in message
    assert sys.prefix in message


def test_an_app_that_writes_elsewhere_is_told_so(tmp_path: Path) -> None:
    (tmp_path / "cdktf.json").write_text('{"app": "true"}')
    with pytest.raises(RehearsalError, match=r"no readable manifest\.json"):
        open_project(tmp_path).synthesize(tmp_path / "out", os.environ)


def stack(tmp_path: Path, configuration: dict[str, Any]) -> Stack:
    folder = tmp_path / "synthesized"
    folder.mkdir()
    (folder / "cdk.tf.json").write_text(json.dumps(configuration))
    return Stack(name="airflow-dev", folder=folder, configuration=configuration)


def override(tmp_path: Path, configuration: dict[str, Any]) -> dict[str, Any]:
    place(stack(tmp_path, configuration), tmp_path / "work")
    assert json.loads((tmp_path / "work" / "cdk.tf.json").read_text()) == configuration
    text = (tmp_path / "work" / "rehearsal_override.tf.json").read_text()
    return json.loads(text)["terraform"]


def test_the_provider_is_pinned_within_the_range_of_the_stack(tmp_path: Path) -> None:
    providers = {
        "aws": {"source": "hashicorp/aws", "version": ">= 5.100.0, < 7.0.0"},
        "random": {"source": "hashicorp/random", "version": "3.6.0"},
    }
    made = override(tmp_path, {"terraform": {"required_providers": providers}})
    assert made["required_providers"] == {
        "aws": {"source": "hashicorp/aws", "version": ">= 5.100.0, < 7.0.0, 5.100.0"}
    }


def test_an_s3_backend_stays_and_a_local_one_moves_into_the_work_folder(tmp_path: Path) -> None:
    (tmp_path / "local").mkdir()
    (tmp_path / "s3").mkdir()
    local = {"terraform": {"backend": {"local": {"path": "/project/terraform.tfstate"}}}}
    s3 = {"terraform": {"backend": {"s3": {"key": "k", "region": "eu-west-1"}}}}
    assert override(tmp_path / "local", local)["backend"] == {
        "local": {"path": "terraform.tfstate"}
    }
    assert "backend" not in override(tmp_path / "s3", s3)
    assert uses_s3_backend(Stack(name="x", folder=tmp_path, configuration=s3))
    assert not uses_s3_backend(Stack(name="x", folder=tmp_path, configuration=local))


def test_placing_again_keeps_the_state(tmp_path: Path) -> None:
    one = stack(tmp_path, {"terraform": {}})
    place(one, tmp_path / "work")
    (tmp_path / "work" / "terraform.tfstate").write_text("state")
    place(one, tmp_path / "work")
    assert (tmp_path / "work" / "terraform.tfstate").read_text() == "state"


@pytest.mark.parametrize(
    ("configuration", "message"),
    [
        ({"terraform": {"backend": {"gcs": {}}}}, "keeps its state in a gcs backend"),
        ({"terraform": {"backend": {"s3": {"profile": "p"}}}}, "sets profile in backend s3"),
        ({"provider": {"aws": [{}, {"access_key": "a"}]}}, "sets access_key in provider aws"),
        ({"provider": {"aws": {"endpoints": [{"s3": "x"}]}}}, "sets endpoints in provider aws"),
    ],
)
def test_a_stack_that_could_reach_a_real_account_is_refused(
    tmp_path: Path, configuration: dict[str, Any], message: str
) -> None:
    with pytest.raises(PreflightError, match=message):
        place(stack(tmp_path, configuration), tmp_path / "work")
    assert not (tmp_path / "work").exists()


def synthesized(folder: Path, **stacks: dict[str, Any]) -> Path:
    for name, configuration in stacks.items():
        (folder / "stacks" / name).mkdir(parents=True)
        (folder / "stacks" / name / "cdk.tf.json").write_text(json.dumps(configuration))
    manifest = {name: {"synthesizedStackPath": f"stacks/{name}/cdk.tf.json"} for name in stacks}
    (folder / "manifest.json").write_text(json.dumps({"stacks": manifest}))
    return folder


def test_synthesized_stacks_are_read_from_an_output_or_one_by_one(tmp_path: Path) -> None:
    output = synthesized(tmp_path / "cdktf.out", state={}, one={"a": 1}, two={})
    assert sorted(open_synthesized(output).stacks) == ["one", "two"]
    (only,) = open_synthesized(output / "stacks/one").stacks.values()
    assert (only.name, only.configuration, only.elsewhere) == ("one", {"a": 1}, True)


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        (None, "", "holds neither cdk.tf.json nor manifest.json. Name the folder"),
        ("manifest.json", "{", "cannot be read as what CDKTF has synthesized"),
        ("cdk.tf.json", "{", "cannot be read as what CDKTF has synthesized"),
        ("manifest.json", '{"stacks": {}}', "has no stack but state"),
    ],
)
def test_a_folder_that_was_not_synthesized_is_told_plainly(
    tmp_path: Path, file: str | None, content: str, message: str
) -> None:
    if file is not None:
        (tmp_path / file).write_text(content)
    with pytest.raises(PreflightError, match=message):
        open_synthesized(tmp_path)


def test_a_stack_from_elsewhere_keeps_its_state_here_and_finds_its_images_there(
    tmp_path: Path,
) -> None:
    build = {"local-exec": {"command": "../images", "working_dir": "${path.module}"}}
    configuration = {
        "terraform": {"backend": {"s3": {"key": "k", "region": "eu-west-1"}}},
        "resource": {"terraform_data": {"build": {"provisioner": [build]}, "other": {}}},
    }
    output = synthesized(tmp_path / "cdktf.out", one=configuration)
    source = open_synthesized(output)

    place(source.stacks["one"], tmp_path / "work")

    override = json.loads((tmp_path / "work/rehearsal_override.tf.json").read_text())
    assert override["terraform"]["backend"] == {"local": {"path": "terraform.tfstate"}}
    there = str(output.resolve() / "stacks/one")
    assert override["resource"] == {
        "terraform_data": {
            "build": {
                "provisioner": [{"local-exec": {"command": "../images", "working_dir": there}}]
            }
        }
    }
    assert not uses_s3_backend(source.stacks["one"])
