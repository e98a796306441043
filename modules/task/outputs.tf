output "execution_role_arn" {
  description = "Role with which ECS starts it: pulls the image, reads its secrets, writes its output."
  value       = aws_iam_role.execution.arn
}

output "log_group_name" {
  description = "Log group of its output."
  value       = aws_cloudwatch_log_group.this.name
}

output "parameter_name" {
  description = "Parameter in SSM Parameter Store that tells DAGs how to start it."
  value       = "/airflow-fargate/${var.host.name}/tasks/${var.task}"
}

output "task" {
  description = "Name of the task, for DAGs."
  value       = var.task
}

output "task_definition_arn" {
  description = "The task definition, with its revision."
  value       = aws_ecs_task_definition.this.arn
}

output "task_role_arn" {
  description = "Role of the program itself."
  value       = aws_iam_role.task.arn
}
