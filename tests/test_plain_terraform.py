"""The examples in plain Terraform: what stands beside them is right, and each comes alive."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from airflow_fargate_rehearsal.alive.applied import deployments_of
from airflow_fargate_rehearsal.emulator import embedded_aws
from airflow_fargate_rehearsal.plain_root import Root, open_roots
from airflow_fargate_rehearsal.root_copy import place_root, write_values
from airflow_fargate_rehearsal.terraform.binary import find_terraform, terraform_platform
from airflow_fargate_rehearsal.terraform.driver import Terraform
from airflow_fargate_rehearsal.terraform.environment import rehearsal_environment
from airflow_fargate_rehearsal.terraform.providers import find_mirror, write_cli_config

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "examples"
PLAIN = [EXAMPLES / "plain-terraform", EXAMPLES / "existing-network"]
TWO_REGIONS = EXAMPLES / "two-regions"
ALL = [*PLAIN, TWO_REGIONS]


def rehearse(folder: Path, *arguments: str) -> str:
    ended = subprocess.run(
        [sys.executable, "-m", "airflow_fargate_rehearsal", *arguments],
        cwd=folder,
        check=False,
        capture_output=True,
        text=True,
    )
    said = ended.stdout + ended.stderr
    assert ended.returncode == 0, said
    assert "Traceback" not in said
    return said


def in_git(folder: Path) -> set[str]:
    """Files that Git has or would take."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "."],
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
    )
    return set(listed.stdout.split())


@pytest.mark.slow
@pytest.mark.real
def test_the_sample_dag_succeeds_in_a_plain_root_and_nothing_is_left(tmp_path: Path) -> None:
    before = in_git(PLAIN[0])
    said = rehearse(tmp_path, str(PLAIN[0]))
    assert "module.airflow." in said  # what it waited for
    assert re.search(r"Planning plain-terraform again\s+no changes", said), said
    for text in (
        "All services of plain-terraform run and are healthy",
        "The DAG even_odd succeeds, every task at its first try: 5 of 5 tasks",
        "Nothing was refused and nothing failed on the way",
        "Applying plain-terraform without protection",
        "Everything held",
    ):
        assert text in said, said
    assert (tmp_path / "rehearsal-report/timeline.svg").stat().st_size > 0
    assert in_git(PLAIN[0]) == before


@pytest.mark.slow
@pytest.mark.real
def test_a_dag_succeeds_in_a_vpc_and_with_a_postgresql_that_are_there(tmp_path: Path) -> None:
    said = rehearse(tmp_path, "--dag", "hello", str(PLAIN[1] / "company"), str(PLAIN[1]))
    for text in (
        "Planning existing-network again",
        "The DAG hello succeeds, every task at its first try: 2 of 2 tasks",
        "Nothing was refused and nothing failed on the way",
        "Everything held",
    ):
        assert text in said, said
    # One database, the company's, and one VPC.
    company, own = said.split("Applying existing-network", 1)
    assert "db_instance" in company
    assert "db_instance" not in own.split("Planning", 1)[0]


@pytest.mark.slow
@pytest.mark.real
def test_two_regions_are_applied_and_destroyed_under_one_name(tmp_path: Path) -> None:
    # Without what would run: two Airflows at a time are more than some machines hold.
    source = open_roots([TWO_REGIONS])
    values = tmp_path / "values.tfvars.json"

    def give(*, unprotected: bool) -> Root:
        root = source.synthesize(tmp_path, {}, unprotected=unprotected)[TWO_REGIONS.name]
        assert isinstance(root, Root)
        write_values(root, values)
        return root

    mirror = find_mirror(terraform_platform())
    with embedded_aws(tmp_path / "log") as aws:
        folder, left_out = place_root(give(unprotected=False), tmp_path / "roots")
        terraform = Terraform(
            binary=find_terraform(ROOT, print),
            folder=folder,
            environment=rehearsal_environment(
                os.environ,
                endpoint_url=aws.endpoint_url,
                work_folder=tmp_path,
                cli_config=write_cli_config(mirror, tmp_path / "cli.tfrc") if mirror else None,
            ),
            variable_files=(values,),
        )
        terraform.init()
        terraform.validate()
        terraform.apply()
        found = deployments_of("live", terraform.show())
        assert [(each.region, each.clusters) for each in found] == [
            ("eu-central-1", ["data"]),
            ("eu-west-1", ["data"]),
        ]
        for each in found:
            assert {service.name for service in each.services} >= {
                "worker-default",
                "worker-reports",
            }
        assert terraform.plan() == {}
        give(unprotected=True)
        terraform.apply()
        terraform.destroy()
        assert (aws.created(), left_out) == ({}, [])


@pytest.mark.parametrize("folder", PLAIN, ids=lambda path: path.name)
def test_a_rehearsal_is_told_what_each_image_is_built_from(folder: Path) -> None:
    (root,) = open_roots([folder]).stacks.values()
    uris = re.findall(
        r'"[\d]{12}\.dkr\.ecr\.[^/"]+/([^":]+):', (folder / "rehearsal.toml").read_text()
    )
    assert uris
    assert [each.name for each in root.settings.images] == uris


def test_the_task_images_that_a_rehearsal_is_told_are_all_that_its_dags_need() -> None:
    (root,) = open_roots([PLAIN[0]]).stacks.values()
    tasks = set(root.settings.variables["task_image_uris"])
    assert tasks == {each.parent.name for each in ROOT.glob("task_images/*/Dockerfile")}
    configuration = "".join(file.read_text() for file in PLAIN[0].glob("*.tf"))
    for task in tasks:
        assert task in configuration


@pytest.mark.parametrize("folder", ALL, ids=lambda path: path.name)
def test_a_readme_names_what_there_is(folder: Path) -> None:
    text = (folder / "README.md").read_text()
    linked = re.findall(r"\]\((?!https?:|#)([^)#]+)", text)
    named = re.findall(r"^\| `([^`]+)`", text, re.MULTILINE)
    assert len(linked) >= 2
    for target in (*linked, *named):
        assert (folder / target).exists(), target
    assert {each.name for each in folder.glob("*.*")} - {"README.md"} <= set(named)


@pytest.mark.parametrize("folder", ALL, ids=lambda path: path.name)
def test_an_example_is_formatted(folder: Path) -> None:
    terraform = find_terraform(ROOT, print)
    said = subprocess.run(
        [terraform, "fmt", "-check", "-recursive", "-diff", folder],
        check=False,
        capture_output=True,
        text=True,
    )
    assert said.returncode == 0, said.stdout
