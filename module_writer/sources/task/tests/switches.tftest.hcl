# What is asked for stands in the task definition and its roles. No AWS account is needed.

mock_provider "aws" {
  # ARNs that are well-formed: some of them stand in policies.
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
    name               = "demo"
    cluster_arn        = "arn:aws:ecs:eu-west-1:123456789012:cluster/demo"
    private_subnet_ids = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]
    security_group_ids = ["sg-0123456789abcdef0"]
    file_system_id     = "fs-0123456789abcdef0"
    file_system_arn    = "arn:aws:elasticfilesystem:eu-west-1:123456789012:file-system/fs-0123456789abcdef0"
    access_point_id    = "fsap-0123456789abcdef0"
    access_point_arn   = "arn:aws:elasticfilesystem:eu-west-1:123456789012:access-point/fsap-0123456789abcdef0"
  }
  task      = "report"
  image_uri = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/report:1"
}

run "defaults" {
  command = plan

  # Airflow may start the families and pass the roles of its deployment alone: by their names.
  assert {
    condition     = aws_ecs_task_definition.this.family == "demo_task_report"
    error_message = "The family begins with the deployment's name."
  }
  assert {
    condition     = aws_iam_role.task.path == "/airflow-fargate/eu-west-1/demo/"
    error_message = "The role is below the deployment's path."
  }
  assert {
    condition     = output.parameter_name == "/airflow-fargate/demo/tasks/report"
    error_message = "The parameter is where DAGs look the task up."
  }
  assert {
    condition = (
      aws_ecs_task_definition.this.cpu == "256" && aws_ecs_task_definition.this.memory == "512"
    )
    error_message = "A task is as small as Fargate has it."
  }
  assert {
    condition     = jsondecode(aws_ecs_task_definition.this.container_definitions)[0].readonlyRootFilesystem
    error_message = "The container's root file system is read-only."
  }
  assert {
    condition     = length(aws_ecs_task_definition.this.volume) == 0
    error_message = "Shared storage is not mounted unless asked for."
  }
}

run "everything" {
  command = plan
  variables {
    cpu                      = 1024
    memory_mib               = 4096
    ephemeral_storage_gib    = 50
    capacity_provider        = "FARGATE_SPOT"
    environment              = { TEAM = "data" }
    secrets                  = { CRM = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:crm-AbCdEf" }
    shared_storage_path      = "/shared"
    shared_storage_read_only = true
    statements = [
      {
        sid       = "ReadReports"
        actions   = ["s3:GetObject"]
        resources = ["arn:aws:s3:::example-reports/*"]
      },
    ]
  }

  assert {
    condition     = aws_ecs_task_definition.this.ephemeral_storage[0].size_in_gib == 50
    error_message = "The disk has the size that is asked for."
  }
  assert {
    condition = (
      jsondecode(aws_ecs_task_definition.this.container_definitions)[0].environment
      == [{ name = "TEAM", value = "data" }]
    )
    error_message = "The container has the environment variable."
  }
  assert {
    condition = (
      jsondecode(aws_ecs_task_definition.this.container_definitions)[0].secrets
      == [{ name = "CRM", valueFrom = var.secrets["CRM"] }]
    )
    error_message = "The container gets the secret by its ARN, never its value."
  }
  assert {
    condition = (
      one([
        for mount in jsondecode(aws_ecs_task_definition.this.container_definitions)[0].mountPoints :
        mount.readOnly if mount.containerPath == "/shared"
      ])
    )
    error_message = "The shared storage is mounted, to be read only."
  }
  assert {
    condition = contains(
      flatten(jsondecode(aws_iam_role_policy.task[0].policy).Statement[*].Action), "s3:GetObject",
    )
    error_message = "The task's role may do what the statements say."
  }
}
