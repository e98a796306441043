"""What holds for every task image of the project."""

import sys
from pathlib import Path

from airflow_fargate.dockerfile import final_stage

import pytest

IMAGES = Path(__file__).parents[2] / "task_images"
FOLDERS = sorted(folder for folder in IMAGES.iterdir() if folder.is_dir())


def test_no_program_hides_a_module_of_the_standard_library() -> None:
    programs = {path.stem for path in IMAGES.rglob("*.py")}
    assert len(programs) >= 4
    assert not programs & sys.stdlib_module_names


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_an_image_starts_its_program_as_a_user_that_is_not_root(folder: Path) -> None:
    dockerfile = folder / "Dockerfile"
    assert final_stage(dockerfile).user == "50000:50000"
    text = dockerfile.read_text()
    assert "CMD" not in text  # a DAG that gives no arguments shall not succeed by --help
    assert "# syntax" not in text  # it would be fetched from a registry
    for program in folder.glob("*.py"):
        assert f"COPY {program.name} /app/" in text
        assert f"/app/{program.name}" in text.split("ENTRYPOINT")[1]
