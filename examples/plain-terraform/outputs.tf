output "url" {
  description = "Airflow's user interface, for who is in the VPC or connected to it."
  value       = module.airflow.url
}

output "admin_password_command" {
  description = "Prints the password of the user admin."
  value       = module.airflow.admin_password_command
}

output "task_roles" {
  description = "Roles of the tasks, by their names, for policies of yours."
  value       = { for name, task in module.task : name => task.task_role_arn }
}
