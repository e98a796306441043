output "execution_role_arn" {
  description = "Role with which ECS starts workers: pulls the image, reads secrets, writes output."
  value       = aws_iam_role.worker_execution.arn
}

output "log_group_name" {
  description = "Log group of the workers' output."
  value       = aws_cloudwatch_log_group.worker.name
}

output "security_group_id" {
  description = "Security group of the workers."
  value       = aws_security_group.worker.id
}

output "service_name" {
  description = "Name of the ECS service in its cluster."
  value       = aws_ecs_service.worker.name
}

output "task_definition_arn" {
  description = "The task definition, with its revision."
  value       = aws_ecs_task_definition.worker.arn
}

output "task_role_arn" {
  description = "Role of the workers' own code: what operators in DAGs may do."
  value       = aws_iam_role.worker_task.arn
}
