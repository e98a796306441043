# Values that cannot work are refused when Terraform plans. AWS credentials are needed
# (`secretsmanager:GetRandomPassword`), and nothing is made.

# Terraform has no mocks for ephemeral resources, which Airflow's secrets are made of: so AWS is
# asked for random passwords, and who is asking. Everything else is overridden.
provider "aws" {
  region = "eu-west-1"
}

override_data {
  target = data.aws_caller_identity.current
  values = { account_id = "123456789012" }
}

override_data {
  target = data.aws_vpc.network_existing
  values = { cidr_block = "10.0.0.0/16", enable_dns_hostnames = true, enable_dns_support = true }
}

override_data {
  target = data.aws_subnet.network_existing_private[0]
  values = {
    id                = "subnet-0123456789abcdef0"
    availability_zone = "eu-west-1a"
    vpc_id            = "vpc-0123456789abcdef0"
  }
}

override_data {
  target = data.aws_subnet.network_existing_private[1]
  values = {
    id                = "subnet-0123456789abcdef1"
    availability_zone = "eu-west-1b"
    vpc_id            = "vpc-0123456789abcdef0"
  }
}

variables {
  name               = "demo"
  vpc_id             = "vpc-0123456789abcdef0"
  private_subnet_ids = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]
  image_uri          = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/airflow:1"
}

run "values_that_break_a_rule" {
  command = plan
  variables {
    private_subnet_ids = ["subnet-0123456789abcdef0"]
    architecture       = "arm64"
    environment        = { CRM_PASSWORD = "made-up" }
    configuration      = { core = { executor = "LocalExecutor" } }
    auth_manager       = "fab"
    database           = { instance_class = "db.t3.small" }
    broker             = { message_retention_seconds = 120, visibility_timeout_seconds = 60 }
    shared_storage     = { throughput_mode = "provisioned" }
    credentials        = { recovery_window_days = 3 }
    cluster            = { container_insights = "on" }
    load_balancer      = { plain_http = false }
    api_server         = { workers = 33 }
    scheduler          = { cpu = 300 }
    dag_processor      = { cpu = 256, memory_mib = 8192 }
    triggerer          = { desired_count = -1 }
    worker             = { statements = [{ sid = "All", actions = ["*"], resources = ["*"] }] }
    encryption_key     = { deletion_window_days = 6 }
    worker_pools       = ["default"]
    secrets_backend    = "vault"
    log_retention_days = 31
    create_kms_key     = false
    tags               = { Name = "mine" }
  }
  expect_failures = [
    var.private_subnet_ids, var.architecture, var.environment, var.configuration, var.auth_manager,
    var.database, var.broker, var.shared_storage, var.credentials, var.cluster, var.load_balancer,
    var.api_server, var.scheduler, var.dag_processor, var.triggerer, var.worker, var.encryption_key,
    var.worker_pools, var.secrets_backend, var.log_retention_days, var.kms_key_arn, var.tags,
  ]
}

run "network_that_is_none" {
  command = plan
  variables {
    name                         = "Demo"
    vpc_id                       = "vpc"
    public_subnet_ids            = ["public"]
    endpoints_security_group_ids = ["endpoints"]
    image_uri                    = "airflow"
    dags                         = { git = { repo_url = "git@github.com:acme/dags.git" } }
    permissions_boundary_arn     = "mine"
  }
  expect_failures = [
    var.name, var.vpc_id, var.public_subnet_ids, var.endpoints_security_group_ids, var.image_uri,
    var.dags, var.permissions_boundary_arn,
  ]
}
