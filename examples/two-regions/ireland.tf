# Airflow in Ireland.

module "ireland_states" {
  source    = "../../modules/state-backend"
  providers = { aws = aws.ireland }

  name                = "data"
  deletion_protection = !var.temporary
  tags                = { region = "eu-west-1" }
}

module "ireland_network" {
  source    = "../../modules/network"
  providers = { aws = aws.ireland }

  name       = "data"
  cidr_block = "10.41.0.0/16"
  tags       = { region = "eu-west-1" }
}

module "ireland_airflow" {
  source    = "../../modules/airflow"
  providers = { aws = aws.ireland }

  name               = "data"
  vpc_id             = module.ireland_network.vpc_id
  private_subnet_ids = module.ireland_network.private_subnet_ids
  public_subnet_ids  = module.ireland_network.public_subnet_ids
  image_uri          = "${var.registries["eu-west-1"]}/data/airflow:${var.image_tag}"
  worker_pools       = ["reports"]

  database            = { final_snapshot = !var.temporary }
  shared_storage      = { backups = !var.temporary }
  credentials         = { recovery_window_days = var.temporary ? 0 : 30 }
  deletion_protection = !var.temporary
  tags                = { region = "eu-west-1" }
}

module "ireland_reports" {
  source    = "../../modules/worker-pool"
  providers = { aws = aws.ireland }

  host       = module.ireland_airflow.worker_host
  pool       = "reports"
  cpu        = 2048
  memory_mib = 8192
  spot       = true
  tags       = { region = "eu-west-1" }
}

module "ireland_count_primes" {
  source    = "../../modules/task"
  providers = { aws = aws.ireland }

  host      = module.ireland_airflow.task_host
  task      = "count_primes"
  image_uri = "${var.registries["eu-west-1"]}/data/count_primes:${var.image_tag}"
  tags      = { region = "eu-west-1" }
}
