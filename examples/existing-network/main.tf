# Airflow in a VPC that is there, with a PostgreSQL that is there.

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

  default_tags {
    tags = { team = "reports" }
  }
}

data "aws_vpc" "company" {
  tags = { Name = "company" }
}

data "aws_subnets" "private" {
  filter {
    name   = "vpc-id"
    values = [data.aws_vpc.company.id]
  }

  tags = { tier = "private" }
}

data "aws_db_instance" "company" {
  db_instance_identifier = "company"
}

module "airflow" {
  source = "../../modules/airflow"

  name               = "reports"
  vpc_id             = data.aws_vpc.company.id
  private_subnet_ids = data.aws_subnets.private.ids
  image_uri          = var.airflow_image_uri

  database = {
    existing = {
      host              = data.aws_db_instance.company.address
      port              = data.aws_db_instance.company.port
      database_name     = data.aws_db_instance.company.db_name
      secret_arn        = data.aws_db_instance.company.master_user_secret[0].secret_arn
      security_group_id = one(data.aws_db_instance.company.vpc_security_groups)
    }
  }

  # An example comes and goes. What is to stay leaves this out, and is protected.
  shared_storage      = { backups = false }
  credentials         = { recovery_window_days = 0 }
  encryption_key      = { deletion_window_days = 7 }
  deletion_protection = false
}

variable "airflow_image_uri" {
  description = "Airflow's image in a registry, with its tag: the DAGs are in it."
  type        = string
}

output "url" {
  description = "Airflow's user interface, for who is in the VPC or connected to it."
  value       = module.airflow.url
}

output "admin_password_command" {
  description = "Prints the password of the user admin."
  value       = module.airflow.admin_password_command
}
