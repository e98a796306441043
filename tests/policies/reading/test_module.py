"""Modules' HCL read into the model, and roots with the modules that they call."""

from pathlib import Path

import pytest
from tests.policies.written import ReadHcl

from airflow_fargate_policies.reading import is_known
from airflow_fargate_policies.resource import DynamicBlocks


def _write(folder: Path, **files: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.tf").write_text(text)
    return folder


def test_a_resource_has_the_same_shape_as_in_a_plan(read_hcl: ReadHcl) -> None:
    (resource,) = read_hcl(
        """
resource "aws_security_group" "service" {
  for_each = var.services
  provider = aws.other
  name     = "service-${each.key}"
  vpc_id   = aws_vpc.main.id
  tags     = { Name = "service" }
  timeouts = null

  ingress {
    from_port       = 443
    security_groups = [aws_security_group.alb.id]
  }
  ingress { from_port = 80 }

  lifecycle {
    create_before_destroy = true
  }
  depends_on = [aws_iam_role.role]
}
"""
    ).resources

    assert (resource.address, resource.type, resource.name) == (
        "aws_security_group.service",
        "aws_security_group",
        "service",
    )
    assert resource.values == {
        "name": "service-${each.key}",
        "vpc_id": "${aws_vpc.main.id}",
        "tags": {"Name": "service"},
        "ingress": [
            {"from_port": 443, "security_groups": ["${aws_security_group.alb.id}"]},
            {"from_port": 80},
        ],
    }
    assert resource.references == {
        "vpc_id": ("aws_vpc.main",),
        "ingress": ("aws_security_group.alb",),
    }


def test_a_block_in_a_block_may_be_called_as_what_is_about_resources(read_hcl: ReadHcl) -> None:
    (resource,) = read_hcl(
        'resource "aws_x" "a" {\n  rule {\n    count = 5\n    provider = "EC2"\n  }\n}\n'
    ).resources

    assert resource.values == {"rule": [{"count": 5, "provider": "EC2"}]}


def test_of_dynamic_blocks_it_is_not_known_how_many_there_are(read_hcl: ReadHcl) -> None:
    (resource,) = read_hcl(
        """
resource "aws_security_group" "g" {
  ingress { from_port = 1 }
  dynamic "ingress" {
    for_each = local.sources
    content {
      security_groups = [aws_security_group.alb.id]
    }
  }
  rule {
    dynamic "filter" {
      for_each = [1]
      content {}
    }
  }
}
locals {
  sources = [aws_vpc.main.id]
}
"""
    ).resources

    ingress = resource.values["ingress"]
    assert isinstance(ingress, DynamicBlocks)
    assert ingress.made == [
        {"from_port": 1},
        {"security_groups": ["${aws_security_group.alb.id}"]},
    ]
    assert not is_known(resource.values["rule"][0]["filter"])
    assert resource.references == {"ingress": ("aws_security_group.alb", "aws_vpc.main")}


def test_exceptions_are_comments_in_the_resources_block(
    read_hcl: ReadHcl, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    with_exceptions, without = read_hcl(
        """# checkov:skip=CKV_AWS_1:Outside of a block it is nobody's.
resource "aws_lb" "alb" {
  # checkov:skip=CKV_AWS_91:The first reason: with a colon.
  // checkov:skip=AF_PUBLIC_INGRESS, CKV_X: no list
  #checkov:skip=CKV_AWS_2,CKV_AWS_3:For both.
  name = "x"
  access_logs {
    # checkov:skip=CKV2_AWS_4
    bucket = "b"
  }
}
resource "aws_lb" "none" {}
"""
    ).resources

    assert [(each.rule, each.reason, each.where) for each in with_exceptions.exceptions] == [
        ("CKV_AWS_91", "The first reason: with a colon.", "module/main.tf:3"),
        ("AF_PUBLIC_INGRESS", "", "module/main.tf:4"),
        ("CKV_AWS_2", "For both.", "module/main.tf:5"),
        ("CKV_AWS_3", "For both.", "module/main.tf:5"),
        ("CKV2_AWS_4", "", "module/main.tf:8"),
    ]
    assert with_exceptions.where == "module/main.tf:2"
    assert without.exceptions == ()
