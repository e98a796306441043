# Airflow in two regions of one account, from one configuration: every module is called twice, under
# the same name. A provider stands for a region, and Terraform has no loop over providers, so that
# each region has a file of its own.

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
  alias  = "frankfurt"
  region = "eu-central-1"
}

provider "aws" {
  alias  = "ireland"
  region = "eu-west-1"
}

variable "registries" {
  description = "Registries of the images, by region: a task pulls from its own."
  type        = map(string)
}

variable "image_tag" {
  description = "Tag of the images."
  type        = string
}

variable "temporary" {
  description = "Whether all of this comes and goes: nothing is protected from a destroy, and nothing outlives it."
  type        = bool
  default     = false
}

output "urls" {
  description = "Airflow's user interfaces, by region."
  value = {
    eu-central-1 = module.frankfurt_airflow.url
    eu-west-1    = module.ireland_airflow.url
  }
}

output "state_buckets" {
  description = "Buckets for state, by region."
  value = {
    eu-central-1 = module.frankfurt_states.bucket
    eu-west-1    = module.ireland_states.bucket
  }
}
