"""AirflowImage and TaskImage: what is refused before Terraform sees anything."""

from pathlib import Path
from typing import Any

from airflow_fargate.airflow_image import AirflowImage, AirflowImageProps
from airflow_fargate.rules import InvalidValue
from airflow_fargate.task_image import TaskImage, TaskImageProps
from airflow_fargate.values import TokenNotAllowed

import pytest
from cdktf import TerraformVariable

URI = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/airflow:2026-11"


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"name": "Demo"}, r"AirflowImageProps\.name must be 1 to 24 lower-case .*got 'Demo'"),
        ({"architecture": "arm64"}, r"architecture must be one of 'X86_64', 'ARM64'; got 'arm64'"),
        ({"uri": "apache/airflow"}, r"uri must be an image with a tag or a digest.*got 'apache/ai"),
        ({"uri": "localhost:5000/airflow"}, r"uri must be an image with a tag"),
        ({"uri": "a b:1"}, r"uri must be an image with a tag"),
        ({"uri": URI, "folder": "x"}, r"folder must be left out when `uri` is given; got 'x'"),
        ({"uri": URI, "dags_folder": "x"}, r"dags_folder must be left out when `uri` is given"),
        (
            {"uri": URI, "requirements": ["x"]},
            r"requirements must be left out when `uri` is .*\['x",
        ),
        ({"requirements": "x"}, r"requirements must be a list.*got 'x'"),
        ({"requirements": ["x", "x"]}, r"requirements must be a list of different values"),
        ({"requirements": ["--index-url https://x"]}, r"requirements .*without an option"),
        ({"requirements": ["a\nb"]}, r"requirements .*on one line"),
        # checkov:skip=CKV_SECRET_4:Made up, to be refused by what is tested.
        ({"requirements": ["a @ https://me:secret@x/a.whl"]}, r"requirements .*or a password"),
        ({"retained_images": 1}, r"retained_images must be from 2 to 1000 .*got 1"),
        ({"kms_key_arn": "alias/x"}, r"kms_key_arn must be an ARN of the form"),
    ],
)
def test_bad_settings_of_airflows_image_are_refused(settings: Any, message: str) -> None:
    with pytest.raises(InvalidValue, match=message):
        AirflowImageProps(**{"name": "demo"} | settings)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({}, r"TaskImageProps\.folder must be given, or `uri`, and not both; got .*None"),
        ({"folder": "x", "uri": URI}, r"TaskImageProps\.folder must be given, or `uri`, and not"),
        ({"folder": "x", "task": "even-odd"}, r"task must be 1 to 24 .*underscores.*'even-odd'"),
        ({"folder": "x", "task": "even__odd"}, r"task must be .*single underscores"),
        ({"folder": "x", "task": "even_"}, r"task must be .*not ending in an underscore"),
        ({"folder": "x", "writable_paths": ["/x"]}, r"writable_paths must be left out when `folde"),
        ({"uri": URI, "writable_paths": ["x"]}, r"writable_paths must be .*an absolute path"),
        ({"folder": 1}, r"folder must be text or a Path or None; got 1"),
    ],
)
def test_bad_settings_of_a_tasks_image_are_refused(settings: Any, message: str) -> None:
    with pytest.raises(InvalidValue, match=message):
        TaskImageProps(**{"name": "demo", "task": "even"} | settings)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    (tmp_path / "task").mkdir()
    (tmp_path / "task/Dockerfile").write_text("FROM a\n")
    (tmp_path / "open").mkdir()
    (tmp_path / "open/Dockerfile").write_text("FROM a\n")
    (tmp_path / "open/link").symlink_to("../empty")
    (tmp_path / "file").touch()
    return tmp_path


@pytest.mark.parametrize(
    ("folder", "message"),
    [
        ("missing", r"folder must be a folder that is there \(the program runs in /.*'missing'"),
        ("file", r"folder must be a folder that is there .*; got 'file'"),
        ("empty", r"folder must be a folder with a file Dockerfile; got '/.*/empty'"),
        ("open", r"/open/link, of which \w+ImageProps makes an image, must be a link that stays"),
    ],
)
def test_a_folder_that_cannot_be_built_is_refused(
    synth: Any, here: Path, folder: str, message: str
) -> None:
    for make in (
        lambda stack: TaskImage(
            stack, "it", TaskImageProps(name="demo", task="it", folder=folder)
        ),
        lambda stack: AirflowImage(
            stack, "it", AirflowImageProps(name="demo", folder=Path(folder))
        ),
    ):  # fmt: skip
        with pytest.raises(InvalidValue, match=message):
            synth(make)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            {"dags_folder": "empty"},
            r"dags_folder must be left out for a Dockerfile without COPY --",
        ),
        ({"requirements": ["x"]}, r"requirements must be left out for a Dockerfile without ARG EX"),
    ],
)
def test_what_a_users_own_dockerfile_would_pass_over_is_refused(
    synth: Any, here: Path, settings: Any, message: str
) -> None:
    props = AirflowImageProps(name="demo", folder="task", **settings)
    with pytest.raises(InvalidValue, match=message):
        synth(lambda stack: AirflowImage(stack, "it", props))


@pytest.mark.parametrize("field", ["folder", "architecture"])
def test_what_is_built_is_decided_in_python(synth: Any, here: Path, field: str) -> None:
    def build(stack: Any) -> None:
        settings: Any = {"name": "demo", "task": "it", "folder": "task"}
        settings[field] = TerraformVariable(stack, field, type="string").string_value
        TaskImage(stack, "it", TaskImageProps(**settings))

    with pytest.raises(TokenNotAllowed, match=rf"TaskImageProps\.{field} decides what is synth"):
        synth(build)


def test_a_key_of_another_region_is_refused(synth: Any, here: Path) -> None:
    key = "arn:aws:kms:us-east-1:123456789012:key/mine"
    props = TaskImageProps(name="demo", task="it", folder="task", kms_key_arn=key)
    with pytest.raises(InvalidValue, match=r"TaskImageProps\.kms_key_arn must be in the stack's"):
        synth(lambda stack: TaskImage(stack, "it", props))
