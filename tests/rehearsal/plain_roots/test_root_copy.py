"""The copy of a plain root in which Terraform works."""

import json
from pathlib import Path
from typing import Any

import pytest

from airflow_fargate_rehearsal.fargate.errors import CannotPullContainer
from airflow_fargate_rehearsal.fargate.images import find_image
from airflow_fargate_rehearsal.plain_root import Root, open_roots
from airflow_fargate_rehearsal.root_copy import note_images, place_root, write_values

REAL = """
terraform {
  backend "s3" {
    bucket         = "acme"
    profile        = "acme"
    dynamodb_table = "locks"
  }
}
provider "aws" {
  region  = "eu-west-1"
  profile = "acme"
  assume_role {
    role_arn = "arn:aws:iam::999999999999:role/deploy"
  }
}
provider "other" {
  profile = "stays"
}
output "profile" {
  value = "stays"
}
"""


def root_of(folder: Path, **files: str) -> Root:
    folder.mkdir(parents=True)
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text)
    (root,) = open_roots([folder]).stacks.values()
    return root


def test_what_is_around_the_root_is_found_from_the_copy(tmp_path: Path) -> None:
    (tmp_path / "repository/modules/a").mkdir(parents=True)
    (tmp_path / "repository/modules/a/main.tf").write_text("# a")
    root = root_of(tmp_path / "repository/live/prod", main__tf="")
    (tmp_path / "repository/live/shared.json").write_text("{}")

    folder, _ = place_root(root, tmp_path / "work")

    assert (folder / "../../modules/a/main.tf").read_text() == "# a"
    assert (folder / "../shared.json").read_text() == "{}"
    assert folder.is_relative_to(tmp_path / "work")
    assert not folder.is_symlink()


def test_what_terraform_has_left_in_the_root_is_not_taken_over(tmp_path: Path) -> None:
    root = root_of(tmp_path / "live", main__tf="", a__tfvars="x = 1")
    (root.folder / ".terraform/modules").mkdir(parents=True)
    (root.folder / "files").mkdir()
    for name in (".terraform.lock.hcl", "terraform.tfstate", "terraform.tfstate.backup"):
        (root.folder / name).write_text("of the real one")
    (root.folder / "files/a.txt").write_text("a")
    before = sorted(root.folder.rglob("*"))

    folder, _ = place_root(root, tmp_path / "work")

    assert sorted(each.name for each in folder.iterdir()) == [
        ".terraform.lock.hcl",
        "a.tfvars",
        "files",
        "main.tf",
        "rehearsal_override.tf.json",
    ]
    assert 'version = "5.100.0"' in (folder / ".terraform.lock.hcl").read_text()
    (folder / "files/a.txt").write_text("b")  # a program of the root may write there
    assert (root.folder / "files/a.txt").read_text() == "a"
    assert sorted(root.folder.rglob("*")) == before


def test_what_leads_to_a_real_account_is_left_out_and_said(tmp_path: Path) -> None:
    root = root_of(tmp_path / "live", main__tf=REAL)
    folder, left_out = place_root(root, tmp_path / "work")
    assert left_out == [
        "profile of backend s3",
        "dynamodb_table of backend s3",
        "profile of provider aws",
        "assume_role of provider aws",
    ]
    text = (folder / "main.tf").read_text()
    for gone in ('"acme"\n    profile', "dynamodb", "assume_role", "role_arn", "999999999999"):
        assert gone not in text
    for kept in ('bucket         = "acme"', "eu-west-1", 'profile = "stays"', 'value = "stays"'):
        assert kept in text
    assert (root.folder / "main.tf").read_text() == REAL


def test_json_is_treated_as_hcl_is(tmp_path: Path) -> None:
    said: dict[str, Any] = {
        "terraform": {"backend": {"s3": {"bucket": "b", "token": "t"}}},
        "provider": [{"aws": [{"region": "r"}, {"alias": "a", "endpoints": {"s3": "x"}}]}],
    }
    root = root_of(tmp_path / "live", main__tf__json=json.dumps(said))
    folder, left_out = place_root(root, tmp_path / "work")
    assert left_out == ["token of backend s3", "endpoints of provider aws"]
    assert json.loads((folder / "main.tf.json").read_text()) == {
        "terraform": {"backend": {"s3": {"bucket": "b"}}},
        "provider": [{"aws": [{"region": "r"}, {"alias": "a"}]}],
    }


@pytest.mark.parametrize(
    ("backend", "is_local"),
    [
        ('backend "s3" {}', False),
        ('backend "gcs" {}', True),
        ("cloud {}", True),
        ('backend "local" { path = "/elsewhere" }', True),
        ("", True),
    ],
)
def test_every_backend_but_s3_is_a_file_of_the_copy(
    tmp_path: Path, backend: str, *, is_local: bool
) -> None:
    root = root_of(tmp_path / "live", main__tf=f"terraform {{\n{backend}\n}}\n")
    folder, _ = place_root(root, tmp_path / "work")
    override = folder / "rehearsal_override.tf.json"
    assert override.exists() == is_local
    if is_local:
        said = json.loads(override.read_text())
        assert said == {"terraform": {"backend": {"local": {"path": "terraform.tfstate"}}}}


def test_values_of_rehearsals_come_after_the_files_of_users(tmp_path: Path) -> None:
    folder = tmp_path / "live"
    folder.mkdir()
    (folder / "dev.tfvars").write_text("")
    (folder / "main.tf").write_text('variable "a" {}')
    (folder / "rehearsal.toml").write_text(
        'variable_files = ["dev.tfvars"]\nvariables = { a = [1] }'
    )
    root = open_roots([folder]).synthesize(tmp_path, {})["live"]
    assert isinstance(root, Root)
    files = write_values(root, tmp_path / "own.tfvars.json")
    assert files == (folder / "dev.tfvars", tmp_path / "own.tfvars.json")
    assert json.loads(files[1].read_text()) == {"a": [1]}


REGISTRY = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"


@pytest.mark.parametrize(
    ("uri", "found"),
    [
        (f"{REGISTRY}/data/airflow:1.0", "long"),
        (f"{REGISTRY}/data/airflow@sha256:{'0' * 64}", "long"),
        (f"{REGISTRY}/airflow:1.0", "short"),
        ("airflow", "short"),
        ("localhost:5000/airflow", "short"),
        (f"{REGISTRY}/my-airflow:1.0", None),
        (f"{REGISTRY}/airflow/other:1.0", None),
        (f"{REGISTRY}/exact:1", "exact"),
        (f"{REGISTRY}/exact:2", None),
    ],
)
def test_an_image_is_found_by_its_repository_whatever_its_registry_and_tag(
    tmp_path: Path, uri: str, found: str | None
) -> None:
    for name in ("long", "short"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "Dockerfile").write_text("FROM scratch\n")
    settings = '[images]\n"data/airflow" = "../long"\nairflow = "../short"\n'
    root = root_of(tmp_path / "live", main__tf="", rehearsal__toml=settings)
    exact = {"uri": f"{REGISTRY}/exact:1", "folder": str(tmp_path / "exact")}
    (tmp_path / "images.jsonl").write_text(json.dumps(exact) + "\n")
    note_images(root, tmp_path)
    if found:
        assert find_image(uri, tmp_path).folder == tmp_path / found
    else:
        with pytest.raises(CannotPullContainer, match="is not one of the 3 images"):
            find_image(uri, tmp_path)
