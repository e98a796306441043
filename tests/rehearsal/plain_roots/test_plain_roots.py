"""Plain roots as their users rehearse them: the program, the real Terraform, small roots."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Start = Callable[..., "subprocess.Popen[str]"]
Finish = Callable[["subprocess.Popen[str]"], tuple[int, str]]

MODULE = """
variable "name" {
  type = string
}
resource "aws_ssm_parameter" "this" {
  name  = var.name
  type  = "String"
  value = "value"
}
output "name" {
  value = aws_ssm_parameter.this.name
}
"""
FIRST = """
terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 7.0"
    }
  }
  backend "s3" {
    bucket       = "acme-states"
    key          = "first.tfstate"
    region       = "eu-central-1"
    profile      = "acme"
    encrypt      = true
    use_lockfile = true
  }
}
provider "aws" {
  region              = "eu-central-1"
  allowed_account_ids = ["999999999999"]
}
provider "aws" {
  alias  = "other"
  region = "eu-west-1"
}
variable "name" {
  type = string
}
variable "temporary" {
  default = false
}
module "parameter" {
  source    = "../../modules/parameter"
  providers = { aws = aws.other }
  name      = var.name
}
resource "aws_ssm_parameter" "temporary" {
  name  = "/temporary"
  type  = "String"
  value = var.temporary
}
output "name" {
  value = module.parameter.name
}
"""
SECOND = """
terraform {
  backend "s3" {}
}
provider "aws" {
  region = "eu-central-1"
}
data "terraform_remote_state" "first" {
  backend = "s3"
  config = {
    bucket = "acme-states"
    key    = "first.tfstate"
    region = "eu-central-1"
  }
}
module "parameter" {
  source = "../../modules/parameter"
  name   = "${data.terraform_remote_state.first.outputs.name}/second"
}
output "name" {
  value = module.parameter.name
}
"""


@pytest.fixture
def live(tmp_path: Path) -> Path:
    """Folder with two roots; the second reads the state of the first."""
    files = {
        "modules/parameter/main.tf": MODULE,
        "live/first/main.tf": FIRST,
        "live/first/dev.tfvars": 'name = "/first"\n',
        "live/first/rehearsal.toml": 'variable_files = ["dev.tfvars"]\n'
        "variables_to_destroy = { temporary = true }\n",
        "live/second/main.tf": SECOND,
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path / "live"


@pytest.mark.slow  # the examples hold most of it, in tests/test_plain_terraform.py
@pytest.mark.real
@pytest.mark.usefixtures("terraform_on_path")
def test_roots_are_applied_in_order_share_states_and_leave_nothing(
    start: Start, finish: Finish, live: Path, temporary: Path
) -> None:
    before = {*live.parent.rglob("*")}

    exit_code, said = finish(start(live, "first", "second"))

    assert exit_code == 0, said
    rest = said
    for text in (
        "Reading Terraform configurations: ",
        "Applying first",
        "left out, because it is of a real account: profile of backend s3",
        "left out, because it is of a real account: allowed_account_ids of provider aws",
        "name = /first",
        "Applying second",
        "name = /first/second",
        "Planning first again",
        "Planning second again",
        "Taking variables_to_destroy",
        "Destroying second",
        "Applying first without protection",
        "Destroying first",
        "Everything held.",
    ):
        assert text in rest, said
        rest = rest.partition(text)[2]
    assert "Applying second without protection" not in said
    made = {*live.parent.rglob("*")} - before
    assert {each.relative_to(live).parts[0] for each in made} == {"rehearsal-report"}
    assert not list(temporary.iterdir())


@pytest.mark.usefixtures("terraform_on_path")
def test_a_mistake_in_the_settings_is_one_clear_message(
    start: Start, finish: Finish, live: Path
) -> None:
    (live / "first/rehearsal.toml").write_text("[variables]\nnmae = 'x'\n")
    exit_code, said = finish(start(live, "first"))
    assert exit_code == 2
    assert (
        "variables has 'nmae', which is no variable of this root. Its variables: name, te" in said
    )


@pytest.mark.real
@pytest.mark.usefixtures("terraform_on_path")
def test_a_variable_without_a_value_is_told_where_to_give_it(
    start: Start, finish: Finish, live: Path
) -> None:
    (live / "first/rehearsal.toml").unlink()
    exit_code, said = finish(start(live, "first"))
    assert exit_code == 2
    assert "No value for required variable" in said
    assert "under [variables] in rehearsal.toml, beside the files of first" in said


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["empty"], "holds neither cdk.tf.json nor manifest.json"),
        (["first", "empty"], "empty holds no *.tf: it is no root of Terraform."),
    ],
)
@pytest.mark.usefixtures("terraform_on_path")
def test_what_is_no_root_is_told(
    start: Start, finish: Finish, live: Path, arguments: list[str], message: str
) -> None:
    (live / "empty").mkdir()
    exit_code, said = finish(start(live, *arguments))
    assert exit_code == 2
    assert message in said
