"""How many of a resource there are, in HCL and in Terraform's JSON."""

from typing import Any

import pytest
from tests.policies.written import ReadHcl, ReadStack

from airflow_fargate_policies.reading import is_known
from airflow_fargate_policies.resource import Configuration, Resource


def _by_address(configuration: Configuration) -> dict[str, Resource]:
    return {each.address: each for each in configuration.resources}


def test_a_set_that_is_written_out_gives_a_resource_for_each(read_stack: ReadStack) -> None:
    found = _by_address(
        read_stack(
            {
                "aws_vpc_security_group_ingress_rule": {
                    "in": {
                        "for_each": '${toset(["203.0.113.0/24", "198.51.100.7/32"])}',
                        "cidr_ipv4": "${each.key}",
                        "description": "from ${each.value}, to ${aws_lb.alb.arn} ($${kept})",
                        "policy": '{"a": "${upper(each.key)}"}',
                    }
                }
            }
        )
    )

    assert list(found) == [
        'aws_vpc_security_group_ingress_rule.in["198.51.100.7/32"]',
        'aws_vpc_security_group_ingress_rule.in["203.0.113.0/24"]',
    ]
    assert not any(each.optional for each in found.values())
    values = found['aws_vpc_security_group_ingress_rule.in["203.0.113.0/24"]'].values
    assert values == {
        "cidr_ipv4": "203.0.113.0/24",
        "description": "from 203.0.113.0/24, to ${aws_lb.alb.arn} ($${kept})",
        "policy": '{"a": "${upper("203.0.113.0/24")}"}',
    }
    assert is_known(values["cidr_ipv4"])


@pytest.mark.parametrize("for_each", ["local.rules", "{ a = local.a, b = { port = 2 } }"])
def test_a_map_that_is_written_out_gives_a_resource_for_each(
    read_hcl: ReadHcl, for_each: str
) -> None:
    found = _by_address(
        read_hcl(
            f"""
resource "aws_x" "r" {{
  for_each = {for_each}
  name     = each.key
  port     = each.value.port
  text     = "port ${{each.value.port}}"
  group    = each.value.group
  missing  = each.value.none
  block {{
    keys = [each.key]
  }}
  dynamic "rule" {{
    for_each = var.all
    content {{
      name = "${{each.key}}-${{rule.value}}"
    }}
  }}
}}
locals {{
  rules = {{
    a = {{ port = 1, group = aws_security_group.g.id }}
    b = {{ port = 2 }}
  }}
  a = 1
}}
"""
        )
    )

    assert list(found) == ['aws_x.r["a"]', 'aws_x.r["b"]']
    b = found['aws_x.r["b"]']
    assert b.values == {
        "name": "b",
        "port": 2,
        "text": "port 2",
        "group": "${each.value.group}",
        "missing": "${each.value.none}",
        "block": [{"keys": ["b"]}],
        "rule": "${dynamic.rule}",
    }
    assert b.values["rule"].made == [{"name": "b-${rule.value}"}]
    if for_each == "local.rules":
        a = found['aws_x.r["a"]']
        assert a.values["group"] == "${aws_security_group.g.id}"
        assert a.references == {"group": ("aws_security_group.g",)}


def test_a_number_that_is_written_out_gives_as_many(read_hcl: ReadHcl) -> None:
    found = _by_address(
        read_hcl('resource "aws_x" "r" {\n  count = 2\n  name = "r-${count.index}"\n}\n')
    )

    assert {address: each.values["name"] for address, each in found.items()} == {
        "aws_x.r[0]": "r-0",
        "aws_x.r[1]": "r-1",
    }


@pytest.mark.parametrize("number", ["count = 0", "for_each = {}", "for_each = toset([])"])
def test_a_resource_of_which_there_are_none_is_not_there(read_hcl: ReadHcl, number: str) -> None:
    assert read_hcl(f'resource "aws_x" "r" {{\n  {number}\n}}\n').resources == []


@pytest.mark.parametrize(
    "number",
    [
        "count = var.enabled ? 1 : 0",
        "count = length(var.subnets)",
        "count = local.unknown",
        "count = local.itself",
        "for_each = var.rules",
        "for_each = toset(var.rules)",
        "for_each = { for each in var.rules : each => each }",
        "for_each = merge(local.none, var.rules)",
        "for_each = aws_subnet.public",
    ],
)
def test_a_number_that_is_not_known_leaves_open_whether_there_is_one(
    read_hcl: ReadHcl, number: str
) -> None:
    (resource,) = read_hcl(
        f'resource "aws_x" "r" {{\n  {number}\n}}\nlocals {{\n  itself = local.itself\n}}\n'
    ).resources

    assert resource.address == "aws_x.r"
    assert resource.optional


@pytest.mark.parametrize(
    "number", ["for_each = toset([aws_x.a.id])", "for_each = { (var.a) = 1 }", "count = 1000"]
)
def test_where_there_is_one_for_certain_it_may_stand_for_all(
    read_hcl: ReadHcl, number: str
) -> None:
    (resource,) = read_hcl(f'resource "aws_x" "r" {{\n  {number}\n}}\n').resources

    assert resource.address == "aws_x.r"
    assert not resource.optional


@pytest.mark.parametrize(
    ("number", "optional"),
    [("count = var.on ? 1 : 0", True), ("for_each = var.all", True), ("count = 1", False)],
)
def test_what_is_in_a_module_is_there_if_the_module_is(
    read_hcl: ReadHcl, number: str, optional: Any, tmp_path: Any
) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner/main.tf").write_text('resource "aws_x" "r" {}\n')

    (resource,) = read_hcl(f'module "m" {{\n  source = "../inner"\n  {number}\n}}\n').resources

    assert resource.address == "module.m.aws_x.r"
    assert resource.optional is optional


def test_a_module_of_which_there_are_none_is_not_read(read_hcl: ReadHcl) -> None:
    assert read_hcl('module "m" {\n  source = "../not-there"\n  count = 0\n}\n').resources == []
