# What is asked for is what is planned: certificate, load balancer, sizes, Spot, database, key and
# DAGs. AWS credentials are needed (`secretsmanager:GetRandomPassword`), and nothing is made.

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

override_data {
  target = data.aws_subnet.network_existing_public[0]
  values = { id = "subnet-0123456789abcdef2", vpc_id = "vpc-0123456789abcdef0" }
}

override_data {
  target = data.aws_subnet.network_existing_public[1]
  values = { id = "subnet-0123456789abcdef3", vpc_id = "vpc-0123456789abcdef0" }
}

variables {
  name               = "demo"
  vpc_id             = "vpc-0123456789abcdef0"
  private_subnet_ids = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]
  image_uri          = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/airflow:1"
}

run "defaults" {
  command = plan

  assert {
    condition     = aws_lb.load_balancer.internal && aws_lb.load_balancer.load_balancer_type == "network"
    error_message = "Airflow is reached from inside the VPC, by a network load balancer."
  }
  assert {
    condition = (
      aws_lb_listener.load_balancer_http[0].protocol == "TCP" &&
      length(aws_lb_listener.load_balancer_https) == 0
    )
    error_message = "Without a certificate there is plain HTTP and nothing else."
  }
  assert {
    condition     = length(aws_kms_key.key) == 1
    error_message = "A key is made."
  }
  assert {
    condition = (
      aws_db_instance.database[0].instance_class == "db.t4g.small" &&
      aws_db_instance.database[0].deletion_protection
    )
    error_message = "The database is a small one and protected."
  }
  assert {
    condition     = keys(aws_sqs_queue.broker) == ["default"]
    error_message = "There is the queue of the pool default."
  }
  assert {
    condition = (
      one(aws_ecs_service.worker_default.capacity_provider_strategy).capacity_provider == "FARGATE"
    )
    error_message = "Workers are not taken away while they work."
  }
}

run "everything_otherwise" {
  command = plan
  variables {
    public_subnet_ids   = ["subnet-0123456789abcdef2", "subnet-0123456789abcdef3"]
    create_kms_key      = false
    kms_key_arn         = "arn:aws:kms:eu-west-1:123456789012:key/mine"
    deletion_protection = false
    worker_pools        = ["large"]
    dags                = { git = { repo_url = "https://github.com/acme/dags.git" } }
    load_balancer = {
      kind                = "application"
      scheme              = "internet-facing"
      plain_http          = false
      certificate_arn     = "arn:aws:acm:eu-west-1:123456789012:certificate/mine"
      allowed_cidr_blocks = ["203.0.113.0/24"]
    }
    database = { instance_class = "db.m7g.large", multi_az = true, monitoring_interval_seconds = 60 }
    worker   = { cpu = 2048, memory_mib = 4096, desired_count = 2, spot = true, exec = true }
  }

  assert {
    condition = (
      aws_lb_listener.load_balancer_https[0].protocol == "HTTPS" &&
      aws_lb_listener.load_balancer_http[0].default_action[0].type == "redirect"
    )
    error_message = "HTTPS is served, and HTTP is sent there."
  }
  assert {
    condition     = aws_lb.load_balancer.subnets == toset(var.public_subnet_ids)
    error_message = "What the internet reaches is in public subnets."
  }
  assert {
    condition = toset([
      for rule in aws_vpc_security_group_ingress_rule.load_balancer_https_from_networks :
      rule.cidr_ipv4
    ]) == toset(["203.0.113.0/24"])
    error_message = "Only the networks that are named get in."
  }
  assert {
    condition = (
      length(aws_kms_key.key) == 0 && aws_db_instance.database[0].kms_key_id == var.kms_key_arn
    )
    error_message = "The key that is given is used, and none is made."
  }
  assert {
    condition = (
      aws_db_instance.database[0].multi_az &&
      !aws_db_instance.database[0].deletion_protection &&
      length(aws_iam_role.database_monitoring) == 1
    )
    error_message = "The database has a second zone and monitoring, and may be destroyed."
  }
  assert {
    condition = (
      aws_ecs_task_definition.worker_default.cpu == "2048" &&
      aws_ecs_task_definition.worker_default.memory == "4096" &&
      aws_ecs_service.worker_default.desired_count == 2 &&
      aws_ecs_service.worker_default.enable_execute_command &&
      one(aws_ecs_service.worker_default.capacity_provider_strategy).capacity_provider == "FARGATE_SPOT"
    )
    error_message = "Two workers of that size run on Spot, with ECS Exec."
  }
  assert {
    condition     = strcontains(local.airflow_environment["AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST"], "acme/dags.git")
    error_message = "Airflow fetches its DAGs from the repository."
  }
  assert {
    condition     = toset(keys(aws_sqs_queue.broker)) == toset(["default", "large"])
    error_message = "The further pool has a queue."
  }
}

run "existing_database_and_dags_in_a_bucket" {
  command = plan
  variables {
    dags = { s3 = { bucket_name = "demo-dags", prefix = "airflow/dags" } }
    database = {
      existing = {
        host              = "db.example.com"
        secret_arn        = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:database-AbCdEf"
        security_group_id = "sg-0123456789abcdef0"
      }
    }
    secrets_backend = "ssm"
  }

  assert {
    condition     = strcontains(local.airflow_environment["AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST"], "demo-dags")
    error_message = "Airflow fetches its DAGs from the bucket."
  }
  assert {
    condition     = length(aws_db_instance.database) + length(aws_db_subnet_group.database) == 0
    error_message = "No database is made."
  }
  assert {
    condition = (
      aws_vpc_security_group_ingress_rule.database_from_scheduler.security_group_id
      == "sg-0123456789abcdef0"
    )
    error_message = "The scheduler is let into the database that is there."
  }
}
