# Airflow in a network of its own.

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
  source = "../.."

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

variable "image_uri" {
  description = "Airflow's image in a registry, with its tag: docs/modules.md says how it is built."
  type        = string
}

variable "temporary" {
  description = "Whether all of this comes and goes: nothing is protected from a destroy, and nothing outlives it."
  type        = bool
  default     = false
}

output "url" {
  description = "The user interface, for who is in the VPC or connected to it."
  value       = module.airflow.url
}

output "admin_password_command" {
  description = "Prints the password of the user admin."
  value       = module.airflow.admin_password_command
}

output "task_host" {
  description = "For modules/task, here or in other states."
  value       = module.airflow.task_host
}

output "worker_host" {
  description = "For modules/worker-pool, here or in other states."
  value       = module.airflow.worker_host
}
