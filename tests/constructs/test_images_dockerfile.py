"""What is read from a Dockerfile: user and volumes of the image that comes out of it."""

from pathlib import Path

from airflow_fargate.dockerfile import Stage, final_stage, volumes
from airflow_fargate.rules import InvalidValue

import pytest


def stage(tmp_path: Path, text: str) -> Stage:
    (tmp_path / "Dockerfile").write_text(text)
    return final_stage(tmp_path / "Dockerfile")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM a\n", Stage()),
        ("FROM a\nUSER 50000:0\n", Stage(user="50000:0")),
        ("FROM a\nUSER root\nRUN x\nUSER app\n", Stage(user="app")),
        ('FROM a\nVOLUME ["/tmp", "/data"]\n', Stage(volumes=("/tmp", "/data"))),
        ("FROM a\nVOLUME /tmp /data\n", Stage(volumes=("/tmp", "/data"))),
        ("FROM a\nVOLUME /tmp\nVOLUME /data\nVOLUME /tmp\n", Stage(volumes=("/tmp", "/data"))),
        ("from a\nuser app\nvolume /tmp\n", Stage(user="app", volumes=("/tmp",))),
        # Over several lines, with comments and empty lines between.
        ('FROM a\nVOLUME ["/tmp", \\\n# why\n\n  "/data"]\n', Stage(volumes=("/tmp", "/data"))),
        ("# escape=`\nFROM a\nVOLUME /tmp `\n  /data\n", Stage(volumes=("/tmp", "/data"))),
        ("FROM a\n# USER root\nUSER app\n", Stage(user="app")),
        # What a shell is given is no instruction.
        ("FROM a\nUSER app\nRUN <<EOF\nUSER root\nVOLUME /x\nEOF\n", Stage(user="app")),
        ("FROM a\nCOPY <<-'END' /etc/it\n\tUSER root\n\tEND\nUSER app\n", Stage(user="app")),
        # Stages: only the last one, and those that it comes from.
        ("FROM a\nUSER app\nVOLUME /tmp\nFROM b\n", Stage()),
        ("FROM a AS Base\nUSER app\nFROM b\nFROM base\nVOLUME /tmp\n", Stage("app", ("/tmp",))),
        ("FROM --platform=$X a AS base\nVOLUME /tmp\nFROM base AS last\n", Stage(None, ("/tmp",))),
        # Variables.
        ("ARG UID=5\nFROM a\nUSER ${UID}:0\n", Stage(user="5:0")),
        ('FROM a\nENV A=1 DATA="/data"\nVOLUME $DATA\n', Stage(volumes=("/data",))),
        ("FROM a\nUSER ${WHO:-app}\n", Stage(user="app")),
        ("FROM a\nUSER $WHO\n", Stage(user="$WHO")),
    ],
)  # fmt: skip
def test_the_last_stage_says_who_runs_and_what_is_writable(
    tmp_path: Path, text: str, expected: Stage
) -> None:
    assert stage(tmp_path, text) == expected


def test_a_volume_that_is_no_known_path_is_refused(tmp_path: Path) -> None:
    for path in ("data", "$DATA"):
        (tmp_path / "Dockerfile").write_text(f"FROM a\nVOLUME {path}\n")
        with pytest.raises(InvalidValue, match=r"VOLUME in .*/Dockerfile must be an absolute path"):
            volumes(tmp_path / "Dockerfile")


def test_a_folder_without_dockerfile_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidValue, match=r"one with a file Dockerfile; got '/"):
        volumes(tmp_path / "Dockerfile")
