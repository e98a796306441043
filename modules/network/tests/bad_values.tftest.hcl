# Values that cannot work are refused when Terraform plans. No AWS account is needed.

mock_provider "aws" {
  mock_data "aws_availability_zones" {
    defaults = { names = ["eu-west-1a", "eu-west-1b"] }
  }
}

variables {
  name = "demo"
}

run "values_that_break_a_rule" {
  command = plan
  variables {
    name                     = "Demo"
    cidr_block               = "10.0.0.0/8"
    az_count                 = 1
    nat                      = "two"
    log_retention_days       = 31
    kms_key_arn              = "mine"
    permissions_boundary_arn = "mine"
    tags                     = { Name = "mine" }
  }
  expect_failures = [
    var.name, var.cidr_block, var.az_count, var.nat, var.log_retention_days, var.kms_key_arn,
    var.permissions_boundary_arn, var.tags,
  ]
}

# The number is allowed, but this region has two zones.
run "more_zones_than_the_region_has" {
  command = plan
  variables {
    az_count = 3
  }
  expect_failures = [aws_subnet.private, aws_subnet.public]
}
