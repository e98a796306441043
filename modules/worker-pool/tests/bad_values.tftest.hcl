# Values that cannot work are refused when Terraform plans. No AWS account is needed.

mock_provider "aws" {}

variables {
  host = {
    name                         = "demo"
    vpc_id                       = "vpc-0123456789abcdef0"
    private_subnet_ids           = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]
    endpoints_security_group_ids = ["sg-0123456789abcdef3"]
    cluster_arn                  = "arn:aws:ecs:eu-west-1:123456789012:cluster/demo"
    cluster_name                 = "demo"
    exec_log_group_arn           = "arn:aws:logs:eu-west-1:123456789012:log-group:/demo/exec"
    image_uri                    = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/airflow:1"
    environment                  = { AIRFLOW__CORE__EXECUTOR = "CeleryExecutor" }
    api_secret_key_secret_arn    = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:api-AbCdEf"
    api_server_security_group_id = "sg-0123456789abcdef1"
    database_secret_arn          = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf"
    database_security_group_id   = "sg-0123456789abcdef2"
    queue_arns                   = { large = "arn:aws:sqs:eu-west-1:123456789012:demo_large" }
    task_logs_log_group_arn      = "arn:aws:logs:eu-west-1:123456789012:log-group:/demo/tasks"
  }
  pool = "large"
}

run "values_that_break_a_rule" {
  command = plan
  variables {
    cpu                   = 300
    desired_count         = -1
    concurrency           = 0
    ephemeral_storage_gib = 20
    statements            = [{ sid = "All", actions = ["s3:*"], resources = ["*"] }]
    tags                  = { Name = "mine" }
  }
  expect_failures = [
    var.cpu, var.desired_count, var.concurrency, var.ephemeral_storage_gib, var.statements, var.tags,
  ]
}

run "values_that_do_not_go_together" {
  command = plan
  variables {
    pool        = "small"
    cpu         = 1024
    memory_mib  = 2048
    concurrency = 16
  }
  expect_failures = [var.pool, var.memory_mib]
}
