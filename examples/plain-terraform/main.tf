# Airflow for the team "data": its network, Airflow itself, and the tasks that its DAGs start.
#
# In a repository of your own, the modules come from a tag of this one:
#   source = "git::https://github.com/OWNER/REPOSITORY.git//modules/airflow?ref=v0.1.0"

locals {
  name = "data"

  # The programs that DAGs start by FargateTaskOperator(task="..."), each with its image.
  tasks = {
    count_primes = {
      cpu               = 256
      memory_mib        = 512
      capacity_provider = "FARGATE_SPOT" # a third of the price; the DAG tries again
    }
    even_odd = {
      cpu                 = 512
      memory_mib          = 1024
      shared_storage_path = "/shared"
      environment         = { SHARED_FOLDER = "/shared" }
    }
    numbers = {
      cpu                      = 256
      memory_mib               = 512
      shared_storage_path      = "/shared"
      shared_storage_read_only = true
      environment              = { SHARED_FOLDER = "/shared" }
    }
  }
}

module "network" {
  source    = "../../modules/network"
  providers = { aws = aws.data }

  name       = local.name
  cidr_block = "10.20.0.0/16"
  az_count   = 2
  nat        = "single"
}

module "airflow" {
  source    = "../../modules/airflow"
  providers = { aws = aws.data }

  name               = local.name
  vpc_id             = module.network.vpc_id
  private_subnet_ids = module.network.private_subnet_ids
  public_subnet_ids  = module.network.public_subnet_ids

  image_uri     = var.airflow_image_uri
  configuration = { core = { parallelism = "64" } }

  database       = { instance_class = "db.t4g.micro", final_snapshot = !var.temporary }
  shared_storage = { backups = !var.temporary }
  credentials    = { recovery_window_days = var.temporary ? 0 : 30 }
  encryption_key = { deletion_window_days = var.temporary ? 7 : 30 }
  worker         = { concurrency = 8, spot = true }
  load_balancer  = { scheme = "internal" }

  log_retention_days  = 14
  deletion_protection = !var.temporary
}

module "task" {
  source    = "../../modules/task"
  providers = { aws = aws.data }
  for_each  = local.tasks

  host      = module.airflow.task_host
  task      = each.key
  image_uri = var.task_image_uris[each.key]

  cpu                      = each.value.cpu
  memory_mib               = each.value.memory_mib
  capacity_provider        = try(each.value.capacity_provider, "FARGATE")
  environment              = try(each.value.environment, {})
  shared_storage_path      = try(each.value.shared_storage_path, null)
  shared_storage_read_only = try(each.value.shared_storage_read_only, false)
}
