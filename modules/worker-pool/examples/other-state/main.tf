# A pool on Spot for an Airflow of another configuration, which it knows by that one's output worker_host.

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

data "terraform_remote_state" "airflow" {
  backend = "s3"

  config = {
    bucket = var.state_bucket
    key    = "airflow/terraform.tfstate"
    region = "eu-west-1"
  }
}

module "nightly" {
  source = "../.."

  host          = data.terraform_remote_state.airflow.outputs.worker_host
  pool          = "nightly" # worker_pools of modules/airflow has it too: there is its queue
  cpu           = 2048
  memory_mib    = 8192
  concurrency   = 16
  desired_count = 2
  spot          = true # a third of the price; tasks need retries
  exec          = var.exec

  statements = [
    {
      sid       = "ReadReports"
      actions   = ["s3:GetObject"]
      resources = ["arn:aws:s3:::acme-reports/*"]
    },
  ]

  tags = { team = "reports" }
}

variable "state_bucket" {
  description = "Bucket in which the state of Airflow's configuration is."
  type        = string
}

variable "exec" {
  description = "Whether people may look into running workers, by ECS Exec."
  type        = bool
  default     = false
}

output "task_role_arn" {
  description = "Role of what operators do in these workers."
  value       = module.nightly.task_role_arn
}
