"""The images of DAG tasks, run as Fargate runs them."""

import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.images.engine import Engine

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
FOLDERS = sorted(
    file.parent
    for where in ("task_images", "examples/*/task_images")
    for file in ROOT.glob(f"{where}/*/Dockerfile")
)
BuildImage = Callable[[Path], str]


def test_there_are_task_images() -> None:
    assert {"even_odd", "numbers"} <= {folder.name for folder in FOLDERS}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_it_runs_as_its_user_on_a_read_only_root(
    engine: Engine, task_image: BuildImage, folder: Path
) -> None:
    image = task_image(folder)
    user, _, group = engine.settings(image)["User"].partition(":")
    assert int(user) > 0
    assert int(group) > 0
    file = folder / "task.toml"
    settings = tomllib.loads(file.read_text()) if file.exists() else {}
    done = engine.run(image, "--help", environment=settings.get("environment", {}))
    assert (done.returncode, done.stderr) == (0, "")
    assert "usage: " in done.stdout


def test_two_tasks_share_a_volume(engine: Engine, task_image: BuildImage, tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    # For a user of the image, who may be another one on this machine.
    shared.chmod(0o777)
    mounts = {shared: "/shared"}
    for kind in ("even", "odd"):
        image = task_image(ROOT / "task_images/even_odd")
        done = engine.run(image, kind, "--count=6", "--folder=/shared/run", mounts=mounts)
        assert (done.returncode, done.stderr) == (0, "")
    image = task_image(ROOT / "task_images/numbers")
    joined = engine.run(image, "--folder=/shared/run", mounts=mounts)
    assert (joined.returncode, joined.stderr) == (0, "")
    assert joined.stdout.splitlines()[-1] == "[1, 2, 3, 4, 5, 6]"


def test_a_task_without_its_volume_says_that_it_cannot_write(
    engine: Engine, task_image: BuildImage
) -> None:
    image = task_image(ROOT / "task_images/even_odd")
    done = engine.run(image, "odd", "--folder=/shared/run")
    assert done.returncode == 3
    assert "Read-only file system" in done.stderr
