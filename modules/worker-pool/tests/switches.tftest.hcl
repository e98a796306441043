# A pool has its own service, which stands with the deployment's parts. No AWS account is needed.

mock_provider "aws" {
  mock_data "aws_region" {
    defaults = { id = "eu-west-1" }
  }
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
}

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

run "defaults" {
  command = plan

  assert {
    condition     = aws_ecs_task_definition.worker.family == "demo_worker-large"
    error_message = "The family has the deployment's name and the pool's."
  }
  assert {
    condition = contains(
      jsondecode(aws_ecs_task_definition.worker.container_definitions)[1].command, "large",
    )
    error_message = "The workers read the queue of their pool."
  }
  assert {
    condition     = one(aws_ecs_service.worker.capacity_provider_strategy).capacity_provider == "FARGATE"
    error_message = "Workers are not taken away while they work."
  }
  assert {
    condition = (
      aws_vpc_security_group_ingress_rule.database_from_worker.security_group_id
      == "sg-0123456789abcdef2" &&
      aws_vpc_security_group_ingress_rule.endpoints_from_worker[0].security_group_id
      == "sg-0123456789abcdef3"
    )
    error_message = "Workers are let into the database and the endpoints."
  }
}

run "large_workers_on_spot" {
  command = plan
  variables {
    cpu                   = 2048
    memory_mib            = 8192
    desired_count         = 3
    concurrency           = 16
    ephemeral_storage_gib = 50
    spot                  = true
    exec                  = true
    tags                  = { team = "data" }
  }

  assert {
    condition = (
      aws_ecs_task_definition.worker.cpu == "2048" &&
      aws_ecs_task_definition.worker.memory == "8192" &&
      aws_ecs_task_definition.worker.ephemeral_storage[0].size_in_gib == 50
    )
    error_message = "Workers have the size that is asked for."
  }
  assert {
    condition = (
      aws_ecs_service.worker.desired_count == 3 && aws_ecs_service.worker.enable_execute_command &&
      one(aws_ecs_service.worker.capacity_provider_strategy).capacity_provider == "FARGATE_SPOT"
    )
    error_message = "Three of them run on Spot, with ECS Exec."
  }
  assert {
    condition     = aws_ecs_service.worker.tags["team"] == "data"
    error_message = "The service has the tags that are given."
  }
}
