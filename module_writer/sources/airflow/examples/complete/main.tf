# Airflow for a company: HTTPS under a name of its own, DAGs from Git, a database with a standby.

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

data "aws_route53_zone" "company" {
  name = var.domain
}

locals {
  domain_name = "airflow.${var.domain}"
  tags        = { team = "analytics" }
}

module "network" {
  source = "../../../network"

  name     = "analytics"
  az_count = 3
  nat      = "per_az"
  tags     = local.tags
}

module "airflow" {
  source = "../.."

  name               = "analytics"
  vpc_id             = module.network.vpc_id
  private_subnet_ids = module.network.private_subnet_ids
  public_subnet_ids  = module.network.public_subnet_ids
  image_uri          = var.image_uri
  architecture       = "ARM64" # a fifth cheaper; the images are built for it

  # The token for the repository is in the secret analytics/connections/dags_repository (docs/dags.md).
  dags = {
    git = {
      repo_url    = "https://github.com/acme/dags.git"
      subdir      = "dags"
      git_conn_id = "dags_repository"
    }
  }

  configuration = {
    core = { parallelism = "128", max_active_tasks_per_dag = "32" }
  }

  load_balancer = {
    kind                = "application"
    scheme              = "internet-facing"
    plain_http          = false
    certificate_arn     = aws_acm_certificate_validation.airflow.certificate_arn
    domain_name         = local.domain_name
    allowed_cidr_blocks = ["203.0.113.0/24"] # the office
  }

  database = {
    instance_class              = "db.m7g.large"
    multi_az                    = true
    storage_gib                 = 50
    backup_retention_days       = 30
    monitoring_interval_seconds = 60
    final_snapshot              = !var.temporary
  }

  api_server    = { desired_count = 2, cpu = 1024, memory_mib = 2048, workers = 2, exec = var.exec }
  scheduler     = { desired_count = 2, cpu = 1024, memory_mib = 2048, exec = var.exec }
  dag_processor = { exec = var.exec }
  triggerer     = { exec = var.exec }

  worker = {
    desired_count = 4
    cpu           = 2048
    memory_mib    = 8192
    concurrency   = 16
    spot          = true # a third of the price; tasks need retries
    exec          = var.exec

    # What operators of DAGs do in the workers.
    statements = [
      {
        sid       = "ReadReports"
        actions   = ["s3:GetObject"]
        resources = ["arn:aws:s3:::acme-reports/*"]
      },
    ]
  }

  shared_storage      = { backups = !var.temporary }
  credentials         = { recovery_window_days = var.temporary ? 0 : 30 }
  log_retention_days  = 90
  deletion_protection = !var.temporary
  tags                = local.tags
}

resource "aws_acm_certificate" "airflow" {
  domain_name       = local.domain_name
  validation_method = "DNS"
}

resource "aws_route53_record" "validation" {
  for_each = {
    for option in aws_acm_certificate.airflow.domain_validation_options : option.domain_name => option
  }

  zone_id = data.aws_route53_zone.company.zone_id
  name    = each.value.resource_record_name
  type    = each.value.resource_record_type
  records = [each.value.resource_record_value]
  ttl     = 300
}

resource "aws_acm_certificate_validation" "airflow" {
  certificate_arn         = aws_acm_certificate.airflow.arn
  validation_record_fqdns = [for record in aws_route53_record.validation : record.fqdn]
}

resource "aws_route53_record" "airflow" {
  zone_id = data.aws_route53_zone.company.zone_id
  name    = local.domain_name
  type    = "A"

  alias {
    name                   = module.airflow.load_balancer_dns_name
    zone_id                = module.airflow.load_balancer_zone_id
    evaluate_target_health = false
  }
}

variable "domain" {
  description = "Domain of the company, whose public zone is in Route 53."
  type        = string
}

variable "image_uri" {
  description = "Airflow's image in a registry, with its tag, built for ARM64: docs/modules.md says how."
  type        = string
}

variable "exec" {
  description = "Whether people may look into running containers, by ECS Exec."
  type        = bool
  default     = false
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

output "task_host" {
  description = "For modules/task, here or in other states."
  value       = module.airflow.task_host
}

output "worker_host" {
  description = "For modules/worker-pool, here or in other states."
  value       = module.airflow.worker_host
}
