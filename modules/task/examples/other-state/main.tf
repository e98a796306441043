# Tasks for an Airflow of another configuration, which it knows by that one's output task_host.

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

locals {
  # Programs of this repository, by the names that DAGs use.
  tasks = {
    load_orders  = { cpu = 1024, memory_mib = 4096 }
    clean_orders = { cpu = 256, memory_mib = 512 }
  }
}

module "task" {
  source   = "../.."
  for_each = local.tasks

  host              = data.terraform_remote_state.airflow.outputs.task_host
  task              = each.key
  image_uri         = "${var.registry}/orders/${each.key}:${var.image_tag}"
  cpu               = each.value.cpu
  memory_mib        = each.value.memory_mib
  capacity_provider = "FARGATE_SPOT" # a third of the price; the DAGs try again

  shared_storage_path = "/shared"
  environment         = { ORDERS_BUCKET = var.orders_bucket }
  secrets             = { ORDERS_API_TOKEN = aws_secretsmanager_secret.api_token.arn }

  statements = [
    {
      sid       = "ReadAndWriteOrders"
      actions   = ["s3:GetObject", "s3:PutObject"]
      resources = ["arn:aws:s3:::${var.orders_bucket}/*"]
    },
  ]

  tags = { team = "orders" }
}

# Its value is put there by other means: it has no business in a state.
resource "aws_secretsmanager_secret" "api_token" {
  # checkov:skip=CKV2_AWS_57:Who runs the API gives out its tokens; AWS cannot ask for one.

  name       = "orders/api-token"
  kms_key_id = data.terraform_remote_state.airflow.outputs.task_host.kms_key_arn
}

variable "state_bucket" {
  description = "Bucket in which the state of Airflow's configuration is."
  type        = string
}

variable "orders_bucket" {
  description = "Bucket of the orders."
  type        = string
}

variable "registry" {
  description = "Registry of the images, such as 123456789012.dkr.ecr.eu-west-1.amazonaws.com."
  type        = string
}

variable "image_tag" {
  description = "Tag of the images."
  type        = string
}

output "task_roles" {
  description = "Roles of the programs, for policies of yours."
  value       = { for name, task in module.task : name => task.task_role_arn }
}
