# Values that cannot work are refused when Terraform plans. No AWS account is needed.

mock_provider "aws" {}

run "values_that_break_a_rule" {
  command = plan
  variables {
    name                   = "internal-demo"
    version_retention_days = 0
    kms_key_arn            = "mine"
    tags                   = { "aws:team" = "data" }
  }
  expect_failures = [var.name, var.version_retention_days, var.kms_key_arn, var.tags]
}
