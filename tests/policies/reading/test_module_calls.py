"""HCL of roots that call modules, and what is refused."""

import json
from pathlib import Path

import pytest
from tests.policies.conftest import ROOT
from tests.policies.written import ReadHcl

from airflow_fargate_policies.reading import decoded, read_module
from airflow_fargate_policies.resource import UnreadableError


def _write(folder: Path, **files: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.tf").write_text(text)
    return folder


def test_modules_that_a_root_calls_by_their_path_are_read_with_it(tmp_path: Path) -> None:
    _write(
        tmp_path / "root",
        main='module "app" {\n  source = "../app"\n}\nresource "aws_vpc" "main" {}\n',
    )
    _write(tmp_path / "app", main='module "queue" {\n  source = "./queue"\n}\n')
    _write(
        tmp_path / "app/queue",
        main="""
resource "aws_sqs_queue" "q" {
  kms_master_key_id = aws_kms_key.k.arn
  # checkov:skip=CKV_X:In a module.
}
data "aws_region" "here" {}
""",
        keys='resource "aws_kms_key" "k" {}\n',
    )

    found = {each.address: each for each in read_module(tmp_path / "root").resources}

    assert list(found) == [
        "aws_vpc.main",
        "module.app.module.queue.aws_kms_key.k",
        "module.app.module.queue.aws_sqs_queue.q",
        "module.app.module.queue.data.aws_region.here",
    ]
    queue = found["module.app.module.queue.aws_sqs_queue.q"]
    assert queue.module == "module.app.module.queue"
    assert found["module.app.module.queue.data.aws_region.here"].module == queue.module
    assert queue.references == {"kms_master_key_id": ("module.app.module.queue.aws_kms_key.k",)}
    assert queue.exceptions[0].where.endswith("app/queue/main.tf:4")


def test_an_exception_in_a_call_is_one_of_all_that_is_made_by_it(tmp_path: Path) -> None:
    call = """
module "app" {
  source = "../app"
  # checkov:skip=AF_PUBLIC_INGRESS:Partners without fixed networks use it.
}
"""
    root = _write(tmp_path / "root", main=f'{call}resource "aws_vpc" "main" {{}}\n')
    own = "  # checkov:skip=AF_PUBLIC_INGRESS:The module says it itself.\n"
    _write(
        tmp_path / "app", main=f'resource "aws_lb" "it" {{\n{own}}}\nresource "aws_vpc" "v" {{}}'
    )

    found = {each.address: each.exceptions for each in read_module(root).resources}

    assert found["aws_vpc.main"] == ()
    (exception,) = found["module.app.aws_vpc.v"]
    assert exception.of_call
    assert exception.where.endswith("root/main.tf:4")
    assert [each.of_call for each in found["module.app.aws_lb.it"]] == [True, False]


def test_modules_that_terraform_has_fetched_are_read(tmp_path: Path) -> None:
    root = _write(tmp_path / "root", main='module "vpc" {\n  source = "example/vpc/aws"\n}\n')
    assert read_module(root).resources == []
    fetched = _write(root / ".terraform/modules/vpc", main='resource "aws_vpc" "this" {}\n')
    (fetched.parent / "modules.json").write_text(
        json.dumps(
            {
                "Modules": [
                    {"Key": "", "Source": "", "Dir": "."},
                    {"Key": "vpc", "Source": "example/vpc/aws", "Dir": ".terraform/modules/vpc"},
                ]
            }
        )
    )

    assert [each.address for each in read_module(root).resources] == ["module.vpc.aws_vpc.this"]


def test_a_module_that_should_be_there_and_is_not_is_told(tmp_path: Path) -> None:
    root = _write(tmp_path, main='\nmodule "app" {\n  source = "../missing"\n}\n')

    with pytest.raises(UnreadableError, match=r"main\.tf:2: .*module\.app"):
        read_module(root)


def test_a_folder_without_hcl_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match=r"there is no file \*\.tf in it"):
        read_module(tmp_path)


def test_a_file_that_is_no_hcl_is_refused_by_name_and_line(tmp_path: Path) -> None:
    _write(tmp_path, main='resource "aws_vpc" "main" {}\n\nresource {{\n')

    with pytest.raises(UnreadableError, match=r"main\.tf: it cannot be read as HCL: line 3"):
        read_module(tmp_path)


def test_json_beside_hcl_is_refused_as_only_one_would_be_looked_at(tmp_path: Path) -> None:
    _write(tmp_path, main="")
    (tmp_path / "more.tf.json").write_text("{}")

    with pytest.raises(UnreadableError, match=r"there are \*\.tf and \*\.tf\.json in it"):
        read_module(tmp_path)


@pytest.mark.parametrize("name", ["airflow", "network", "state-backend", "task", "worker-pool"])
def test_the_modules_of_this_project_are_read_to_the_end(name: str) -> None:
    folder = ROOT / "modules" / name
    text = "".join(file.read_text() for file in folder.glob("*.tf"))

    resources = read_module(folder).resources

    written = [line for line in text.splitlines() if line.startswith(("resource ", "data "))]
    assert len([each for each in resources if each.mode != "ephemeral"]) == len(written)
    assert text.count("checkov:skip=") == sum(len(each.exceptions) for each in resources)
    assert not any(
        each.split(".")[0] in ("local", "var", "each")
        for resource in resources
        for found in resource.references.values()
        for each in found
    )


def test_the_policies_of_this_projects_modules_are_read_as_structures() -> None:
    roles = read_module(ROOT / "modules/airflow").of_type("aws_iam_role")

    assert roles
    for role in roles:
        assert decoded(role.values["assume_role_policy"])["Statement"], role.address


def test_a_module_that_is_not_fetched_is_told(
    read_hcl: ReadHcl, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    found = read_hcl(
        """
        module "vpc" {
          source = "terraform-aws-modules/vpc/aws"
        }
        module "none" {
          source = "terraform-aws-modules/vpc/aws"
          count  = 0
        }
        """
    )
    assert found.unseen == {"module.vpc": "module/main.tf:2"}


def test_modules_that_call_each_other_for_ever_are_told(read_hcl: ReadHcl) -> None:
    found = read_hcl('module "a" { source = "./" }')
    assert list(found.unseen) == [".".join(["module.a"] * 11)]


@pytest.mark.parametrize("name", ["override.tf", "main_override.tf"])
def test_what_terraform_puts_over_other_files_is_refused(
    read_hcl: ReadHcl, tmp_path: Path, name: str
) -> None:
    read_hcl('resource "aws_s3_bucket" "it" {}')
    (tmp_path / "module" / name).touch()
    with pytest.raises(UnreadableError, match=rf"{name}: Terraform puts what is in it over other"):
        read_module(tmp_path / "module")
