# A bucket for Terraform state. Its own state stays in a file, or moves into it afterwards.

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

module "states" {
  source = "../.."

  name = "acme"

  # To destroy the bucket with all states in it, apply with false first.
  deletion_protection = var.deletion_protection
}

variable "deletion_protection" {
  description = "Whether the bucket refuses to be deleted."
  type        = bool
  default     = true
}

output "backend" {
  description = "For the configurations that keep their state there."
  value       = <<-EOT
    backend "s3" {
      bucket       = "${module.states.bucket}"
      key          = "airflow/terraform.tfstate"
      region       = "eu-west-1"
      use_lockfile = true
    }
  EOT
}
