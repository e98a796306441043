# Airflow in Frankfurt.

module "frankfurt_states" {
  source    = "../../modules/state-backend"
  providers = { aws = aws.frankfurt }

  name                = "data"
  deletion_protection = !var.temporary
  tags                = { region = "eu-central-1" }
}

module "frankfurt_network" {
  source    = "../../modules/network"
  providers = { aws = aws.frankfurt }

  name       = "data"
  cidr_block = "10.40.0.0/16"
  tags       = { region = "eu-central-1" }
}

module "frankfurt_airflow" {
  source    = "../../modules/airflow"
  providers = { aws = aws.frankfurt }

  name               = "data"
  vpc_id             = module.frankfurt_network.vpc_id
  private_subnet_ids = module.frankfurt_network.private_subnet_ids
  public_subnet_ids  = module.frankfurt_network.public_subnet_ids
  image_uri          = "${var.registries["eu-central-1"]}/data/airflow:${var.image_tag}"
  worker_pools       = ["reports"]

  database            = { final_snapshot = !var.temporary }
  shared_storage      = { backups = !var.temporary }
  credentials         = { recovery_window_days = var.temporary ? 0 : 30 }
  deletion_protection = !var.temporary
  tags                = { region = "eu-central-1" }
}

module "frankfurt_reports" {
  source    = "../../modules/worker-pool"
  providers = { aws = aws.frankfurt }

  host       = module.frankfurt_airflow.worker_host
  pool       = "reports"
  cpu        = 2048
  memory_mib = 8192
  spot       = true
  tags       = { region = "eu-central-1" }
}

module "frankfurt_count_primes" {
  source    = "../../modules/task"
  providers = { aws = aws.frankfurt }

  host      = module.frankfurt_airflow.task_host
  task      = "count_primes"
  image_uri = "${var.registries["eu-central-1"]}/data/count_primes:${var.image_tag}"
  tags      = { region = "eu-central-1" }
}
