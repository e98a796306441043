"""AirflowImage and TaskImage: repository, tag, build, and what others are told of them."""

import json
from pathlib import Path
from typing import Any

from airflow_fargate import airflow_image
from airflow_fargate.airflow_image import AirflowImage, AirflowImageProps
from airflow_fargate.image_builder.tag import Source
from airflow_fargate.task_image import TaskImage, TaskImageProps

import pytest
from cdktf import App, TerraformStack
from cdktf_cdktf_provider_aws.provider import AwsProvider

KEY = "arn:aws:kms:eu-west-1:123456789012:key/mine"
ECR = "123456789012.dkr.ecr.eu-central-1.amazonaws.com"


@pytest.fixture
def folders(tmp_path: Path) -> Path:
    for name, dockerfile in {
        "image": "FROM a\nARG EXTRA_REQUIREMENTS\nCOPY --from=dags . /d\nVOLUME /tmp /logs\n",
        "even": 'FROM a\nVOLUME ["/tmp"]\n',
        "odd": "FROM a\n",
    }.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "Dockerfile").write_text(dockerfile)
    (tmp_path / "dags").mkdir()
    (tmp_path / "dags/daily.py").write_text("")
    return tmp_path


def airflow(folders: Path, **settings: Any) -> Any:
    props = {"name": "demo", "folder": folders / "image"} | settings
    return lambda stack: AirflowImage(stack, "image", AirflowImageProps(**props))


def task(stack: Any, folders: Path, name: str = "even", **settings: Any) -> TaskImage:
    props = {"name": "demo", "task": name, "folder": folders / name} | settings
    return TaskImage(stack, name, TaskImageProps(**props))


def build(config: Any, name: str) -> Any:
    (provisioner,) = config["resource"]["terraform_data"][name]["provisioner"]
    return provisioner["local-exec"]


def test_a_repository_keeps_tags_for_ever_scans_and_forgets_old_images(
    synth: Any, folders: Path
) -> None:
    config = synth(airflow(folders, retained_images=3, kms_key_arn=KEY, tags={"team": "data"}))
    repository = config["resource"]["aws_ecr_repository"]["image"]
    assert repository["name"] == "demo/airflow"
    assert repository["image_tag_mutability"] == "IMMUTABLE"
    assert repository["image_scanning_configuration"] == {"scan_on_push": True}
    assert repository["encryption_configuration"] == [{"encryption_type": "KMS", "kms_key": KEY}]
    assert repository["tags"] == {"team": "data", "Name": "demo/airflow"}
    lifecycle = config["resource"]["aws_ecr_lifecycle_policy"]["image"]
    assert lifecycle["repository"] == "${aws_ecr_repository.image.name}"
    untagged, older = (rule["selection"] for rule in json.loads(lifecycle["policy"])["rules"])
    assert (untagged["tagStatus"], untagged["countNumber"], untagged["countUnit"]) == (
        *("untagged", 1, "days"),
    )
    assert (older["tagPatternList"], older["countNumber"]) == (["*"], 3)


def test_a_protected_repository_is_not_destroyed_with_its_images(synth: Any, folders: Path) -> None:
    for protected in (True, False):
        config = synth(airflow(folders, deletion_protection=protected))
        repository = config["resource"]["aws_ecr_repository"]["image"]
        assert repository["force_delete"] is not protected
        assert repository.get("lifecycle", {}).get("prevent_destroy", False) is protected


def test_an_image_is_named_by_its_content_and_built_when_that_changes(
    synth: Any, folders: Path
) -> None:
    images = []
    config = synth(lambda stack: images.append(task(stack, folders)))
    tag = Source("X86_64", folders / "even").tag
    uri = f"${{aws_ecr_repository.even.repository_url}}:{tag}"
    assert config["resource"]["terraform_data"]["even_build"]["triggers_replace"] == [uri]
    ran = build(config, "even_build")
    assert ran["interpreter"] == ["python3", "-B", "-m", "image_builder", "build", uri]
    (image,) = images
    assert image.uri.endswith(f":{tag}")
    assert (image.architecture, image.writable_paths) == ("X86_64", ("/tmp",))
    (depends_on,) = image.depends_on
    assert depends_on.friendly_unique_id == "even_build"


def test_what_is_built_is_named_from_the_stacks_folder(
    synth: Any, folders: Path, tmp_path: Path
) -> None:
    requirements = ["one==1", "two[extra]>=2; python_version < '3.13'", "odd @ https://x/${y}%{z}"]
    config = synth(
        airflow(folders, dags_folder=folders / "dags", requirements=requirements[:2],
                architecture="ARM64")
    )  # fmt: skip
    described = json.loads(build(config, "image_build")["command"])
    assert build(config, "image_build")["working_dir"] == "${path.module}"
    stack_folder = tmp_path / "cdktf.out/stacks/test"
    assert (stack_folder / described["folder"]).resolve() == folders / "image"
    assert (stack_folder / described["contexts"]["dags"]).resolve() == folders / "dags"
    assert not Path(described["folder"]).is_absolute()
    assert described["architecture"] == "ARM64"
    assert described["build_arguments"] == {"EXTRA_REQUIREMENTS": "\n".join(requirements[:2])}


def test_the_program_that_builds_goes_with_the_stack(
    synth: Any, folders: Path, tmp_path: Path
) -> None:
    program = tmp_path / "cdktf.out/stacks/test/image_builder"
    program.mkdir(parents=True)
    (program / "of_an_older_version.py").touch()
    synth(lambda stack: task(stack, folders))
    own = Path(airflow_image.__file__).parent / "image_builder"
    assert {file.name for file in program.iterdir()} == {file.name for file in own.glob("*.py")}
    for file in program.iterdir():
        assert file.read_text() == (own / file.name).read_text()


def test_one_check_stands_before_all_images_and_runs_when_one_changes(
    synth: Any, folders: Path
) -> None:
    def both(stack: Any) -> None:
        task(stack, folders, "even")
        task(stack, folders, "odd", architecture="ARM64")

    config = synth(both)
    data = config["resource"]["terraform_data"]
    assert set(data) == {"image_builder", "even_build", "odd_build"}
    assert data["image_builder"]["triggers_replace"] == {
        "demo/tasks/even": Source("X86_64", folders / "even").tag,
        "demo/tasks/odd": Source("ARM64", folders / "odd").tag,
    }
    assert build(config, "image_builder")["command"] == "linux/amd64,linux/arm64"
    for name in ("even_build", "odd_build"):
        assert "terraform_data.image_builder" in data[name]["depends_on"]
    for repository in config["resource"]["aws_ecr_repository"].values():
        assert repository["depends_on"] == ["terraform_data.image_builder"]


def test_it_works_in_a_stack_of_somebody_elses(folders: Path, tmp_path: Path) -> None:
    app = App(outdir=str(tmp_path / "out"))
    stack = TerraformStack(app, "plain")
    AwsProvider(stack, "aws", region="eu-west-1")
    task(stack, folders)
    app.synth()
    assert (tmp_path / "out/stacks/plain/image_builder/__main__.py").is_file()


def test_who_starts_a_container_may_pull_that_image_and_no_other(synth: Any, folders: Path) -> None:
    given = []

    def images(stack: Any) -> None:
        given.append(task(stack, folders))
        given.append(task(stack, folders, "odd", folder=None, uri=f"{ECR}/tools/odd:2026-11"))
        given.append(task(stack, folders, "more", folder=None, uri="python:3.13-slim"))

    synth(images)
    built, elsewhere, public = (image.pull_statements for image in given)
    for log_in, pull in (built, elsewhere):
        assert (log_in.actions, log_in.resources) == (["ecr:GetAuthorizationToken"], ["*"])
        assert all(action.startswith("ecr:") and "*" not in action for action in pull.actions)
    assert built[1].resources[0].endswith(".arn}")
    assert elsewhere[1].resources[0].endswith(":ecr:eu-central-1:123456789012:repository/tools/odd")
    assert public == []


def test_an_image_that_is_given_is_used_and_nothing_is_made(synth: Any, folders: Path) -> None:
    given = []
    config = synth(
        lambda stack: given.extend(
            [
                airflow(folders, folder=None, uri="apache/airflow:3.3.2")(stack),
                task(stack, folders, folder=None, uri="x@sha256:" + "0" * 64,
                     writable_paths=["/scratch"]),
            ]
        )
    )  # fmt: skip
    assert "resource" not in config
    assert [image.uri for image in given] == ["apache/airflow:3.3.2", "x@sha256:" + "0" * 64]
    assert [image.depends_on for image in given] == [[], []]
    assert given[0].writable_paths == ("/tmp", "/opt/airflow/logs")
    assert given[1].writable_paths == ["/scratch"]


def test_the_image_that_comes_with_the_library_takes_dags_and_requirements(
    synth: Any, folders: Path
) -> None:
    made = []
    config = synth(
        lambda stack: made.append(
            airflow(folders, folder=None, dags_folder=folders / "dags", requirements=["x==1"])(
                stack
            )
        )
    )
    described = json.loads(build(config, "image_build")["command"])
    assert described["folder"].endswith("airflow_image")
    assert made[0].writable_paths == airflow_image.WRITABLE_PATHS
