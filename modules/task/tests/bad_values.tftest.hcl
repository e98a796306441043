# Values that cannot work are refused when Terraform plans. No AWS account is needed.

mock_provider "aws" {}

variables {
  host = {
    name               = "demo"
    cluster_arn        = "arn:aws:ecs:eu-west-1:123456789012:cluster/demo"
    private_subnet_ids = ["subnet-0123456789abcdef0"]
    security_group_ids = ["sg-0123456789abcdef0"]
  }
  task      = "report"
  image_uri = "example.com/report:1"
}

run "values_that_break_a_rule" {
  command = plan
  variables {
    task                  = "load-orders"
    image_uri             = "example.com/report"
    ephemeral_storage_gib = 20
    capacity_provider     = "SPOT"
    environment           = { CRM_PASSWORD = "made-up" }
    secrets_kms_key_arn   = "mine"
    statements            = [{ sid = "All", actions = ["s3:*"], resources = ["*"] }]
    writable_paths        = ["tmp"]
    tags                  = { Name = "mine" }
  }
  expect_failures = [
    var.task, var.image_uri, var.ephemeral_storage_gib, var.capacity_provider, var.environment,
    var.secrets_kms_key_arn, var.statements, var.writable_paths, var.tags,
  ]
}

run "values_that_do_not_go_together" {
  command = plan
  variables {
    cpu                 = 256
    memory_mib          = 3072
    environment         = { CRM = "made-up" }
    secrets             = { CRM = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:crm-AbCdEf" }
    shared_storage_path = "/shared"
  }
  expect_failures = [var.memory_mib, var.secrets, var.shared_storage_path]
}

run "host_that_is_none" {
  command = plan
  variables {
    host = {
      name               = "demo"
      cluster_arn        = "demo"
      private_subnet_ids = []
      security_group_ids = []
    }
  }
  expect_failures = [var.host]
}
