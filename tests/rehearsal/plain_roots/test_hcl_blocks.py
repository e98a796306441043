"""Reading Terraform's language as far as a rehearsal needs it."""

from pathlib import Path

import pytest

from airflow_fargate_rehearsal.terraform.configuration import read_configuration
from airflow_fargate_rehearsal.terraform.hcl_blocks import UnreadableError, read_blocks

ROOT = Path(__file__).parents[3]

HARD = r"""
# backend "gcs" {}
/* provider "aws" { profile = "no" } */ // neither
terraform {
  backend "s3" {
    bucket = "a${"-"}b" # }
    key    = "states/\"x\"/$${y}.tfstate" // }
    region = "eu-west-1"
  }
}
locals { one = { a = "}" }, two = [1, /* ] */ 2
  ]
  text = <<-EOT
    backend "remote" { ${ upper("}") }
    "unbalanced
    EOT
  plain = <<EOT
}
EOT
  chosen = (true
    ? "%{ if true }{%{ endif }"
    : { for k, v in {} : k => "${v}" if v != "" })
}
provider aws { alias = "b" }
variable "größe" {}
"""


def test_strings_comments_heredocs_and_brackets_hide_no_block() -> None:
    text = HARD.replace("}, two", "}\n  two")
    terraform, local, provider, variable = read_blocks(text).blocks
    (backend,) = terraform.blocks
    assert backend.labels == ("s3",)
    strings = {name: each.string for name, each in backend.attributes.items()}
    assert strings == {"bucket": None, "key": None, "region": "eu-west-1"}
    assert list(local.attributes) == ["one", "two", "text", "plain", "chosen"]
    assert (provider.type, provider.labels) == ("provider", ("aws",))
    assert provider.attributes["alias"].string == "b"
    assert variable.labels == ("größe",)


def test_a_part_is_where_it_says() -> None:
    text = 'provider "aws" {\n  region = "x" # why\n  assume_role {\n  }\n}\n'
    (provider,) = read_blocks(text).blocks
    region, role = provider.attributes["region"], provider.blocks[0]
    assert text[region.begin : region.end] == 'region = "x" # why'
    assert region.string == "x"
    assert text[role.begin : role.end] == "assume_role {\n  }"
    assert text[provider.begin : provider.end] == text.rstrip()


def test_the_modules_of_this_project_are_read_whole() -> None:
    for file in sorted((ROOT / "modules").glob("*/*.tf")):
        text = file.read_text()
        blocks = read_blocks(text).blocks
        assert len(blocks) == sum(
            line[-2:] in (" {", "{}") and line[0].isalpha()
            for line in (each for each in text.splitlines() if each)
        ), file


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a {\n\n", 3),
        ("a {}\n}", 2),
        ("a = [\n1", 2),
        ("a = (1]\n", 1),
        ('\na = "b', 2),
        ("a = <<X\nb\n", 1),
        ("\n\n!", 3),
        ("a b = 1", 1),
    ],
)
def test_what_is_no_terraform_is_refused_with_its_line(text: str, line: int) -> None:
    with pytest.raises(UnreadableError, match=f"line {line} cannot be read"):
        read_blocks(text)


def test_a_configuration_is_all_files_and_overrides_count_last(tmp_path: Path) -> None:
    (tmp_path / "a_override.tf").write_text('terraform {\n  backend "s3" {\n key = "b"\n }\n}')
    (tmp_path / "main.tf").write_text('terraform {\n  cloud {\n  }\n}\nvariable "x" {}')
    (tmp_path / "more.tf.json").write_text('{"variable": {"y": {"default": 1}}}')
    (tmp_path / ".hidden.tf").write_text("no Terraform")
    (tmp_path / "notes.txt").write_text("no Terraform")
    found = read_configuration(tmp_path)
    assert found["terraform"] == {"backend": {"s3": {"key": "b"}}}
    assert list(found["variable"]) == ["x", "y"]
