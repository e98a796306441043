# A task for DAGs, with the Airflow that starts it. Beside an Airflow that is there: examples/other-state.

terraform {
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 7.0"
    }
  }
}

provider "aws" {
  region = "eu-west-1"
}

module "network" {
  source = "../../../network"

  name = "analytics"
}

module "airflow" {
  source = "../../../airflow"

  name               = "analytics"
  vpc_id             = module.network.vpc_id
  private_subnet_ids = module.network.private_subnet_ids
  image_uri          = var.image_uri

  # For trying it out: with -var temporary=true, a destroy is not refused and leaves nothing behind.
  database            = { final_snapshot = !var.temporary }
  shared_storage      = { backups = !var.temporary }
  credentials         = { recovery_window_days = var.temporary ? 0 : 30 }
  deletion_protection = !var.temporary
}

module "report" {
  source = "../.."

  host       = module.airflow.task_host
  task       = "report" # a DAG starts it by FargateTaskOperator(task="report")
  image_uri  = var.report_image_uri
  cpu        = 512
  memory_mib = 1024
}

variable "image_uri" {
  description = "Airflow's image in a registry, with its tag: docs/modules.md says how it is built."
  type        = string
}

variable "report_image_uri" {
  description = "The task's image in a registry, with its tag: any program, run by a user other than root."
  type        = string
}

variable "temporary" {
  description = "Whether all of this comes and goes: nothing is protected from a destroy, and nothing outlives it."
  type        = bool
  default     = false
}

output "url" {
  value = module.airflow.url
}

output "admin_password_command" {
  value = module.airflow.admin_password_command
}

output "task_host" {
  description = "For tasks of other states."
  value       = module.airflow.task_host
}
