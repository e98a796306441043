# A pool of large workers, with the Airflow that it belongs to. Beside an Airflow that is there: examples/other-state.

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
  worker_pools       = ["large", "nightly"]

  # For trying it out: with -var temporary=true, a destroy is not refused and leaves nothing behind.
  database            = { final_snapshot = !var.temporary }
  shared_storage      = { backups = !var.temporary }
  credentials         = { recovery_window_days = var.temporary ? 0 : 30 }
  deletion_protection = !var.temporary
}

module "large" {
  source = "../.."

  host        = module.airflow.worker_host
  pool        = "large" # of operators with queue="large"
  cpu         = 4096
  memory_mib  = 16384
  concurrency = 4
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
  value = module.airflow.url
}

output "admin_password_command" {
  value = module.airflow.admin_password_command
}

output "worker_host" {
  description = "For worker pools of other states."
  value       = module.airflow.worker_host
}
