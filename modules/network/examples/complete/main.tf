# Three zones, each with a NAT gateway of its own, addresses of your choice, flow logs for a year.

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

  name               = "analytics"
  cidr_block         = "10.8.0.0/16"
  az_count           = 3
  nat                = "per_az" # when a zone fails, the others still reach the internet
  log_retention_days = 365
  tags               = { team = "analytics" }
}

output "network" {
  value = module.network
}
