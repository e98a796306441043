# No way to the internet: tasks reach the AWS services that they call through endpoints.

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
  source = "../.."

  name = "analytics"
  nat  = "none"
}

output "endpoints_security_group_ids" {
  description = "For modules/airflow, which lets its tasks in there."
  value       = module.network.endpoints_security_group_ids
}
