"""`rehearsal.toml` beside a plain root, and the root with it."""

from pathlib import Path

import pytest

from airflow_fargate_rehearsal.errors import PreflightError
from airflow_fargate_rehearsal.plain_root import is_plain_root, open_roots
from airflow_fargate_rehearsal.root_settings import ImageFolder, RootSettings, read_settings

VARIABLES = 'variable "image" {}\nvariable "protected" {}\n'


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A root beside folders of images."""
    folder = tmp_path / "live"
    for each in ("live", "images/airflow", "images/dags"):
        (tmp_path / each).mkdir(parents=True)
    (tmp_path / "images/airflow/Dockerfile").write_text("FROM scratch\n")
    (folder / "main.tf").write_text(VARIABLES)
    return folder


def write(root: Path, text: str) -> Path:
    (root / "rehearsal.toml").write_text(text)
    return root


def test_without_the_file_nothing_is_said(root: Path) -> None:
    assert read_settings(root) == RootSettings()
    assert not open_roots([root]).can_unprotect


def test_paths_are_named_from_the_root(root: Path) -> None:
    (root / "dev.tfvars").write_text("")
    said = read_settings(
        write(
            root,
            """
            variable_files = ["dev.tfvars"]
            [variables]
            image = "a:1"
            [images]
            "data/airflow" = "../images/airflow"
            [images.other]
            folder = "../images/airflow"
            contexts = { dags = "../images/dags" }
            build_arguments = { EXTRA = "x" }
            """,
        )
    )
    folder = root.parent / "images/airflow"
    assert said.variable_files == (root / "dev.tfvars",)
    assert said.variables == {"image": "a:1"}
    assert said.images == (
        ImageFolder(name="data/airflow", folder=folder),
        ImageFolder(
            name="other",
            folder=folder,
            contexts={"dags": root.parent / "images/dags"},
            build_arguments={"EXTRA": "x"},
        ),
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[", "cannot be read as TOML"),
        ("[variable]", "variable is not known. Known are variable_files, variables,"),
        ("variables = 1", "variables must be a table; got 1"),
        ('variable_files = ["no"]', r"variable_files\[0\] must be a file; got 'no'"),
        ('[images]\na = "../images"', 'images."a".folder must be a folder with a Dockerfile; got'),
        ("[images]\na = 1", 'images."a" must be a table; got 1'),
        ("[images.a]\ncontexts = {}", 'images."a" must have a folder'),
        ('[images.a]\nfile = "x"', 'images."a".file is not known. Known are folder, contexts'),
        (
            '[images.a]\nfolder = "../images/airflow"\ncontexts = { dags = "no" }',
            'images."a".contexts.dags must be a folder; got',
        ),
        ("[variables]\nimages = 1", "variables has 'images', which is no variable of this root."),
        ("[variables_to_destroy]\nx = 1", "variables_to_destroy has 'x'.*Its variables: image, p"),
    ],
)
def test_a_mistake_is_told_with_the_file(root: Path, text: str, message: str) -> None:
    with pytest.raises(PreflightError, match=f"rehearsal.toml.*{message}"):
        open_roots([write(root, text)])


def test_values_to_destroy_come_when_all_is_destroyed(root: Path, tmp_path: Path) -> None:
    write(root, "[variables]\nimage = 'a'\n[variables_to_destroy]\nprotected = false")
    source = open_roots([root])
    assert source.can_unprotect
    first = source.synthesize(tmp_path, {})["live"]
    second = source.synthesize(tmp_path, {}, unprotected=True)["live"]
    assert vars(first)["variables"] == {"image": "a"}
    assert vars(second)["variables"] == {"image": "a", "protected": False}
    assert not first.is_same_as(second)


def test_roots_come_in_the_order_in_which_they_are_given(root: Path) -> None:
    other = root.parent / "other" / "live"
    other.mkdir(parents=True)
    (other / "main.tf").write_text("")
    assert list(open_roots([root, other]).stacks) == ["live", "other-live"]
    with pytest.raises(PreflightError, match="is given twice"):
        open_roots([other, root, other])


def test_what_cdktf_has_synthesized_is_no_plain_root(root: Path) -> None:
    assert is_plain_root(root)
    (root / "cdk.tf.json").write_text("{}")
    assert not is_plain_root(root)
    with pytest.raises(PreflightError, match=r"holds no \*.tf"):
        open_roots([root.parent / "images"])
