terraform {
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 7.0"
    }
  }

  backend "s3" {
    bucket       = "acme-terraform-states"
    key          = "data/airflow.tfstate"
    region       = "eu-central-1"
    encrypt      = true
    use_lockfile = true
  }
}
