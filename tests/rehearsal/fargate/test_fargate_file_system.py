"""A container's paths: all of them lie in its own root, whatever they say."""

from pathlib import Path

import pytest

from airflow_fargate_rehearsal.fargate.file_system import FileSystem


@pytest.mark.parametrize(
    ("path", "inside"),
    [
        ("/app/x", "app/x"),
        ("/app/../data", "data"),
        ("/../../../precious", "precious"),
        ("//app", "app"),
        ("/", "."),
    ],
)
def test_no_path_leads_out_of_the_root(tmp_path: Path, path: str, inside: str) -> None:
    assert FileSystem(root=tmp_path).in_root(path) == tmp_path / inside
