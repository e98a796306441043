output "admin_password_command" {
  description = "Prints the password of the user admin"
  value       = "aws secretsmanager get-secret-value --region ${local.region} --secret-id ${aws_secretsmanager_secret.credentials_admin_password.arn} --query SecretString --output text"
}

output "admin_password_secret_arn" {
  description = "Secret with the password of the user `admin`."
  value       = aws_secretsmanager_secret.credentials_admin_password.arn
}

output "cluster_arn" {
  description = "ARN of the ECS cluster."
  value       = aws_ecs_cluster.cluster.arn
}

output "cluster_name" {
  description = "ECS cluster"
  value       = aws_ecs_cluster_capacity_providers.cluster.cluster_name
}

output "kms_key_arn" {
  description = "Key that everything is encrypted with."
  value       = local.kms_key_arn
}

output "load_balancer_arn" {
  description = "The load balancer, for AWS WAF."
  value       = aws_lb.load_balancer.arn
}

output "load_balancer_dns_name" {
  description = "Name of the load balancer, for a DNS record of yours"
  value       = aws_lb.load_balancer.dns_name
}

output "load_balancer_zone_id" {
  description = "Route 53 zone of the load balancer's name, for an alias record."
  value       = aws_lb.load_balancer.zone_id
}

output "queue_urls" {
  description = "URL of each worker pool's queue"
  value       = { for k, v in aws_sqs_queue.broker : k => v.url }
}

output "security_group_ids" {
  description = "Security groups, by what they are of."

  value = {
    api_server    = aws_security_group.api_server.id
    dag_processor = aws_security_group.dag_processor.id
    database      = local.database_security_group_id
    load_balancer = aws_security_group.load_balancer.id
    scheduler     = aws_security_group.scheduler.id
    tasks         = aws_security_group.tasks.id
    triggerer     = aws_security_group.triggerer.id
    worker        = aws_security_group.worker_default.id
  }
}

output "task_host" {
  description = "Where tasks run: the input `host` of `modules/task`."

  value = {
    access_point_arn         = aws_efs_access_point.shared_storage_tasks.arn
    access_point_id          = aws_efs_access_point.shared_storage_tasks.id
    architecture             = var.architecture
    cluster_arn              = aws_ecs_cluster.cluster.arn
    file_system_arn          = aws_efs_file_system.shared_storage.arn
    file_system_id           = element(aws_efs_mount_target.shared_storage[*].file_system_id, 0)
    kms_key_arn              = local.kms_key_arn
    log_retention_days       = var.log_retention_days
    name                     = var.name
    permissions_boundary_arn = var.permissions_boundary_arn
    private_subnet_ids       = data.aws_subnet.network_existing_private[*].id
    security_group_ids       = [aws_security_group.tasks.id]
  }
}

output "task_role_arns" {
  description = "Roles of the services' own code, by service: what operators in DAGs may do is what `worker` may."

  value = {
    api_server    = aws_iam_role.api_server_task.arn
    dag_processor = aws_iam_role.dag_processor_task.arn
    scheduler     = aws_iam_role.scheduler_task.arn
    triggerer     = aws_iam_role.triggerer_task.arn
    worker        = aws_iam_role.worker_default_task.arn
  }
}

output "tasks_parameter_path" {
  description = "Path in SSM Parameter Store that tells DAGs which tasks there are"
  value       = "/airflow-fargate/${var.name}/tasks"
}

output "url" {
  description = "Address of the user interface"
  value       = local.url
}

output "worker_host" {
  description = "Where worker pools run: the input `host` of `modules/worker-pool`."

  value = {
    api_secret_key_secret_arn    = aws_secretsmanager_secret.credentials_api_secret_key.arn
    api_server_security_group_id = aws_security_group.api_server.id
    architecture                 = var.architecture
    broker_kms_key_arn           = local.kms_key_arn
    cluster_arn                  = aws_ecs_cluster.cluster.arn
    cluster_name                 = aws_ecs_cluster_capacity_providers.cluster.cluster_name
    credentials_kms_key_arn      = local.kms_key_arn
    dags_bucket_name             = var.dags.s3 != null ? var.dags.s3.bucket_name : null
    dags_kms_key_arn             = var.dags.s3 != null ? var.dags.s3.kms_key_arn : null
    dags_prefix                  = var.dags.s3 != null ? var.dags.s3.prefix : ""
    database_port                = local.database_port
    database_secret_arn          = local.database_secret_arn
    database_secret_kms_key_arn = (
      var.database.existing != null
      ? var.database.existing.secret_kms_key_arn
      : local.kms_key_arn
    )
    database_security_group_id   = local.database_security_group_id
    endpoints_security_group_ids = var.endpoints_security_group_ids
    environment = merge(local.airflow_environment, {
      AIRFLOW_FARGATE_TASKS_PATH = "/airflow-fargate/${var.name}/tasks"
    })
    exec_kms_key_arn         = local.kms_key_arn
    exec_log_group_arn       = aws_cloudwatch_log_group.cluster_exec.arn
    image_repository_arn     = "arn:${local.partition}:ecr:${try("${regex("^([0-9]+)\\.dkr[.-]ecr(?:-fips)?\\.([a-z0-9-]+)\\.[a-z.]+/([^:@]+)", var.image_uri)[1]}:${regex("^([0-9]+)\\.dkr[.-]ecr(?:-fips)?\\.([a-z0-9-]+)\\.[a-z.]+/([^:@]+)", var.image_uri)[0]}:repository/${regex("^([0-9]+)\\.dkr[.-]ecr(?:-fips)?\\.([a-z0-9-]+)\\.[a-z.]+/([^:@]+)", var.image_uri)[2]}", "*:*:repository/_")}"
    image_uri                = var.image_uri
    kms_key_arn              = local.kms_key_arn
    log_retention_days       = var.log_retention_days
    name                     = var.name
    permissions_boundary_arn = var.permissions_boundary_arn
    private_subnet_ids       = data.aws_subnet.network_existing_private[*].id
    queue_arns               = { for k, v in aws_sqs_queue.broker : k => v.arn }
    secret_environment       = var.secret_environment
    task_logs_bucket_arn     = aws_s3_bucket.task_logs.arn
    task_logs_kms_key_arn    = local.kms_key_arn
    vpc_id                   = var.vpc_id
  }

  depends_on = [
    aws_secretsmanager_secret_version.credentials_fernet_key,
    aws_secretsmanager_secret_version.credentials_jwt,
    aws_secretsmanager_secret_version.credentials_api_secret_key,
    aws_secretsmanager_secret_version.credentials_admin_password,
  ]
}
