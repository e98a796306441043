locals {
  account_id  = data.aws_caller_identity.current.account_id
  partition   = data.aws_partition.current.partition
  region      = data.aws_region.current.id
  kms_key_arn = var.create_kms_key ? one(aws_kms_key.key[*].arn) : var.kms_key_arn
  url         = "${var.load_balancer.plain_http ? "http" : "https"}://${var.load_balancer.domain_name == null ? aws_lb.load_balancer.dns_name : var.load_balancer.domain_name}"

  database_secret_arn = (
    var.database.existing != null
    ? var.database.existing.secret_arn
    : one(aws_db_instance.database[*].master_user_secret[0].secret_arn)
  )

  database_security_group_id = (
    var.database.existing != null
    ? var.database.existing.security_group_id
    : one(aws_security_group.database[*].id)
  )

  database_port = var.database.existing != null ? var.database.existing.port : 5432

  airflow_environment = merge(
    {
      AIRFLOW__CORE__LOAD_EXAMPLES                           = "False"
      AIRFLOW__OPERATORS__DEFAULT_QUEUE                      = concat(["default"], var.worker_pools)[0]
      AIRFLOW__CELERY__OPERATION_TIMEOUT                     = "10"
      AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT    = "180"
      AIRFLOW__SCHEDULER__TASK_QUEUED_TIMEOUT_CHECK_INTERVAL = "30"
      AIRFLOW__TRIGGERER__ON_KILL_TIMEOUT                    = "90"
      AIRFLOW__WORKERS__MAX_FAILED_HEARTBEATS                = "15"
    },
    zipmap(
      flatten([
        for section, v in var.configuration :
        [for key in keys(v) : "AIRFLOW__${replace(upper(section), ".", "_")}__${upper(key)}"]
      ]),
      flatten([for section, v in var.configuration : values(v)]),
    ),
    var.environment,
    {
      AWS_DEFAULT_REGION                                     = local.region
      AIRFLOW_FARGATE_DATABASE_SECRET_ARN                    = local.database_secret_arn
      AIRFLOW__CORE__AUTH_MANAGER                            = var.auth_manager
      AIRFLOW__CORE__EXECUTOR                                = "CeleryExecutor"
      AIRFLOW__CORE__EXECUTION_API_SERVER_URL                = "http://api-server.${aws_service_discovery_private_dns_namespace.cluster.name}:8080/execution/"
      AIRFLOW__CORE__HOSTNAME_CALLABLE                       = "airflow.utils.net.get_host_ip_address"
      AIRFLOW__API__PORT                                     = "8080"
      AIRFLOW__LOGGING__WORKER_LOG_SERVER_PORT               = "8793"
      AIRFLOW__LOGGING__TRIGGER_LOG_SERVER_PORT              = "8794"
      AIRFLOW__SCHEDULER__ENABLE_HEALTH_CHECK                = "True"
      AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_SERVER_HOST = "127.0.0.1"
      AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_SERVER_PORT = "8974"
      AIRFLOW__DATABASE__SQL_ALCHEMY_CONN                    = "postgresql+psycopg2://${var.database.existing != null ? var.database.existing.host : one(aws_db_instance.database[*].address)}:${tostring(local.database_port)}/${var.database.existing != null ? var.database.existing.database_name : one(aws_db_instance.database[*].db_name)}?sslmode=verify-full&sslrootcert=/opt/airflow/rds-ca.pem"
      AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_ASYNC              = "postgresql+asyncpg://${var.database.existing != null ? var.database.existing.host : one(aws_db_instance.database[*].address)}:${tostring(local.database_port)}/${var.database.existing != null ? var.database.existing.database_name : one(aws_db_instance.database[*].db_name)}"
      AIRFLOW__CELERY__RESULT_BACKEND                        = "db+postgresql+psycopg2://${var.database.existing != null ? var.database.existing.host : one(aws_db_instance.database[*].address)}:${tostring(local.database_port)}/${var.database.existing != null ? var.database.existing.database_name : one(aws_db_instance.database[*].db_name)}?sslmode=verify-full&sslrootcert=/opt/airflow/rds-ca.pem"
      AIRFLOW__CELERY__BROKER_URL                            = "sqs://"
      AIRFLOW__CELERY__WORKER_ENABLE_REMOTE_CONTROL          = "False"
      AIRFLOW__CELERY_BROKER_TRANSPORT_OPTIONS__PREDEFINED_QUEUES = jsonencode({
        for k, v in aws_sqs_queue.broker : k => { url = v.url }
      })
      AIRFLOW__CELERY_BROKER_TRANSPORT_OPTIONS__VISIBILITY_TIMEOUT = tostring(
        var.broker.visibility_timeout_seconds,
      )
      AIRFLOW__API__BASE_URL                   = local.url
      AIRFLOW__FAB__COOKIE_SECURE              = startswith(local.url, "https://") ? "True" : "False"
      AIRFLOW__LOGGING__REMOTE_LOGGING         = "True"
      AIRFLOW__LOGGING__REMOTE_BASE_LOG_FOLDER = "s3://${aws_s3_bucket.task_logs.id}"
      AIRFLOW__LOGGING__REMOTE_LOG_CONN_ID     = ""
    },
    (
      var.dags.git != null || var.dags.s3 != null
      ? {
        AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST = (
          var.dags.git != null
          ? jsonencode([
            {
              classpath = "airflow.providers.git.bundles.git.GitDagBundle"
              kwargs = {
                git_conn_id      = var.dags.git.git_conn_id
                refresh_interval = var.dags.git.refresh_interval_seconds
                repo_url         = var.dags.git.repo_url
                subdir           = var.dags.git.subdir
                tracking_ref     = var.dags.git.tracking_ref
              }
              name = "dags-folder"
            },
          ])
          : jsonencode([
            {
              classpath = "airflow.providers.amazon.aws.bundles.s3.S3DagBundle"
              kwargs = {
                aws_conn_id      = null
                bucket_name      = var.dags.s3.bucket_name
                prefix           = var.dags.s3.prefix
                refresh_interval = var.dags.s3.refresh_interval_seconds
              }
              name = "dags-folder"
            },
          ])
        )
      }
      : {}
    ),
  )

  fargate_memory_mib = {
    "256"   = [512, 1024, 2048]
    "512"   = [1024, 2048, 3072, 4096]
    "1024"  = range(2048, 8192 + 1, 1024)
    "2048"  = range(4096, 16384 + 1, 1024)
    "4096"  = range(8192, 30720 + 1, 1024)
    "8192"  = range(16384, 61440 + 1, 4096)
    "16384" = range(32768, 122880 + 1, 8192)
  }

  airflow = jsondecode(file("${path.module}/airflow_options.json"))

  reserved_options = {
    "api.base_url"                                       = "it is the load balancer's address"
    "api.host"                                           = "the load balancer must reach the api-server"
    "api.port"                                           = "the security groups admit this port and no other"
    "api.secret_key"                                     = "it comes from Secrets Manager, where Credentials has made it"
    "api.workers"                                        = "it has a setting of its own, api_server.workers"
    "api_auth.jwt_secret"                                = "it comes from Secrets Manager, where Credentials has made it"
    "celery.broker_url"                                  = "it follows from the Broker"
    "celery.result_backend"                              = "it follows from the database"
    "celery.worker_concurrency"                          = "each pool has its own, worker.concurrency"
    "celery.worker_enable_remote_control"                = "remote control needs a queue for each worker, and the queues are named beforehand"
    "celery_broker_transport_options.predefined_queues"  = "it follows from the Broker"
    "celery_broker_transport_options.region"             = "the queues are in the stack's region"
    "celery_broker_transport_options.visibility_timeout" = "it has a setting of its own, broker.visibility_timeout_seconds"
    "core.auth_manager"                                  = "it has a setting of its own, auth_manager"
    "core.execution_api_server_url"                      = "workers find the api-server by the cluster's private DNS"
    "core.executor"                                      = "the workers are Celery's"
    "core.fernet_key"                                    = "it comes from Secrets Manager, where Credentials has made it"
    "core.hostname_callable"                             = "the api-server fetches the logs of running tasks from the containers' addresses"
    "database.sql_alchemy_conn"                          = "it follows from the database"
    "database.sql_alchemy_conn_async"                    = "it follows from the database"
    "fab.cookie_secure"                                  = "it follows from the load balancer's address: True behind HTTPS"
    "logging.base_log_folder"                            = "it is a volume, and nothing else in the container can be written"
    "logging.encrypt_s3_logs"                            = "where the logs of tasks are kept is said by the module"
    "logging.remote_base_log_folder"                     = "where the logs of tasks are kept is said by the module"
    "logging.remote_log_conn_id"                         = "where the logs of tasks are kept is said by the module"
    "logging.remote_logging"                             = "where the logs of tasks are kept is said by the module"
    "logging.trigger_log_server_port"                    = "the security groups admit this port and no other"
    "logging.worker_log_server_port"                     = "the security groups admit this port and no other"
    "scheduler.enable_health_check"                      = "ECS asks the scheduler's health check there"
    "scheduler.scheduler_health_check_server_host"       = "ECS asks the scheduler's health check there"
    "scheduler.scheduler_health_check_server_port"       = "ECS asks the scheduler's health check there"
    "secrets.backend"                                    = "it has a setting of its own, secrets_backend"
    "secrets.backend_kwargs"                             = "it has a setting of its own, secrets_backend"
    "workers.secrets_backend"                            = "workers ask the api-server for connections and variables, so that their role need not read them all"
    "workers.secrets_backend_kwargs"                     = "workers ask the api-server for connections and variables, so that their role need not read them all"
  }

  reserved_variables = merge(
    {
      AIRFLOW_HOME                      = "it is where the image has Airflow"
      AIRFLOW__OPERATORS__DEFAULT_QUEUE = "give it in `configuration`, where it can be checked"
      AWS_DEFAULT_REGION                = "it is the deployment's region"
      AWS_REGION                        = "it is the deployment's region"
      FORWARDED_ALLOW_IPS               = "it follows from the load balancer"
      TMPDIR                            = "only /tmp can be written to"
    },
    merge([
      for option, reason in local.reserved_options : {
        for ending in ["", "_CMD", "_SECRET"] :
        "AIRFLOW__${upper(replace(option, ".", "__"))}${ending}" => reason
      }
    ]...),
  )
}

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

data "aws_region" "current" {}

################################################################################
# Encryption key
################################################################################

resource "aws_kms_alias" "key" {
  count = var.create_kms_key ? 1 : 0

  name          = "alias/${var.name}"
  target_key_id = one(aws_kms_key.key[*].key_id)
}

resource "aws_kms_key" "key" {
  count = var.create_kms_key ? 1 : 0

  description             = "Encrypts the data of ${var.name}"
  deletion_window_in_days = var.encryption_key.deletion_window_days
  enable_key_rotation     = true

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "LeaveToIam"
        Effect    = "Allow"
        Principal = { AWS = "arn:${local.partition}:iam::${local.account_id}:root" }
        Action    = ["kms:*"]
        Resource  = ["*"]
      },
      {
        Sid       = "LetCloudWatchLogsEncrypt"
        Effect    = "Allow"
        Principal = { Service = "logs.${local.region}.amazonaws.com" }
        Action = [
          "kms:Encrypt",
          "kms:Decrypt",
          "kms:ReEncryptFrom",
          "kms:ReEncryptTo",
          "kms:GenerateDataKey",
          "kms:GenerateDataKeyWithoutPlaintext",
        ]
        Resource = ["*"]
        Condition = {
          ArnLike = {
            "kms:EncryptionContext:aws:logs:arn" = [
              "arn:${local.partition}:logs:${local.region}:${local.account_id}:log-group:/airflow-fargate/${var.name}/*",
              "arn:${local.partition}:logs:${local.region}:${local.account_id}:log-group:/aws/rds/instance/${var.name}-metadata/*",
              "arn:${local.partition}:logs:${local.region}:${local.account_id}:log-group:/aws/ecs/containerinsights/${var.name}/*",
            ]
          }
        }
      },
    ]
  })

  tags = merge(var.tags, { Name = var.name })
}

################################################################################
# Network
################################################################################

resource "aws_vpc_security_group_ingress_rule" "network_endpoints_from_api_server" {
  count = length(var.endpoints_security_group_ids)

  description                  = "Interface endpoints of ${var.name}, from api_server"
  from_port                    = 443
  ip_protocol                  = "tcp"
  referenced_security_group_id = aws_security_group.api_server.id
  security_group_id            = element(var.endpoints_security_group_ids, count.index)
  to_port                      = 443

  tags = var.tags
}

resource "aws_vpc_security_group_ingress_rule" "network_endpoints_from_dag_processor" {
  count = length(var.endpoints_security_group_ids)

  description                  = "Interface endpoints of ${var.name}, from dag_processor"
  from_port                    = 443
  ip_protocol                  = "tcp"
  referenced_security_group_id = aws_security_group.dag_processor.id
  security_group_id            = element(var.endpoints_security_group_ids, count.index)
  to_port                      = 443

  tags = var.tags
}

resource "aws_vpc_security_group_ingress_rule" "network_endpoints_from_scheduler" {
  count = length(var.endpoints_security_group_ids)

  description                  = "Interface endpoints of ${var.name}, from scheduler"
  from_port                    = 443
  ip_protocol                  = "tcp"
  referenced_security_group_id = aws_security_group.scheduler.id
  security_group_id            = element(var.endpoints_security_group_ids, count.index)
  to_port                      = 443

  tags = var.tags
}

resource "aws_vpc_security_group_ingress_rule" "network_endpoints_from_tasks" {
  count = length(var.endpoints_security_group_ids)

  description                  = "Interface endpoints of ${var.name}, from tasks"
  from_port                    = 443
  ip_protocol                  = "tcp"
  referenced_security_group_id = aws_security_group.tasks.id
  security_group_id            = element(var.endpoints_security_group_ids, count.index)
  to_port                      = 443

  tags = var.tags
}

resource "aws_vpc_security_group_ingress_rule" "network_endpoints_from_triggerer" {
  count = length(var.endpoints_security_group_ids)

  description                  = "Interface endpoints of ${var.name}, from triggerer"
  from_port                    = 443
  ip_protocol                  = "tcp"
  referenced_security_group_id = aws_security_group.triggerer.id
  security_group_id            = element(var.endpoints_security_group_ids, count.index)
  to_port                      = 443

  tags = var.tags
}

resource "aws_vpc_security_group_ingress_rule" "network_endpoints_from_worker_default" {
  count = length(var.endpoints_security_group_ids)

  description                  = "Interface endpoints of ${var.name}, from worker_default"
  from_port                    = 443
  ip_protocol                  = "tcp"
  referenced_security_group_id = aws_security_group.worker_default.id
  security_group_id            = element(var.endpoints_security_group_ids, count.index)
  to_port                      = 443

  tags = var.tags
}

data "aws_subnet" "network_existing_private" {
  count = length(var.private_subnet_ids)

  id = element(var.private_subnet_ids, count.index)

  lifecycle {
    postcondition {
      condition     = self.vpc_id == var.vpc_id
      error_message = "Subnet ${self.id} of private_subnet_ids is in VPC ${self.vpc_id}, and vpc_id is ${var.vpc_id}. Give subnets of that VPC."
    }
  }
}

data "aws_subnet" "network_existing_public" {
  count = length(var.public_subnet_ids)

  id = element(var.public_subnet_ids, count.index)

  lifecycle {
    postcondition {
      condition     = self.vpc_id == var.vpc_id
      error_message = "Subnet ${self.id} of public_subnet_ids is in VPC ${self.vpc_id}, and vpc_id is ${var.vpc_id}. Give subnets of that VPC."
    }
  }
}

data "aws_vpc" "network_existing" {
  id = var.vpc_id

  lifecycle {
    postcondition {
      condition     = self.enable_dns_hostnames && self.enable_dns_support
      error_message = "VPC ${var.vpc_id} must have DNS host names and DNS support enabled, for the private names of components and endpoints."
    }

    postcondition {
      condition = (
        length(distinct(data.aws_subnet.network_existing_private[*].availability_zone)) ==
        length(data.aws_subnet.network_existing_private[*].availability_zone)
      )

      error_message = "private_subnet_ids must be in different availability zones: database and file system need one subnet in each. They are in ${join(", ", data.aws_subnet.network_existing_private[*].availability_zone)}."
    }
  }
}

################################################################################
# Metadata database
################################################################################

resource "aws_cloudwatch_log_group" "database_postgresql" {
  # checkov:skip=CKV_AWS_338:How long logs are of use is for who runs this to say, by log_retention_days.

  count = var.database.existing == null ? 1 : 0

  name              = "/aws/rds/instance/${var.name}-metadata/postgresql"
  kms_key_id        = local.kms_key_arn
  retention_in_days = var.log_retention_days

  tags = var.tags
}

resource "aws_cloudwatch_log_group" "database_upgrade" {
  # checkov:skip=CKV_AWS_338:How long logs are of use is for who runs this to say, by log_retention_days.

  count = var.database.existing == null ? 1 : 0

  name              = "/aws/rds/instance/${var.name}-metadata/upgrade"
  kms_key_id        = local.kms_key_arn
  retention_in_days = var.log_retention_days

  tags = var.tags
}

resource "aws_db_instance" "database" {
  # checkov:skip=CKV_AWS_118:Performance Insights and CloudWatch's metrics are on; monitoring_interval_seconds adds the operating system's, at a price.
  # checkov:skip=CKV_AWS_157:Without multi_az no standby is paid for, which costs as much as the instance again.
  # checkov:skip=CKV_AWS_161:RDS makes its password, replaces it every 7 days, and only Secrets Manager knows it; with IAM, each new connection would need a token first.
  # checkov:skip=CKV_AWS_293:Without deletion_protection it is one that comes and goes.

  count = var.database.existing == null ? 1 : 0

  identifier                            = "${var.name}-metadata"
  allocated_storage                     = var.database.storage_gib
  allow_major_version_upgrade           = true
  apply_immediately                     = var.database.apply_immediately
  auto_minor_version_upgrade            = true
  backup_retention_period               = var.database.backup_retention_days
  backup_window                         = var.database.backup_window
  copy_tags_to_snapshot                 = true
  db_name                               = "airflow"
  db_subnet_group_name                  = one(aws_db_subnet_group.database[*].name)
  deletion_protection                   = var.deletion_protection
  enabled_cloudwatch_logs_exports       = ["postgresql", "upgrade"]
  engine                                = "postgres"
  engine_version                        = var.database.engine_version
  final_snapshot_identifier             = "${var.name}-metadata-final-${formatdate("YYYYMMDDhhmmss", timestamp())}"
  iam_database_authentication_enabled   = false
  instance_class                        = var.database.instance_class
  kms_key_id                            = local.kms_key_arn
  maintenance_window                    = var.database.maintenance_window
  manage_master_user_password           = true
  master_user_secret_kms_key_id         = local.kms_key_arn
  max_allocated_storage                 = var.database.max_storage_gib
  monitoring_interval                   = var.database.monitoring_interval_seconds
  monitoring_role_arn                   = one(aws_iam_role.database_monitoring[*].arn)
  multi_az                              = var.database.multi_az
  parameter_group_name                  = one(aws_db_parameter_group.database[*].name)
  performance_insights_enabled          = true
  performance_insights_kms_key_id       = local.kms_key_arn
  performance_insights_retention_period = 7
  port                                  = 5432
  publicly_accessible                   = false
  skip_final_snapshot                   = !var.database.final_snapshot
  storage_encrypted                     = true
  storage_type                          = "gp3"
  username                              = "airflow"
  vpc_security_group_ids                = [one(aws_security_group.database[*].id)]

  tags = merge(var.tags, { Name = "${var.name}-metadata" })

  depends_on = [
    aws_cloudwatch_log_group.database_postgresql,
    aws_cloudwatch_log_group.database_upgrade,
  ]

  lifecycle {
    ignore_changes = [final_snapshot_identifier]
  }
}

resource "aws_db_parameter_group" "database" {
  count = var.database.existing == null ? 1 : 0

  name        = "${var.name}-metadata-postgres${var.database.engine_version}"
  family      = "postgres${var.database.engine_version}"
  description = "PostgreSQL for ${var.name}, with TLS only"

  parameter {
    name  = "rds.force_ssl"
    value = "1"
  }

  tags = merge(var.tags, { Name = "${var.name}-metadata" })

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_db_subnet_group" "database" {
  count = var.database.existing == null ? 1 : 0

  name        = "${var.name}-metadata"
  description = "Private subnets of ${var.name}"
  subnet_ids  = data.aws_subnet.network_existing_private[*].id

  tags = merge(var.tags, { Name = "${var.name}-metadata" })
}

resource "aws_iam_role" "database_monitoring" {
  count = var.database.existing == null && var.database.monitoring_interval_seconds != 0 ? 1 : 0

  name                 = "${var.name}-metadata-monitoring-${local.region}"
  description          = "Writes the operating system's measurements of ${var.name}-metadata"
  path                 = "/"
  permissions_boundary = var.permissions_boundary_arn

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "TrustService"
        Effect    = "Allow"
        Principal = { Service = "monitoring.rds.amazonaws.com" }
        Action    = ["sts:AssumeRole"]
        Condition = {
          StringEquals = { "aws:SourceAccount" = local.account_id }
          ArnLike = {
            "aws:SourceArn" = "arn:${local.partition}:rds:${local.region}:${local.account_id}:db:${var.name}-metadata"
          }
        }
      },
    ]
  })

  tags = var.tags
}

resource "aws_iam_role_policy_attachment" "database_monitoring" {
  count = var.database.existing == null && var.database.monitoring_interval_seconds != 0 ? 1 : 0

  policy_arn = "arn:${local.partition}:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole"
  role       = one(aws_iam_role.database_monitoring[*].name)
}

resource "aws_security_group" "database" {
  count = var.database.existing == null ? 1 : 0

  name        = "${var.name}-metadata"
  description = "Metadata database of ${var.name}"
  vpc_id      = var.vpc_id

  tags = merge(var.tags, { Name = "${var.name}-metadata" })
}

resource "aws_vpc_security_group_ingress_rule" "database_from_api_server" {
  description                  = "Metadata database of ${var.name}, from api_server"
  from_port                    = local.database_port
  ip_protocol                  = "tcp"
  referenced_security_group_id = aws_security_group.api_server.id
  security_group_id            = local.database_security_group_id
  to_port                      = local.database_port

  tags = var.tags
}

resource "aws_vpc_security_group_ingress_rule" "database_from_dag_processor" {
  description                  = "Metadata database of ${var.name}, from dag_processor"
  from_port                    = local.database_port
  ip_protocol                  = "tcp"
  referenced_security_group_id = aws_security_group.dag_processor.id
  security_group_id            = local.database_security_group_id
  to_port                      = local.database_port

  tags = var.tags
}

resource "aws_vpc_security_group_ingress_rule" "database_from_scheduler" {
  description                  = "Metadata database of ${var.name}, from scheduler"
  from_port                    = local.database_port
  ip_protocol                  = "tcp"
  referenced_security_group_id = aws_security_group.scheduler.id
  security_group_id            = local.database_security_group_id
  to_port                      = local.database_port

  tags = var.tags
}

resource "aws_vpc_security_group_ingress_rule" "database_from_triggerer" {
  description                  = "Metadata database of ${var.name}, from triggerer"
  from_port                    = local.database_port
  ip_protocol                  = "tcp"
  referenced_security_group_id = aws_security_group.triggerer.id
  security_group_id            = local.database_security_group_id
  to_port                      = local.database_port

  tags = var.tags
}

resource "aws_vpc_security_group_ingress_rule" "database_from_worker_default" {
  description                  = "Metadata database of ${var.name}, from worker_default"
  from_port                    = local.database_port
  ip_protocol                  = "tcp"
  referenced_security_group_id = aws_security_group.worker_default.id
  security_group_id            = local.database_security_group_id
  to_port                      = local.database_port

  tags = var.tags
}

################################################################################
# Queues
################################################################################

resource "aws_sqs_queue" "broker" {
  for_each = toset(concat(["default"], var.worker_pools))

  name                       = "${var.name}_${each.key}"
  kms_master_key_id          = local.kms_key_arn
  message_retention_seconds  = var.broker.message_retention_seconds
  visibility_timeout_seconds = var.broker.visibility_timeout_seconds

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "DenyWithoutTls"
        Effect    = "Deny"
        Principal = "*"
        Action    = ["sqs:*"]
        Resource = [
          "arn:${local.partition}:sqs:${local.region}:${local.account_id}:${var.name}_${each.key}",
        ]
        Condition = {
          Bool = { "aws:SecureTransport" = "false" }
        }
      },
    ]
  })

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.broker_dead_letter[each.key].arn
    maxReceiveCount     = var.broker.max_receive_count
  })

  tags = merge(var.tags, { Name = "${var.name}_${each.key}" })
}

resource "aws_sqs_queue" "broker_dead_letter" {
  for_each = toset(concat(["default"], var.worker_pools))

  name                      = "${var.name}_${each.key}_dead-letter"
  kms_master_key_id         = local.kms_key_arn
  message_retention_seconds = 1209600

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "DenyWithoutTls"
        Effect    = "Deny"
        Principal = "*"
        Action    = ["sqs:*"]
        Resource = [
          "arn:${local.partition}:sqs:${local.region}:${local.account_id}:${var.name}_${each.key}_dead-letter",
        ]
        Condition = {
          Bool = { "aws:SecureTransport" = "false" }
        }
      },
    ]
  })

  redrive_allow_policy = jsonencode({
    redrivePermission = "byQueue"
    sourceQueueArns = [
      "arn:${local.partition}:sqs:${local.region}:${local.account_id}:${var.name}_${each.key}",
    ]
  })

  tags = merge(var.tags, { Name = "${var.name}_${each.key}_dead-letter" })
}

################################################################################
# Shared storage
################################################################################

resource "aws_efs_backup_policy" "shared_storage" {
  file_system_id = aws_efs_file_system.shared_storage.id

  backup_policy {
    status = var.shared_storage.backups ? "ENABLED" : "DISABLED"
  }
}

resource "aws_efs_file_system" "shared_storage" {
  encrypted       = true
  kms_key_id      = local.kms_key_arn
  throughput_mode = var.shared_storage.throughput_mode

  lifecycle_policy {
    transition_to_ia = var.shared_storage.transition_to_ia
  }

  lifecycle_policy {
    transition_to_primary_storage_class = "AFTER_1_ACCESS"
  }

  tags = merge(var.tags, { Name = "${var.name}-shared-storage" })
}

resource "aws_efs_file_system_policy" "shared_storage" {
  file_system_id = aws_efs_file_system.shared_storage.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "DenyWithoutTls"
        Effect    = "Deny"
        Principal = { AWS = "*" }
        Action    = ["elasticfilesystem:Client*"]
        Resource  = [aws_efs_file_system.shared_storage.arn]
        Condition = {
          Bool = { "aws:SecureTransport" = "false" }
        }
      },
      {
        Sid       = "DenyWithoutMountTarget"
        Effect    = "Deny"
        Principal = { AWS = "*" }
        Action    = ["elasticfilesystem:Client*"]
        Resource  = [aws_efs_file_system.shared_storage.arn]
        Condition = {
          Bool = { "elasticfilesystem:AccessedViaMountTarget" = "false" }
        }
      },
      {
        Sid       = "DenyWithoutAccessPoint"
        Effect    = "Deny"
        Principal = { AWS = "*" }
        Action    = ["elasticfilesystem:Client*"]
        Resource  = [aws_efs_file_system.shared_storage.arn]
        Condition = {
          Null = { "elasticfilesystem:AccessPointArn" = "true" }
        }
      },
    ]
  })
}

resource "aws_efs_mount_target" "shared_storage" {
  count = length(var.private_subnet_ids)

  file_system_id  = aws_efs_file_system.shared_storage.id
  security_groups = [aws_security_group.shared_storage.id]
  subnet_id       = element(data.aws_subnet.network_existing_private[*].id, count.index)
}

resource "aws_security_group" "shared_storage" {
  name        = "${var.name}-shared-storage"
  description = "Shared storage of ${var.name}"
  vpc_id      = var.vpc_id

  tags = merge(var.tags, { Name = "${var.name}-shared-storage" })
}

resource "aws_vpc_security_group_ingress_rule" "shared_storage_from_tasks" {
  description                  = "Shared storage of ${var.name}, from tasks"
  from_port                    = 2049
  ip_protocol                  = "tcp"
  referenced_security_group_id = aws_security_group.tasks.id
  security_group_id            = aws_security_group.shared_storage.id
  to_port                      = 2049

  tags = var.tags
}

################################################################################
# Airflow's secrets
################################################################################

resource "aws_secretsmanager_secret" "credentials_admin_password" {
  # checkov:skip=CKV2_AWS_57:Airflow keeps a hash of it that the scheduler sets when it starts, so that a new one comes with a deployment, by admin_password_version (docs/rotation.md).

  name                    = "${var.name}/credentials/admin_password"
  description             = "Password of the user admin of ${var.name}"
  kms_key_id              = local.kms_key_arn
  recovery_window_in_days = var.credentials.recovery_window_days

  tags = merge(var.tags, { Name = "${var.name}/credentials/admin_password" })
}

resource "aws_secretsmanager_secret" "credentials_api_secret_key" {
  # checkov:skip=CKV2_AWS_57:API server, triggerer and workers must take a new one together, so that it comes with a deployment, by api_secret_key_version (docs/rotation.md).

  name                    = "${var.name}/credentials/api_secret_key"
  description             = "Signs user sessions and requests for logs of ${var.name}"
  kms_key_id              = local.kms_key_arn
  recovery_window_in_days = var.credentials.recovery_window_days

  tags = merge(var.tags, { Name = "${var.name}/credentials/api_secret_key" })
}

resource "aws_secretsmanager_secret" "credentials_fernet_key" {
  # checkov:skip=CKV2_AWS_57:Airflow needs the old key beside the new one until it has encrypted all anew, which four commands do (docs/rotation.md).

  name                    = "${var.name}/credentials/fernet_key"
  description             = "Encrypts what is secret in the database of ${var.name}: one Fernet key, or several with commas between, of which the first encrypts"
  kms_key_id              = local.kms_key_arn
  recovery_window_in_days = var.credentials.recovery_window_days

  tags = merge(var.tags, { Name = "${var.name}/credentials/fernet_key" })
}

resource "aws_secretsmanager_secret" "credentials_jwt" {
  # checkov:skip=CKV2_AWS_57:API server and scheduler must take a new one together, so that it comes with a deployment, by jwt_secret_version (docs/rotation.md).

  name                    = "${var.name}/credentials/jwt_secret"
  description             = "Signs the tokens between the components of ${var.name}"
  kms_key_id              = local.kms_key_arn
  recovery_window_in_days = var.credentials.recovery_window_days

  tags = merge(var.tags, { Name = "${var.name}/credentials/jwt_secret" })
}

resource "aws_secretsmanager_secret_version" "credentials_admin_password" {
  secret_id                = aws_secretsmanager_secret.credentials_admin_password.id
  secret_string_wo         = ephemeral.aws_secretsmanager_random_password.credentials_admin_password.random_password
  secret_string_wo_version = var.credentials.admin_password_version
}

resource "aws_secretsmanager_secret_version" "credentials_api_secret_key" {
  secret_id                = aws_secretsmanager_secret.credentials_api_secret_key.id
  secret_string_wo         = ephemeral.aws_secretsmanager_random_password.credentials_api_secret_key.random_password
  secret_string_wo_version = var.credentials.api_secret_key_version
}

resource "aws_secretsmanager_secret_version" "credentials_fernet_key" {
  secret_id                = aws_secretsmanager_secret.credentials_fernet_key.id
  secret_string_wo_version = 1
  version_stages           = ["AWSCURRENT", "made-by-terraform"]

  secret_string_wo = replace(
    replace(
      base64sha256(
        ephemeral.aws_secretsmanager_random_password.credentials_fernet_key.random_password,
      ),
      "+",
      "-",
    ),
    "/",
    "_",
  )

  lifecycle {
    ignore_changes = [version_stages]
  }
}

resource "aws_secretsmanager_secret_version" "credentials_jwt" {
  secret_id                = aws_secretsmanager_secret.credentials_jwt.id
  secret_string_wo         = ephemeral.aws_secretsmanager_random_password.credentials_jwt.random_password
  secret_string_wo_version = var.credentials.jwt_secret_version
}

ephemeral "aws_secretsmanager_random_password" "credentials_admin_password" {
  exclude_punctuation = true
  password_length     = 32
}

ephemeral "aws_secretsmanager_random_password" "credentials_api_secret_key" {
  exclude_punctuation = true
  password_length     = 64
}

ephemeral "aws_secretsmanager_random_password" "credentials_fernet_key" {
  exclude_punctuation = true
  password_length     = 64
}

ephemeral "aws_secretsmanager_random_password" "credentials_jwt" {
  exclude_punctuation = true
  password_length     = 64
}

################################################################################
# ECS cluster
################################################################################

resource "aws_cloudwatch_log_group" "cluster_container_insights" {
  # checkov:skip=CKV_AWS_338:How long logs are of use is for who runs this to say, by log_retention_days.

  count = var.cluster.container_insights != "disabled" ? 1 : 0

  name              = "/aws/ecs/containerinsights/${var.name}/performance"
  kms_key_id        = local.kms_key_arn
  retention_in_days = var.log_retention_days

  tags = var.tags
}

resource "aws_cloudwatch_log_group" "cluster_exec" {
  # checkov:skip=CKV_AWS_338:How long logs are of use is for who runs this to say, by log_retention_days.

  name              = "/airflow-fargate/${var.name}/ecs-exec"
  kms_key_id        = local.kms_key_arn
  retention_in_days = var.log_retention_days

  tags = var.tags
}

resource "aws_ecs_cluster" "cluster" {
  # checkov:skip=CKV_AWS_65:With container_insights="disabled" its metrics are not paid for.

  name = var.name

  configuration {
    execute_command_configuration {
      kms_key_id = local.kms_key_arn
      logging    = "OVERRIDE"

      log_configuration {
        cloud_watch_encryption_enabled = true
        cloud_watch_log_group_name     = aws_cloudwatch_log_group.cluster_exec.name
      }
    }
  }

  setting {
    name  = "containerInsights"
    value = var.cluster.container_insights
  }

  tags = merge(var.tags, { Name = var.name })

  depends_on = [aws_cloudwatch_log_group.cluster_container_insights]
}

resource "aws_ecs_cluster_capacity_providers" "cluster" {
  capacity_providers = ["FARGATE", "FARGATE_SPOT"]
  cluster_name       = aws_ecs_cluster.cluster.name

  default_capacity_provider_strategy {
    capacity_provider = "FARGATE"
    weight            = 1
  }
}

resource "aws_service_discovery_private_dns_namespace" "cluster" {
  name        = "${var.name}.airflow.internal"
  description = "Services of ${var.name}"
  vpc         = var.vpc_id

  tags = merge(var.tags, { Name = var.name })
}

################################################################################
# Logs of tasks
################################################################################

resource "aws_s3_bucket" "task_logs" {
  # checkov:skip=CKV2_AWS_62:Nothing waits to be told when an object is put into it.
  # checkov:skip=CKV_AWS_144:It is of one region, as everything that it is for: a copy elsewhere would be all that is left.
  # checkov:skip=CKV_AWS_18:CloudTrail's data events say who used it, where an account records them; access logs would need a further bucket, of which the same is asked.
  # checkov:skip=CKV_AWS_21:A log is written once and never changed, so that old versions would only be logs that have expired.

  bucket        = "${var.name}-task-logs-${local.account_id}-${local.region}"
  force_destroy = !var.deletion_protection

  tags = merge(var.tags, { Name = "${var.name}-task-logs-${local.account_id}-${local.region}" })
}

resource "aws_s3_bucket_lifecycle_configuration" "task_logs" {
  bucket = aws_s3_bucket.task_logs.id

  rule {
    id     = "expire-logs"
    status = "Enabled"

    abort_incomplete_multipart_upload {
      days_after_initiation = 1
    }

    expiration {
      days = var.log_retention_days
    }

    filter {
      prefix = ""
    }
  }
}

resource "aws_s3_bucket_ownership_controls" "task_logs" {
  bucket = aws_s3_bucket.task_logs.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_policy" "task_logs" {
  bucket = aws_s3_bucket.task_logs.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "DenyWithoutTls"
        Effect    = "Deny"
        Principal = "*"
        Action    = ["s3:*"]
        Resource  = [aws_s3_bucket.task_logs.arn, "${aws_s3_bucket.task_logs.arn}/*"]
        Condition = {
          Bool = { "aws:SecureTransport" = "false" }
        }
      },
    ]
  })

  depends_on = [aws_s3_bucket_public_access_block.task_logs]
}

resource "aws_s3_bucket_public_access_block" "task_logs" {
  bucket                  = aws_s3_bucket.task_logs.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_server_side_encryption_configuration" "task_logs" {
  bucket = aws_s3_bucket.task_logs.id

  rule {
    bucket_key_enabled = true

    apply_server_side_encryption_by_default {
      kms_master_key_id = local.kms_key_arn
      sse_algorithm     = "aws:kms"
    }
  }
}

################################################################################
# Load balancer
################################################################################

resource "aws_lb" "load_balancer" {
  # checkov:skip=CKV2_AWS_20:Without a certificate there is no HTTPS; plain_http says that this is wanted.
  # checkov:skip=CKV2_AWS_28:It lets in only the networks that allowed_cidr_blocks names; a web ACL of yours can be put before it.
  # checkov:skip=CKV_AWS_131:An application load balancer drops such headers, and a network load balancer knows none.
  # checkov:skip=CKV_AWS_150:Without deletion_protection it is one that comes and goes.
  # checkov:skip=CKV_AWS_91:Airflow's API server logs every request itself, and a network load balancer would log those by TLS only.

  name                             = "${var.name}-lb"
  drop_invalid_header_fields       = var.load_balancer.kind == "application" ? true : null
  enable_cross_zone_load_balancing = true
  enable_deletion_protection       = var.deletion_protection
  internal                         = var.load_balancer.scheme == "internal"
  load_balancer_type               = var.load_balancer.kind
  security_groups                  = [aws_security_group.load_balancer.id]

  subnets = (
    var.load_balancer.scheme == "internal"
    ? data.aws_subnet.network_existing_private[*].id
    : data.aws_subnet.network_existing_public[*].id
  )

  tags = merge(var.tags, { Name = "${var.name}-lb" })

  lifecycle {
    precondition {
      condition = (
        var.load_balancer.scheme == "internal" ||
        length(var.load_balancer.allowed_cidr_blocks) > 0
      )

      error_message = "With the scheme \"internet-facing\", allowed_cidr_blocks must name the networks that may reach the load balancer; \"0.0.0.0/0\" is everybody."
    }

    precondition {
      condition = (
        length(var.load_balancer.scheme == "internal" ? data.aws_subnet.network_existing_private[*].id : data.aws_subnet.network_existing_public[*].id) >=
        (var.load_balancer.kind == "application" ? 2 : 1)
      )

      error_message = "The existing network must have enough subnets for a load balancer of kind ${var.load_balancer.kind}: one for a network load balancer, two in different zones for an application load balancer. Name them in private_subnet_ids, where it is internal, or in public_subnet_ids."
    }
  }
}

resource "aws_lb_listener" "load_balancer_http" {
  # checkov:skip=CKV_AWS_103:Without a certificate there is no HTTPS; plain_http says that this is wanted.
  # checkov:skip=CKV_AWS_2:Without a certificate there is no HTTPS; plain_http says that this is wanted.

  count = (var.load_balancer.plain_http ? true : var.load_balancer.kind == "application") ? 1 : 0

  load_balancer_arn = aws_lb.load_balancer.arn
  port              = 80
  protocol          = var.load_balancer.kind == "application" ? "HTTP" : "TCP"

  default_action {
    target_group_arn = var.load_balancer.plain_http ? aws_lb_target_group.load_balancer.arn : null
    type             = var.load_balancer.plain_http ? "forward" : "redirect"

    dynamic "redirect" {
      for_each = var.load_balancer.plain_http ? [] : [1]

      content {
        port        = "443"
        protocol    = "HTTPS"
        status_code = "HTTP_301"
      }
    }
  }

  tags = merge(var.tags, { Name = "${var.name}-http" })
}

resource "aws_lb_listener" "load_balancer_https" {
  count = var.load_balancer.plain_http ? 0 : 1

  certificate_arn   = var.load_balancer.certificate_arn
  load_balancer_arn = aws_lb.load_balancer.arn
  port              = 443
  protocol          = var.load_balancer.kind == "application" ? "HTTPS" : "TLS"
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"

  default_action {
    target_group_arn = aws_lb_target_group.load_balancer.arn
    type             = "forward"
  }

  tags = merge(var.tags, { Name = "${var.name}-https" })
}

resource "aws_lb_target_group" "load_balancer" {
  # checkov:skip=CKV_AWS_378:Without a certificate there is no HTTPS; plain_http says that this is wanted.

  name                 = "${var.name}-api"
  deregistration_delay = "30"
  port                 = 8080
  protocol             = var.load_balancer.kind == "application" ? "HTTP" : "TCP"
  target_type          = "ip"
  vpc_id               = var.vpc_id

  health_check {
    healthy_threshold   = 2
    interval            = 15
    matcher             = "200"
    path                = "/api/v2/version"
    protocol            = "HTTP"
    timeout             = 5
    unhealthy_threshold = 3
  }

  tags = merge(var.tags, { Name = "${var.name}-api" })
}

resource "aws_security_group" "load_balancer" {
  name        = "${var.name}-load-balancer"
  description = "Load balancer of ${var.name}"
  vpc_id      = var.vpc_id

  tags = merge(var.tags, { Name = "${var.name}-load-balancer" })
}

resource "aws_vpc_security_group_egress_rule" "load_balancer_to_api_server" {
  description                  = "Load balancer of ${var.name}, to api_server"
  from_port                    = 8080
  ip_protocol                  = "tcp"
  referenced_security_group_id = aws_security_group.api_server.id
  security_group_id            = aws_security_group.load_balancer.id
  to_port                      = 8080

  tags = var.tags
}

resource "aws_vpc_security_group_ingress_rule" "load_balancer_http_from_networks" {
  for_each = toset(
    (var.load_balancer.plain_http ? true : var.load_balancer.kind == "application")
    ? var.load_balancer.allowed_cidr_blocks
    : []
  )

  description       = "Load balancer of ${var.name}, http from ${each.key}"
  cidr_ipv4         = each.key
  from_port         = 80
  ip_protocol       = "tcp"
  security_group_id = aws_security_group.load_balancer.id
  to_port           = 80

  tags = var.tags
}

resource "aws_vpc_security_group_ingress_rule" "load_balancer_http_from_vpc" {
  count = (
    ((var.load_balancer.plain_http ? true : var.load_balancer.kind == "application") ? length(var.load_balancer.allowed_cidr_blocks) == 0 : false)
    ? 1
    : 0
  )

  description       = "Load balancer of ${var.name}, http from ${data.aws_vpc.network_existing.cidr_block}"
  cidr_ipv4         = data.aws_vpc.network_existing.cidr_block
  from_port         = 80
  ip_protocol       = "tcp"
  security_group_id = aws_security_group.load_balancer.id
  to_port           = 80

  tags = var.tags
}

resource "aws_vpc_security_group_ingress_rule" "load_balancer_https_from_networks" {
  for_each = toset(var.load_balancer.plain_http ? [] : var.load_balancer.allowed_cidr_blocks)

  description       = "Load balancer of ${var.name}, https from ${each.key}"
  cidr_ipv4         = each.key
  from_port         = 443
  ip_protocol       = "tcp"
  security_group_id = aws_security_group.load_balancer.id
  to_port           = 443

  tags = var.tags
}

resource "aws_vpc_security_group_ingress_rule" "load_balancer_https_from_vpc" {
  count = (
    (var.load_balancer.plain_http ? false : length(var.load_balancer.allowed_cidr_blocks) == 0)
    ? 1
    : 0
  )

  description       = "Load balancer of ${var.name}, https from ${data.aws_vpc.network_existing.cidr_block}"
  cidr_ipv4         = data.aws_vpc.network_existing.cidr_block
  from_port         = 443
  ip_protocol       = "tcp"
  security_group_id = aws_security_group.load_balancer.id
  to_port           = 443

  tags = var.tags
}

################################################################################
# API server
################################################################################

resource "aws_cloudwatch_log_group" "api_server" {
  # checkov:skip=CKV_AWS_338:How long logs are of use is for who runs this to say, by log_retention_days.

  name              = "/airflow-fargate/${var.name}/api-server"
  kms_key_id        = local.kms_key_arn
  retention_in_days = var.log_retention_days

  tags = var.tags
}

resource "aws_ecs_service" "api_server" {
  name                               = "api-server"
  availability_zone_rebalancing      = "ENABLED"
  cluster                            = aws_ecs_cluster_capacity_providers.cluster.cluster_name
  deployment_maximum_percent         = 200
  deployment_minimum_healthy_percent = 100
  desired_count                      = var.api_server.desired_count
  enable_ecs_managed_tags            = true
  enable_execute_command             = var.api_server.exec
  health_check_grace_period_seconds  = 720
  platform_version                   = "LATEST"
  propagate_tags                     = "SERVICE"
  task_definition                    = aws_ecs_task_definition.api_server.arn

  capacity_provider_strategy {
    capacity_provider = "FARGATE"
    weight            = 1
  }

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  load_balancer {
    container_name   = "api-server"
    container_port   = 8080
    target_group_arn = aws_lb_target_group.load_balancer.arn
  }

  network_configuration {
    assign_public_ip = false
    security_groups  = [aws_security_group.api_server.id]
    subnets          = data.aws_subnet.network_existing_private[*].id
  }

  service_registries {
    registry_arn = aws_service_discovery_service.api_server.arn
  }

  tags = merge(var.tags, { Name = "${var.name}-api-server" })

  depends_on = [
    aws_iam_role_policy.api_server_task,
    aws_iam_role_policy.api_server_execution,
    aws_iam_role_policy.api_server_exec,
    aws_secretsmanager_secret_version.credentials_fernet_key,
    aws_secretsmanager_secret_version.credentials_jwt,
    aws_secretsmanager_secret_version.credentials_api_secret_key,
    aws_secretsmanager_secret_version.credentials_admin_password,
    aws_lb_listener.load_balancer_https,
    aws_lb_listener.load_balancer_http,
  ]
}

resource "aws_ecs_task_definition" "api_server" {
  family                   = "${var.name}_api-server"
  cpu                      = var.api_server.cpu
  execution_role_arn       = aws_iam_role.api_server_execution.arn
  memory                   = var.api_server.memory_mib
  network_mode             = "awsvpc"
  requires_compatibilities = ["FARGATE"]
  task_role_arn            = aws_iam_role.api_server_task.arn

  container_definitions = jsonencode([
    {
      name                   = "wait-for-migrations"
      image                  = var.image_uri
      essential              = false
      user                   = "50000:0"
      readonlyRootFilesystem = true
      linuxParameters = {
        initProcessEnabled = true
        capabilities = {
          drop = ["ALL"]
        }
      }
      command = ["airflow", "db", "check-migrations", "--migration-wait-timeout", "600"]
      environment = [
        for k, v in merge(local.airflow_environment, {
          AIRFLOW__SECRETS__BACKEND = (
            var.secrets_backend == "ssm"
            ? "airflow.providers.amazon.aws.secrets.systems_manager.SystemsManagerParameterStoreBackend"
            : "airflow.providers.amazon.aws.secrets.secrets_manager.SecretsManagerBackend"
          )
          AIRFLOW__SECRETS__BACKEND_KWARGS = (
            var.secrets_backend == "ssm"
            ? jsonencode({
              config_prefix              = null
              connections_lookup_pattern = "(?!aws_default$)"
              connections_prefix         = "/airflow-fargate/${var.name}/connections"
              variables_prefix           = "/airflow-fargate/${var.name}/variables"
            })
            : jsonencode({
              config_prefix              = null
              connections_lookup_pattern = "(?!aws_default$)"
              connections_prefix         = "${var.name}/connections"
              variables_prefix           = "${var.name}/variables"
            })
          )
          FORWARDED_ALLOW_IPS = "*"
        }) : { name = k, value = v }
      ]
      secrets = [
        for k, v in merge(var.secret_environment, var.api_server_secret_environment, {
          AIRFLOW__CORE__FERNET_KEY     = aws_secretsmanager_secret.credentials_fernet_key.arn
          AIRFLOW__API_AUTH__JWT_SECRET = aws_secretsmanager_secret.credentials_jwt.arn
          AIRFLOW__API__SECRET_KEY      = aws_secretsmanager_secret.credentials_api_secret_key.arn
        }) : { name = k, valueFrom = v }
      ]
      mountPoints = [
        {
          containerPath = "/opt/airflow/logs"
          sourceVolume  = "opt-airflow-logs"
          readOnly      = false
        },
        {
          containerPath = "/tmp"
          sourceVolume  = "tmp"
          readOnly      = false
        },
      ]
      stopTimeout = 120
      logConfiguration = {
        logDriver = "awslogs"
        options = {
          awslogs-group         = aws_cloudwatch_log_group.api_server.name
          awslogs-region        = local.region
          awslogs-stream-prefix = var.name
          mode                  = "non-blocking"
          max-buffer-size       = "25m"
        }
      }
    },
    {
      name                   = "api-server"
      image                  = var.image_uri
      essential              = true
      user                   = "50000:0"
      readonlyRootFilesystem = true
      linuxParameters = {
        initProcessEnabled = true
        capabilities = {
          drop = ["ALL"]
        }
      }
      command = (
        var.load_balancer.kind == "application"
        ? [
          "airflow",
          "api-server",
          "--workers",
          tostring(var.api_server.workers),
          "--proxy-headers",
        ]
        : ["airflow", "api-server", "--workers", tostring(var.api_server.workers)]
      )
      environment = [
        for k, v in merge(local.airflow_environment, {
          AIRFLOW__SECRETS__BACKEND = (
            var.secrets_backend == "ssm"
            ? "airflow.providers.amazon.aws.secrets.systems_manager.SystemsManagerParameterStoreBackend"
            : "airflow.providers.amazon.aws.secrets.secrets_manager.SecretsManagerBackend"
          )
          AIRFLOW__SECRETS__BACKEND_KWARGS = (
            var.secrets_backend == "ssm"
            ? jsonencode({
              config_prefix              = null
              connections_lookup_pattern = "(?!aws_default$)"
              connections_prefix         = "/airflow-fargate/${var.name}/connections"
              variables_prefix           = "/airflow-fargate/${var.name}/variables"
            })
            : jsonencode({
              config_prefix              = null
              connections_lookup_pattern = "(?!aws_default$)"
              connections_prefix         = "${var.name}/connections"
              variables_prefix           = "${var.name}/variables"
            })
          )
          FORWARDED_ALLOW_IPS = "*"
        }) : { name = k, value = v }
      ]
      secrets = [
        for k, v in merge(var.secret_environment, var.api_server_secret_environment, {
          AIRFLOW__CORE__FERNET_KEY     = aws_secretsmanager_secret.credentials_fernet_key.arn
          AIRFLOW__API_AUTH__JWT_SECRET = aws_secretsmanager_secret.credentials_jwt.arn
          AIRFLOW__API__SECRET_KEY      = aws_secretsmanager_secret.credentials_api_secret_key.arn
        }) : { name = k, valueFrom = v }
      ]
      mountPoints = concat(
        [
          {
            containerPath = "/opt/airflow/logs"
            sourceVolume  = "opt-airflow-logs"
            readOnly      = false
          },
          {
            containerPath = "/tmp"
            sourceVolume  = "tmp"
            readOnly      = false
          },
        ],
        [
          for m in [
            {
              containerPath = "/var/lib/amazon"
              sourceVolume  = "var-lib-amazon"
              readOnly      = false
            },
            {
              containerPath = "/var/log/amazon"
              sourceVolume  = "var-log-amazon"
              readOnly      = false
            },
          ] : m
          if var.api_server.exec
        ],
      )
      portMappings = [
        {
          containerPort = 8080
          hostPort      = 8080
          protocol      = "tcp"
        },
      ]
      healthCheck = {
        command     = ["CMD", "python", "-m", "airflow_fargate_runtime.health", "api-server"]
        interval    = 30
        timeout     = 10
        retries     = 3
        startPeriod = 120
      }
      dependsOn   = [{ containerName = "wait-for-migrations", condition = "SUCCESS" }]
      stopTimeout = 120
      logConfiguration = {
        logDriver = "awslogs"
        options = {
          awslogs-group         = aws_cloudwatch_log_group.api_server.name
          awslogs-region        = local.region
          awslogs-stream-prefix = var.name
          mode                  = "non-blocking"
          max-buffer-size       = "25m"
        }
      }
    },
  ])

  dynamic "volume" {
    for_each = var.api_server.exec ? ["var-lib-amazon", "var-log-amazon"] : []

    content {
      name = volume.value
    }
  }

  runtime_platform {
    cpu_architecture        = var.architecture
    operating_system_family = "LINUX"
  }

  volume {
    name = "tmp"
  }

  volume {
    name = "opt-airflow-logs"
  }

  tags = merge(var.tags, { Name = "${var.name}-api-server" })
}

resource "aws_iam_role" "api_server_execution" {
  name                 = "${var.name}.api-server-${local.region}"
  description          = "How ECS starts api-server of ${var.name}"
  path                 = "/"
  permissions_boundary = var.permissions_boundary_arn

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "TrustService"
        Effect    = "Allow"
        Principal = { Service = "ecs-tasks.amazonaws.com" }
        Action    = ["sts:AssumeRole"]
        Condition = {
          StringEquals = { "aws:SourceAccount" = local.account_id }
          ArnLike = {
            "aws:SourceArn" = "arn:${local.partition}:ecs:${local.region}:${local.account_id}:*"
          }
        }
      },
    ]
  })

  tags = var.tags
}

resource "aws_iam_role" "api_server_task" {
  name                 = "${var.name}+api-server-${local.region}"
  description          = "What api-server of ${var.name} may do"
  path                 = "/"
  permissions_boundary = var.permissions_boundary_arn

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "TrustService"
        Effect    = "Allow"
        Principal = { Service = "ecs-tasks.amazonaws.com" }
        Action    = ["sts:AssumeRole"]
        Condition = {
          StringEquals = { "aws:SourceAccount" = local.account_id }
          ArnLike = {
            "aws:SourceArn" = "arn:${local.partition}:ecs:${local.region}:${local.account_id}:*"
          }
        }
      },
    ]
  })

  tags = var.tags
}

resource "aws_iam_role_policy" "api_server_exec" {
  count = var.api_server.exec ? 1 : 0

  name = "exec"
  role = aws_iam_role.api_server_task.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "OpenExecChannels"
        Effect = "Allow"
        Action = [
          "ssmmessages:CreateControlChannel",
          "ssmmessages:CreateDataChannel",
          "ssmmessages:OpenControlChannel",
          "ssmmessages:OpenDataChannel",
        ]
        Resource = ["*"]
      },
      {
        Sid      = "FindExecLogGroup"
        Effect   = "Allow"
        Action   = ["logs:DescribeLogGroups"]
        Resource = ["arn:${local.partition}:logs:${local.region}:${local.account_id}:log-group:*"]
      },
      {
        Sid      = "WriteExecLogs"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
        Resource = ["${aws_cloudwatch_log_group.cluster_exec.arn}:*"]
      },
      {
        Sid      = "DecryptExecSessions"
        Effect   = "Allow"
        Action   = ["kms:Decrypt"]
        Resource = [local.kms_key_arn]
      },
    ]
  })
}

resource "aws_iam_role_policy" "api_server_execution" {
  name = "access"
  role = aws_iam_role.api_server_execution.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [
        {
          Sid      = "LogInToEcr"
          Effect   = "Allow"
          Action   = ["ecr:GetAuthorizationToken"]
          Resource = ["*"]
        },
        {
          Sid    = "PullImage"
          Effect = "Allow"
          Action = [
            "ecr:BatchCheckLayerAvailability",
            "ecr:BatchGetImage",
            "ecr:GetDownloadUrlForLayer",
          ]
          Resource = [
            "arn:${local.partition}:ecr:${try("${regex("^([0-9]+)\\.dkr[.-]ecr(?:-fips)?\\.([a-z0-9-]+)\\.[a-z.]+/([^:@]+)", var.image_uri)[1]}:${regex("^([0-9]+)\\.dkr[.-]ecr(?:-fips)?\\.([a-z0-9-]+)\\.[a-z.]+/([^:@]+)", var.image_uri)[0]}:repository/${regex("^([0-9]+)\\.dkr[.-]ecr(?:-fips)?\\.([a-z0-9-]+)\\.[a-z.]+/([^:@]+)", var.image_uri)[2]}", "*:*:repository/_")}",
          ]
        },
        {
          Sid      = "WriteLogs"
          Effect   = "Allow"
          Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
          Resource = ["${aws_cloudwatch_log_group.api_server.arn}:*"]
        },
        {
          Sid    = "ReadCredentials"
          Effect = "Allow"
          Action = ["secretsmanager:GetSecretValue"]
          Resource = [
            aws_secretsmanager_secret.credentials_fernet_key.arn,
            aws_secretsmanager_secret.credentials_jwt.arn,
            aws_secretsmanager_secret.credentials_api_secret_key.arn,
          ]
        },
        {
          Sid      = "DecryptCredentials"
          Effect   = "Allow"
          Action   = ["kms:Decrypt"]
          Resource = [local.kms_key_arn]
          Condition = {
            StringEquals = { "kms:ViaService" = "secretsmanager.${local.region}.amazonaws.com" }
            StringLike = {
              "kms:EncryptionContext:SecretARN" = [
                aws_secretsmanager_secret.credentials_fernet_key.arn,
                aws_secretsmanager_secret.credentials_jwt.arn,
                aws_secretsmanager_secret.credentials_api_secret_key.arn,
              ]
            }
          }
        },
      ],
      flatten(
        anytrue([for v in values(merge(var.secret_environment, var.api_server_secret_environment)) : strcontains(v, ":secretsmanager:")])
        ? [
          [
            {
              Sid    = "ReadSecrets"
              Effect = "Allow"
              Action = ["secretsmanager:GetSecretValue"]
              Resource = distinct([
                for v in values(merge(var.secret_environment, var.api_server_secret_environment)) :
                regex("^[^:]*:[^:]*:[^:]*:[^:]*:[^:]*:[^:]*(?::[^:]*)?", v)
                if strcontains(v, ":secretsmanager:")
              ])
            },
          ],
        ]
        : []
      ),
      flatten(
        anytrue([for v in values(merge(var.secret_environment, var.api_server_secret_environment)) : strcontains(v, ":ssm:")])
        ? [
          [
            {
              Sid    = "ReadParameters"
              Effect = "Allow"
              Action = ["ssm:GetParameters"]
              Resource = distinct([
                for v in values(merge(var.secret_environment, var.api_server_secret_environment)) :
                regex("^[^:]*:[^:]*:[^:]*:[^:]*:[^:]*:[^:]*(?::[^:]*)?", v)
                if strcontains(v, ":ssm:")
              ])
            },
          ],
        ]
        : []
      ),
      flatten(
        anytrue([for v in values(merge(var.secret_environment, var.api_server_secret_environment)) : strcontains(v, ":secretsmanager:")])
        ? [
          [
            {
              Sid      = "DecryptSecrets"
              Effect   = "Allow"
              Action   = ["kms:Decrypt"]
              Resource = [local.kms_key_arn]
              Condition = {
                StringEquals = {
                  "kms:ViaService" = "secretsmanager.${local.region}.amazonaws.com"
                  "kms:EncryptionContext:SecretARN" = distinct([
                    for v in values(
                      merge(var.secret_environment, var.api_server_secret_environment),
                    ) : regex("^[^:]*:[^:]*:[^:]*:[^:]*:[^:]*:[^:]*(?::[^:]*)?", v)
                    if strcontains(v, ":secretsmanager:")
                  ])
                }
              }
            },
          ],
        ]
        : []
      ),
      flatten(
        anytrue([for v in values(merge(var.secret_environment, var.api_server_secret_environment)) : strcontains(v, ":ssm:")])
        ? [
          [
            {
              Sid      = "DecryptParameters"
              Effect   = "Allow"
              Action   = ["kms:Decrypt"]
              Resource = [local.kms_key_arn]
              Condition = {
                StringEquals = {
                  "kms:ViaService" = "ssm.${local.region}.amazonaws.com"
                  "kms:EncryptionContext:PARAMETER_ARN" = distinct([
                    for v in values(
                      merge(var.secret_environment, var.api_server_secret_environment),
                    ) : regex("^[^:]*:[^:]*:[^:]*:[^:]*:[^:]*:[^:]*(?::[^:]*)?", v)
                    if strcontains(v, ":ssm:")
                  ])
                }
              }
            },
          ],
        ]
        : []
      ),
    )
  })
}

resource "aws_iam_role_policy" "api_server_task" {
  name = "access"
  role = aws_iam_role.api_server_task.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [
        {
          Sid      = "ReadDatabasePassword"
          Effect   = "Allow"
          Action   = ["secretsmanager:GetSecretValue"]
          Resource = [local.database_secret_arn]
        },
      ],
      flatten(
        (var.database.existing == null ? false : var.database.existing.secret_kms_key_arn == null)
        ? []
        : [
          [
            {
              Sid    = "DecryptDatabasePassword"
              Effect = "Allow"
              Action = ["kms:Decrypt"]
              Resource = [
                (
                  var.database.existing != null
                  ? var.database.existing.secret_kms_key_arn
                  : local.kms_key_arn
                ),
              ]
              Condition = {
                StringEquals = { "kms:ViaService" = "secretsmanager.${local.region}.amazonaws.com" }
                StringLike = {
                  "kms:EncryptionContext:SecretARN" = [local.database_secret_arn]
                }
              }
            },
          ],
        ]
      ),
      flatten(
        "secretsmanager" == var.secrets_backend
        ? [
          [
            {
              Sid    = "ReadConnectionsAndVariables"
              Effect = "Allow"
              Action = ["secretsmanager:GetSecretValue"]
              Resource = [
                "arn:${local.partition}:secretsmanager:${local.region}:${local.account_id}:secret:${var.name}/connections/*",
                "arn:${local.partition}:secretsmanager:${local.region}:${local.account_id}:secret:${var.name}/variables/*",
              ]
            },
            {
              Sid      = "DecryptConnectionsAndVariables"
              Effect   = "Allow"
              Action   = ["kms:Decrypt"]
              Resource = [local.kms_key_arn]
              Condition = {
                StringEquals = { "kms:ViaService" = "secretsmanager.${local.region}.amazonaws.com" }
                StringLike = {
                  "kms:EncryptionContext:SecretARN" = [
                    "arn:${local.partition}:secretsmanager:${local.region}:${local.account_id}:secret:${var.name}/connections/*",
                    "arn:${local.partition}:secretsmanager:${local.region}:${local.account_id}:secret:${var.name}/variables/*",
                  ]
                }
              }
            },
          ],
        ]
        : []
      ),
      flatten(
        "ssm" == var.secrets_backend
        ? [
          [
            {
              Sid    = "ReadConnectionsAndVariables"
              Effect = "Allow"
              Action = ["ssm:GetParameter"]
              Resource = [
                "arn:${local.partition}:ssm:${local.region}:${local.account_id}:parameter/airflow-fargate/${var.name}/connections/*",
                "arn:${local.partition}:ssm:${local.region}:${local.account_id}:parameter/airflow-fargate/${var.name}/variables/*",
              ]
            },
            {
              Sid      = "DecryptConnectionsAndVariables"
              Effect   = "Allow"
              Action   = ["kms:Decrypt"]
              Resource = [local.kms_key_arn]
              Condition = {
                StringEquals = { "kms:ViaService" = "ssm.${local.region}.amazonaws.com" }
                StringLike = {
                  "kms:EncryptionContext:PARAMETER_ARN" = [
                    "arn:${local.partition}:ssm:${local.region}:${local.account_id}:parameter/airflow-fargate/${var.name}/connections/*",
                    "arn:${local.partition}:ssm:${local.region}:${local.account_id}:parameter/airflow-fargate/${var.name}/variables/*",
                  ]
                }
              }
            },
          ],
        ]
        : []
      ),
      [
        {
          Sid      = "ReadTaskLogs"
          Effect   = "Allow"
          Action   = ["s3:GetObject"]
          Resource = ["${aws_s3_bucket.task_logs.arn}/*"]
        },
        {
          Sid      = "ListTaskLogs"
          Effect   = "Allow"
          Action   = ["s3:ListBucket"]
          Resource = [aws_s3_bucket.task_logs.arn]
        },
        {
          Sid      = "DecryptTaskLogs"
          Effect   = "Allow"
          Action   = ["kms:Decrypt"]
          Resource = [local.kms_key_arn]
          Condition = {
            StringEquals = { "kms:ViaService" = "s3.${local.region}.amazonaws.com" }
            StringLike = {
              "kms:EncryptionContext:aws:s3:arn" = [aws_s3_bucket.task_logs.arn]
            }
          }
        },
      ],
      [
        for s in var.api_server.statements : merge(
          {
            Sid      = s.sid
            Effect   = "Allow"
            Action   = s.actions
            Resource = s.resources
          },
          [for c in s.conditions[*] : { Condition = c }]...
        )
      ],
    )
  })
}

resource "aws_security_group" "api_server" {
  name        = "${var.name}_api-server"
  description = "api-server of ${var.name}"
  vpc_id      = var.vpc_id

  tags = merge(var.tags, { Name = "${var.name}_api-server" })
}

resource "aws_service_discovery_service" "api_server" {
  name          = "api-server"
  description   = "Execution API of ${var.name}"
  force_destroy = true

  dns_config {
    namespace_id   = aws_service_discovery_private_dns_namespace.cluster.id
    routing_policy = "MULTIVALUE"

    dns_records {
      ttl  = 10
      type = "A"
    }
  }

  health_check_custom_config {
    failure_threshold = 1
  }

  tags = merge(var.tags, { Name = "${var.name}-api-server" })
}

resource "aws_vpc_security_group_egress_rule" "api_server_to_database" {
  description                  = "api-server of ${var.name}, to database"
  from_port                    = local.database_port
  ip_protocol                  = "tcp"
  referenced_security_group_id = local.database_security_group_id
  security_group_id            = aws_security_group.api_server.id
  to_port                      = local.database_port

  tags = var.tags
}

resource "aws_vpc_security_group_egress_rule" "api_server_to_https" {
  description       = "api-server of ${var.name}, to https"
  cidr_ipv4         = "0.0.0.0/0"
  from_port         = 443
  ip_protocol       = "tcp"
  security_group_id = aws_security_group.api_server.id
  to_port           = 443

  tags = var.tags
}

resource "aws_vpc_security_group_egress_rule" "api_server_to_triggerer" {
  description                  = "api-server of ${var.name}, to triggerer"
  from_port                    = 8794
  ip_protocol                  = "tcp"
  referenced_security_group_id = aws_security_group.triggerer.id
  security_group_id            = aws_security_group.api_server.id
  to_port                      = 8794

  tags = var.tags
}

resource "aws_vpc_security_group_egress_rule" "api_server_to_worker_default" {
  description                  = "api-server of ${var.name}, to worker_default"
  from_port                    = 8793
  ip_protocol                  = "tcp"
  referenced_security_group_id = aws_security_group.worker_default.id
  security_group_id            = aws_security_group.api_server.id
  to_port                      = 8793

  tags = var.tags
}

resource "aws_vpc_security_group_ingress_rule" "api_server_from_load_balancer" {
  description                  = "api-server of ${var.name}, from load_balancer"
  from_port                    = 8080
  ip_protocol                  = "tcp"
  referenced_security_group_id = aws_security_group.load_balancer.id
  security_group_id            = aws_security_group.api_server.id
  to_port                      = 8080

  tags = var.tags
}

resource "aws_vpc_security_group_ingress_rule" "api_server_from_worker_default" {
  description                  = "api-server of ${var.name}, from worker_default"
  from_port                    = 8080
  ip_protocol                  = "tcp"
  referenced_security_group_id = aws_security_group.worker_default.id
  security_group_id            = aws_security_group.api_server.id
  to_port                      = 8080

  tags = var.tags
}

################################################################################
# Scheduler
################################################################################

resource "aws_cloudwatch_log_group" "scheduler" {
  # checkov:skip=CKV_AWS_338:How long logs are of use is for who runs this to say, by log_retention_days.

  name              = "/airflow-fargate/${var.name}/scheduler"
  kms_key_id        = local.kms_key_arn
  retention_in_days = var.log_retention_days

  tags = var.tags
}

resource "aws_ecs_service" "scheduler" {
  name                               = "scheduler"
  availability_zone_rebalancing      = "ENABLED"
  cluster                            = aws_ecs_cluster_capacity_providers.cluster.cluster_name
  deployment_maximum_percent         = 200
  deployment_minimum_healthy_percent = 100
  desired_count                      = var.scheduler.desired_count
  enable_ecs_managed_tags            = true
  enable_execute_command             = var.scheduler.exec
  platform_version                   = "LATEST"
  propagate_tags                     = "SERVICE"
  task_definition                    = aws_ecs_task_definition.scheduler.arn

  capacity_provider_strategy {
    capacity_provider = "FARGATE"
    weight            = 1
  }

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  network_configuration {
    assign_public_ip = false
    security_groups  = [aws_security_group.scheduler.id]
    subnets          = data.aws_subnet.network_existing_private[*].id
  }

  tags = merge(var.tags, { Name = "${var.name}-scheduler" })

  depends_on = [
    aws_iam_role_policy.scheduler_task,
    aws_iam_role_policy.scheduler_execution,
    aws_iam_role_policy.scheduler_exec,
    aws_secretsmanager_secret_version.credentials_fernet_key,
    aws_secretsmanager_secret_version.credentials_jwt,
    aws_secretsmanager_secret_version.credentials_api_secret_key,
    aws_secretsmanager_secret_version.credentials_admin_password,
  ]
}

resource "aws_ecs_task_definition" "scheduler" {
  family                   = "${var.name}_scheduler"
  cpu                      = var.scheduler.cpu
  execution_role_arn       = aws_iam_role.scheduler_execution.arn
  memory                   = var.scheduler.memory_mib
  network_mode             = "awsvpc"
  requires_compatibilities = ["FARGATE"]
  task_role_arn            = aws_iam_role.scheduler_task.arn

  container_definitions = jsonencode([
    {
      name                   = "migrate"
      image                  = var.image_uri
      essential              = false
      user                   = "50000:0"
      readonlyRootFilesystem = true
      linuxParameters = {
        initProcessEnabled = true
        capabilities = {
          drop = ["ALL"]
        }
      }
      command     = ["python", "-m", "airflow_fargate_runtime.prepare"]
      environment = [for k, v in local.airflow_environment : { name = k, value = v }]
      secrets = [
        for k, v in merge(var.secret_environment, {
          AIRFLOW__CORE__FERNET_KEY      = aws_secretsmanager_secret.credentials_fernet_key.arn
          AIRFLOW__API_AUTH__JWT_SECRET  = aws_secretsmanager_secret.credentials_jwt.arn
          AIRFLOW_FARGATE_ADMIN_PASSWORD = aws_secretsmanager_secret.credentials_admin_password.arn
        }) : { name = k, valueFrom = v }
      ]
      mountPoints = [
        {
          containerPath = "/opt/airflow/logs"
          sourceVolume  = "opt-airflow-logs"
          readOnly      = false
        },
        {
          containerPath = "/tmp"
          sourceVolume  = "tmp"
          readOnly      = false
        },
      ]
      stopTimeout = 120
      logConfiguration = {
        logDriver = "awslogs"
        options = {
          awslogs-group         = aws_cloudwatch_log_group.scheduler.name
          awslogs-region        = local.region
          awslogs-stream-prefix = var.name
          mode                  = "non-blocking"
          max-buffer-size       = "25m"
        }
      }
    },
    {
      name                   = "scheduler"
      image                  = var.image_uri
      essential              = true
      user                   = "50000:0"
      readonlyRootFilesystem = true
      linuxParameters = {
        initProcessEnabled = true
        capabilities = {
          drop = ["ALL"]
        }
      }
      command     = ["airflow", "scheduler"]
      environment = [for k, v in local.airflow_environment : { name = k, value = v }]
      secrets = [
        for k, v in merge(var.secret_environment, {
          AIRFLOW__CORE__FERNET_KEY     = aws_secretsmanager_secret.credentials_fernet_key.arn
          AIRFLOW__API_AUTH__JWT_SECRET = aws_secretsmanager_secret.credentials_jwt.arn
        }) : { name = k, valueFrom = v }
      ]
      mountPoints = concat(
        [
          {
            containerPath = "/opt/airflow/logs"
            sourceVolume  = "opt-airflow-logs"
            readOnly      = false
          },
          {
            containerPath = "/tmp"
            sourceVolume  = "tmp"
            readOnly      = false
          },
        ],
        [
          for m in [
            {
              containerPath = "/var/lib/amazon"
              sourceVolume  = "var-lib-amazon"
              readOnly      = false
            },
            {
              containerPath = "/var/log/amazon"
              sourceVolume  = "var-log-amazon"
              readOnly      = false
            },
          ] : m
          if var.scheduler.exec
        ],
      )
      healthCheck = {
        command     = ["CMD", "python", "-m", "airflow_fargate_runtime.health", "scheduler"]
        interval    = 30
        timeout     = 10
        retries     = 3
        startPeriod = 120
      }
      dependsOn   = [{ containerName = "migrate", condition = "SUCCESS" }]
      stopTimeout = 120
      logConfiguration = {
        logDriver = "awslogs"
        options = {
          awslogs-group         = aws_cloudwatch_log_group.scheduler.name
          awslogs-region        = local.region
          awslogs-stream-prefix = var.name
          mode                  = "non-blocking"
          max-buffer-size       = "25m"
        }
      }
    },
  ])

  dynamic "volume" {
    for_each = var.scheduler.exec ? ["var-lib-amazon", "var-log-amazon"] : []

    content {
      name = volume.value
    }
  }

  runtime_platform {
    cpu_architecture        = var.architecture
    operating_system_family = "LINUX"
  }

  volume {
    name = "tmp"
  }

  volume {
    name = "opt-airflow-logs"
  }

  tags = merge(var.tags, { Name = "${var.name}-scheduler" })
}

resource "aws_iam_role" "scheduler_execution" {
  name                 = "${var.name}.scheduler-${local.region}"
  description          = "How ECS starts scheduler of ${var.name}"
  path                 = "/"
  permissions_boundary = var.permissions_boundary_arn

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "TrustService"
        Effect    = "Allow"
        Principal = { Service = "ecs-tasks.amazonaws.com" }
        Action    = ["sts:AssumeRole"]
        Condition = {
          StringEquals = { "aws:SourceAccount" = local.account_id }
          ArnLike = {
            "aws:SourceArn" = "arn:${local.partition}:ecs:${local.region}:${local.account_id}:*"
          }
        }
      },
    ]
  })

  tags = var.tags
}

resource "aws_iam_role" "scheduler_task" {
  name                 = "${var.name}+scheduler-${local.region}"
  description          = "What scheduler of ${var.name} may do"
  path                 = "/"
  permissions_boundary = var.permissions_boundary_arn

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "TrustService"
        Effect    = "Allow"
        Principal = { Service = "ecs-tasks.amazonaws.com" }
        Action    = ["sts:AssumeRole"]
        Condition = {
          StringEquals = { "aws:SourceAccount" = local.account_id }
          ArnLike = {
            "aws:SourceArn" = "arn:${local.partition}:ecs:${local.region}:${local.account_id}:*"
          }
        }
      },
    ]
  })

  tags = var.tags
}

resource "aws_iam_role_policy" "scheduler_exec" {
  count = var.scheduler.exec ? 1 : 0

  name = "exec"
  role = aws_iam_role.scheduler_task.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "OpenExecChannels"
        Effect = "Allow"
        Action = [
          "ssmmessages:CreateControlChannel",
          "ssmmessages:CreateDataChannel",
          "ssmmessages:OpenControlChannel",
          "ssmmessages:OpenDataChannel",
        ]
        Resource = ["*"]
      },
      {
        Sid      = "FindExecLogGroup"
        Effect   = "Allow"
        Action   = ["logs:DescribeLogGroups"]
        Resource = ["arn:${local.partition}:logs:${local.region}:${local.account_id}:log-group:*"]
      },
      {
        Sid      = "WriteExecLogs"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
        Resource = ["${aws_cloudwatch_log_group.cluster_exec.arn}:*"]
      },
      {
        Sid      = "DecryptExecSessions"
        Effect   = "Allow"
        Action   = ["kms:Decrypt"]
        Resource = [local.kms_key_arn]
      },
    ]
  })
}

resource "aws_iam_role_policy" "scheduler_execution" {
  name = "access"
  role = aws_iam_role.scheduler_execution.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [
        {
          Sid      = "LogInToEcr"
          Effect   = "Allow"
          Action   = ["ecr:GetAuthorizationToken"]
          Resource = ["*"]
        },
        {
          Sid    = "PullImage"
          Effect = "Allow"
          Action = [
            "ecr:BatchCheckLayerAvailability",
            "ecr:BatchGetImage",
            "ecr:GetDownloadUrlForLayer",
          ]
          Resource = [
            "arn:${local.partition}:ecr:${try("${regex("^([0-9]+)\\.dkr[.-]ecr(?:-fips)?\\.([a-z0-9-]+)\\.[a-z.]+/([^:@]+)", var.image_uri)[1]}:${regex("^([0-9]+)\\.dkr[.-]ecr(?:-fips)?\\.([a-z0-9-]+)\\.[a-z.]+/([^:@]+)", var.image_uri)[0]}:repository/${regex("^([0-9]+)\\.dkr[.-]ecr(?:-fips)?\\.([a-z0-9-]+)\\.[a-z.]+/([^:@]+)", var.image_uri)[2]}", "*:*:repository/_")}",
          ]
        },
        {
          Sid      = "WriteLogs"
          Effect   = "Allow"
          Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
          Resource = ["${aws_cloudwatch_log_group.scheduler.arn}:*"]
        },
        {
          Sid    = "ReadCredentials"
          Effect = "Allow"
          Action = ["secretsmanager:GetSecretValue"]
          Resource = [
            aws_secretsmanager_secret.credentials_fernet_key.arn,
            aws_secretsmanager_secret.credentials_jwt.arn,
          ]
        },
        {
          Sid      = "DecryptCredentials"
          Effect   = "Allow"
          Action   = ["kms:Decrypt"]
          Resource = [local.kms_key_arn]
          Condition = {
            StringEquals = { "kms:ViaService" = "secretsmanager.${local.region}.amazonaws.com" }
            StringLike = {
              "kms:EncryptionContext:SecretARN" = [
                aws_secretsmanager_secret.credentials_fernet_key.arn,
                aws_secretsmanager_secret.credentials_jwt.arn,
              ]
            }
          }
        },
      ],
      flatten(
        anytrue([for v in values(var.secret_environment) : strcontains(v, ":secretsmanager:")])
        ? [
          [
            {
              Sid    = "ReadSecrets"
              Effect = "Allow"
              Action = ["secretsmanager:GetSecretValue"]
              Resource = distinct([
                for v in values(var.secret_environment) :
                regex("^[^:]*:[^:]*:[^:]*:[^:]*:[^:]*:[^:]*(?::[^:]*)?", v)
                if strcontains(v, ":secretsmanager:")
              ])
            },
          ],
        ]
        : []
      ),
      flatten(
        anytrue([for v in values(var.secret_environment) : strcontains(v, ":ssm:")])
        ? [
          [
            {
              Sid    = "ReadParameters"
              Effect = "Allow"
              Action = ["ssm:GetParameters"]
              Resource = distinct([
                for v in values(var.secret_environment) :
                regex("^[^:]*:[^:]*:[^:]*:[^:]*:[^:]*:[^:]*(?::[^:]*)?", v)
                if strcontains(v, ":ssm:")
              ])
            },
          ],
        ]
        : []
      ),
      flatten(
        anytrue([for v in values(var.secret_environment) : strcontains(v, ":secretsmanager:")])
        ? [
          [
            {
              Sid      = "DecryptSecrets"
              Effect   = "Allow"
              Action   = ["kms:Decrypt"]
              Resource = [local.kms_key_arn]
              Condition = {
                StringEquals = {
                  "kms:ViaService" = "secretsmanager.${local.region}.amazonaws.com"
                  "kms:EncryptionContext:SecretARN" = distinct([
                    for v in values(var.secret_environment) :
                    regex("^[^:]*:[^:]*:[^:]*:[^:]*:[^:]*:[^:]*(?::[^:]*)?", v)
                    if strcontains(v, ":secretsmanager:")
                  ])
                }
              }
            },
          ],
        ]
        : []
      ),
      flatten(
        anytrue([for v in values(var.secret_environment) : strcontains(v, ":ssm:")])
        ? [
          [
            {
              Sid      = "DecryptParameters"
              Effect   = "Allow"
              Action   = ["kms:Decrypt"]
              Resource = [local.kms_key_arn]
              Condition = {
                StringEquals = {
                  "kms:ViaService" = "ssm.${local.region}.amazonaws.com"
                  "kms:EncryptionContext:PARAMETER_ARN" = distinct([
                    for v in values(var.secret_environment) :
                    regex("^[^:]*:[^:]*:[^:]*:[^:]*:[^:]*:[^:]*(?::[^:]*)?", v)
                    if strcontains(v, ":ssm:")
                  ])
                }
              }
            },
          ],
        ]
        : []
      ),
      [
        {
          Sid      = "ReadAdminPassword"
          Effect   = "Allow"
          Action   = ["secretsmanager:GetSecretValue"]
          Resource = [aws_secretsmanager_secret.credentials_admin_password.arn]
        },
        {
          Sid      = "DecryptAdminPassword"
          Effect   = "Allow"
          Action   = ["kms:Decrypt"]
          Resource = [local.kms_key_arn]
          Condition = {
            StringEquals = { "kms:ViaService" = "secretsmanager.${local.region}.amazonaws.com" }
            StringLike = {
              "kms:EncryptionContext:SecretARN" = [
                aws_secretsmanager_secret.credentials_admin_password.arn,
              ]
            }
          }
        },
      ],
    )
  })
}

resource "aws_iam_role_policy" "scheduler_task" {
  name = "access"
  role = aws_iam_role.scheduler_task.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [
        {
          Sid      = "ReadDatabasePassword"
          Effect   = "Allow"
          Action   = ["secretsmanager:GetSecretValue"]
          Resource = [local.database_secret_arn]
        },
      ],
      flatten(
        (var.database.existing == null ? false : var.database.existing.secret_kms_key_arn == null)
        ? []
        : [
          [
            {
              Sid    = "DecryptDatabasePassword"
              Effect = "Allow"
              Action = ["kms:Decrypt"]
              Resource = [
                (
                  var.database.existing != null
                  ? var.database.existing.secret_kms_key_arn
                  : local.kms_key_arn
                ),
              ]
              Condition = {
                StringEquals = { "kms:ViaService" = "secretsmanager.${local.region}.amazonaws.com" }
                StringLike = {
                  "kms:EncryptionContext:SecretARN" = [local.database_secret_arn]
                }
              }
            },
          ],
        ]
      ),
      [
        {
          Sid      = "SendTasks"
          Effect   = "Allow"
          Action   = ["sqs:GetQueueAttributes", "sqs:SendMessage"]
          Resource = values(aws_sqs_queue.broker)[*].arn
        },
        {
          Sid      = "SendTasksWithKey"
          Effect   = "Allow"
          Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
          Resource = [local.kms_key_arn]
          Condition = {
            StringEquals = { "kms:ViaService" = "sqs.${local.region}.amazonaws.com" }
          }
        },
      ],
      [
        for s in var.scheduler.statements : merge(
          {
            Sid      = s.sid
            Effect   = "Allow"
            Action   = s.actions
            Resource = s.resources
          },
          [for c in s.conditions[*] : { Condition = c }]...
        )
      ],
    )
  })
}

resource "aws_security_group" "scheduler" {
  name        = "${var.name}_scheduler"
  description = "scheduler of ${var.name}"
  vpc_id      = var.vpc_id

  tags = merge(var.tags, { Name = "${var.name}_scheduler" })
}

resource "aws_vpc_security_group_egress_rule" "scheduler_to_database" {
  description                  = "scheduler of ${var.name}, to database"
  from_port                    = local.database_port
  ip_protocol                  = "tcp"
  referenced_security_group_id = local.database_security_group_id
  security_group_id            = aws_security_group.scheduler.id
  to_port                      = local.database_port

  tags = var.tags
}

resource "aws_vpc_security_group_egress_rule" "scheduler_to_https" {
  description       = "scheduler of ${var.name}, to https"
  cidr_ipv4         = "0.0.0.0/0"
  from_port         = 443
  ip_protocol       = "tcp"
  security_group_id = aws_security_group.scheduler.id
  to_port           = 443

  tags = var.tags
}

################################################################################
# DAG processor
################################################################################

resource "aws_cloudwatch_log_group" "dag_processor" {
  # checkov:skip=CKV_AWS_338:How long logs are of use is for who runs this to say, by log_retention_days.

  name              = "/airflow-fargate/${var.name}/dag-processor"
  kms_key_id        = local.kms_key_arn
  retention_in_days = var.log_retention_days

  tags = var.tags
}

resource "aws_ecs_service" "dag_processor" {
  name                               = "dag-processor"
  availability_zone_rebalancing      = "ENABLED"
  cluster                            = aws_ecs_cluster_capacity_providers.cluster.cluster_name
  deployment_maximum_percent         = 200
  deployment_minimum_healthy_percent = 100
  desired_count                      = var.dag_processor.desired_count
  enable_ecs_managed_tags            = true
  enable_execute_command             = var.dag_processor.exec
  platform_version                   = "LATEST"
  propagate_tags                     = "SERVICE"
  task_definition                    = aws_ecs_task_definition.dag_processor.arn

  capacity_provider_strategy {
    capacity_provider = "FARGATE"
    weight            = 1
  }

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  network_configuration {
    assign_public_ip = false
    security_groups  = [aws_security_group.dag_processor.id]
    subnets          = data.aws_subnet.network_existing_private[*].id
  }

  tags = merge(var.tags, { Name = "${var.name}-dag-processor" })

  depends_on = [
    aws_iam_role_policy.dag_processor_task,
    aws_iam_role_policy.dag_processor_execution,
    aws_iam_role_policy.dag_processor_exec,
    aws_secretsmanager_secret_version.credentials_fernet_key,
    aws_secretsmanager_secret_version.credentials_jwt,
    aws_secretsmanager_secret_version.credentials_api_secret_key,
    aws_secretsmanager_secret_version.credentials_admin_password,
  ]
}

resource "aws_ecs_task_definition" "dag_processor" {
  family                   = "${var.name}_dag-processor"
  cpu                      = var.dag_processor.cpu
  execution_role_arn       = aws_iam_role.dag_processor_execution.arn
  memory                   = var.dag_processor.memory_mib
  network_mode             = "awsvpc"
  requires_compatibilities = ["FARGATE"]
  task_role_arn            = aws_iam_role.dag_processor_task.arn

  container_definitions = jsonencode([
    {
      name                   = "wait-for-migrations"
      image                  = var.image_uri
      essential              = false
      user                   = "50000:0"
      readonlyRootFilesystem = true
      linuxParameters = {
        initProcessEnabled = true
        capabilities = {
          drop = ["ALL"]
        }
      }
      command = ["airflow", "db", "check-migrations", "--migration-wait-timeout", "600"]
      environment = [
        for k, v in merge(local.airflow_environment, {
          AIRFLOW__SECRETS__BACKEND = (
            var.secrets_backend == "ssm"
            ? "airflow.providers.amazon.aws.secrets.systems_manager.SystemsManagerParameterStoreBackend"
            : "airflow.providers.amazon.aws.secrets.secrets_manager.SecretsManagerBackend"
          )
          AIRFLOW__SECRETS__BACKEND_KWARGS = (
            var.secrets_backend == "ssm"
            ? jsonencode({
              config_prefix              = null
              connections_lookup_pattern = "(?!aws_default$)"
              connections_prefix         = "/airflow-fargate/${var.name}/connections"
              variables_prefix           = "/airflow-fargate/${var.name}/variables"
            })
            : jsonencode({
              config_prefix              = null
              connections_lookup_pattern = "(?!aws_default$)"
              connections_prefix         = "${var.name}/connections"
              variables_prefix           = "${var.name}/variables"
            })
          )
          AIRFLOW_FARGATE_TASKS_PATH = "/airflow-fargate/${var.name}/tasks"
        }) : { name = k, value = v }
      ]
      secrets = [
        for k, v in merge(var.secret_environment, {
          AIRFLOW__CORE__FERNET_KEY = aws_secretsmanager_secret.credentials_fernet_key.arn
        }) : { name = k, valueFrom = v }
      ]
      mountPoints = [
        {
          containerPath = "/opt/airflow/logs"
          sourceVolume  = "opt-airflow-logs"
          readOnly      = false
        },
        {
          containerPath = "/tmp"
          sourceVolume  = "tmp"
          readOnly      = false
        },
      ]
      stopTimeout = 120
      logConfiguration = {
        logDriver = "awslogs"
        options = {
          awslogs-group         = aws_cloudwatch_log_group.dag_processor.name
          awslogs-region        = local.region
          awslogs-stream-prefix = var.name
          mode                  = "non-blocking"
          max-buffer-size       = "25m"
        }
      }
    },
    {
      name                   = "dag-processor"
      image                  = var.image_uri
      essential              = true
      user                   = "50000:0"
      readonlyRootFilesystem = true
      linuxParameters = {
        initProcessEnabled = true
        capabilities = {
          drop = ["ALL"]
        }
      }
      command = ["airflow", "dag-processor"]
      environment = [
        for k, v in merge(local.airflow_environment, {
          AIRFLOW__SECRETS__BACKEND = (
            var.secrets_backend == "ssm"
            ? "airflow.providers.amazon.aws.secrets.systems_manager.SystemsManagerParameterStoreBackend"
            : "airflow.providers.amazon.aws.secrets.secrets_manager.SecretsManagerBackend"
          )
          AIRFLOW__SECRETS__BACKEND_KWARGS = (
            var.secrets_backend == "ssm"
            ? jsonencode({
              config_prefix              = null
              connections_lookup_pattern = "(?!aws_default$)"
              connections_prefix         = "/airflow-fargate/${var.name}/connections"
              variables_prefix           = "/airflow-fargate/${var.name}/variables"
            })
            : jsonencode({
              config_prefix              = null
              connections_lookup_pattern = "(?!aws_default$)"
              connections_prefix         = "${var.name}/connections"
              variables_prefix           = "${var.name}/variables"
            })
          )
          AIRFLOW_FARGATE_TASKS_PATH = "/airflow-fargate/${var.name}/tasks"
        }) : { name = k, value = v }
      ]
      secrets = [
        for k, v in merge(var.secret_environment, {
          AIRFLOW__CORE__FERNET_KEY = aws_secretsmanager_secret.credentials_fernet_key.arn
        }) : { name = k, valueFrom = v }
      ]
      mountPoints = concat(
        [
          {
            containerPath = "/opt/airflow/logs"
            sourceVolume  = "opt-airflow-logs"
            readOnly      = false
          },
          {
            containerPath = "/tmp"
            sourceVolume  = "tmp"
            readOnly      = false
          },
        ],
        [
          for m in [
            {
              containerPath = "/var/lib/amazon"
              sourceVolume  = "var-lib-amazon"
              readOnly      = false
            },
            {
              containerPath = "/var/log/amazon"
              sourceVolume  = "var-log-amazon"
              readOnly      = false
            },
          ] : m
          if var.dag_processor.exec
        ],
      )
      healthCheck = {
        command     = ["CMD", "python", "-m", "airflow_fargate_runtime.health", "dag-processor"]
        interval    = 30
        timeout     = 10
        retries     = 3
        startPeriod = 120
      }
      dependsOn   = [{ containerName = "wait-for-migrations", condition = "SUCCESS" }]
      stopTimeout = 120
      logConfiguration = {
        logDriver = "awslogs"
        options = {
          awslogs-group         = aws_cloudwatch_log_group.dag_processor.name
          awslogs-region        = local.region
          awslogs-stream-prefix = var.name
          mode                  = "non-blocking"
          max-buffer-size       = "25m"
        }
      }
    },
  ])

  dynamic "volume" {
    for_each = var.dag_processor.exec ? ["var-lib-amazon", "var-log-amazon"] : []

    content {
      name = volume.value
    }
  }

  runtime_platform {
    cpu_architecture        = var.architecture
    operating_system_family = "LINUX"
  }

  volume {
    name = "tmp"
  }

  volume {
    name = "opt-airflow-logs"
  }

  tags = merge(var.tags, { Name = "${var.name}-dag-processor" })
}

resource "aws_iam_role" "dag_processor_execution" {
  name                 = "${var.name}.dag-processor-${local.region}"
  description          = "How ECS starts dag-processor of ${var.name}"
  path                 = "/"
  permissions_boundary = var.permissions_boundary_arn

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "TrustService"
        Effect    = "Allow"
        Principal = { Service = "ecs-tasks.amazonaws.com" }
        Action    = ["sts:AssumeRole"]
        Condition = {
          StringEquals = { "aws:SourceAccount" = local.account_id }
          ArnLike = {
            "aws:SourceArn" = "arn:${local.partition}:ecs:${local.region}:${local.account_id}:*"
          }
        }
      },
    ]
  })

  tags = var.tags
}

resource "aws_iam_role" "dag_processor_task" {
  name                 = "${var.name}+dag-processor-${local.region}"
  description          = "What dag-processor of ${var.name} may do"
  path                 = "/"
  permissions_boundary = var.permissions_boundary_arn

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "TrustService"
        Effect    = "Allow"
        Principal = { Service = "ecs-tasks.amazonaws.com" }
        Action    = ["sts:AssumeRole"]
        Condition = {
          StringEquals = { "aws:SourceAccount" = local.account_id }
          ArnLike = {
            "aws:SourceArn" = "arn:${local.partition}:ecs:${local.region}:${local.account_id}:*"
          }
        }
      },
    ]
  })

  tags = var.tags
}

resource "aws_iam_role_policy" "dag_processor_exec" {
  count = var.dag_processor.exec ? 1 : 0

  name = "exec"
  role = aws_iam_role.dag_processor_task.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "OpenExecChannels"
        Effect = "Allow"
        Action = [
          "ssmmessages:CreateControlChannel",
          "ssmmessages:CreateDataChannel",
          "ssmmessages:OpenControlChannel",
          "ssmmessages:OpenDataChannel",
        ]
        Resource = ["*"]
      },
      {
        Sid      = "FindExecLogGroup"
        Effect   = "Allow"
        Action   = ["logs:DescribeLogGroups"]
        Resource = ["arn:${local.partition}:logs:${local.region}:${local.account_id}:log-group:*"]
      },
      {
        Sid      = "WriteExecLogs"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
        Resource = ["${aws_cloudwatch_log_group.cluster_exec.arn}:*"]
      },
      {
        Sid      = "DecryptExecSessions"
        Effect   = "Allow"
        Action   = ["kms:Decrypt"]
        Resource = [local.kms_key_arn]
      },
    ]
  })
}

resource "aws_iam_role_policy" "dag_processor_execution" {
  name = "access"
  role = aws_iam_role.dag_processor_execution.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [
        {
          Sid      = "LogInToEcr"
          Effect   = "Allow"
          Action   = ["ecr:GetAuthorizationToken"]
          Resource = ["*"]
        },
        {
          Sid    = "PullImage"
          Effect = "Allow"
          Action = [
            "ecr:BatchCheckLayerAvailability",
            "ecr:BatchGetImage",
            "ecr:GetDownloadUrlForLayer",
          ]
          Resource = [
            "arn:${local.partition}:ecr:${try("${regex("^([0-9]+)\\.dkr[.-]ecr(?:-fips)?\\.([a-z0-9-]+)\\.[a-z.]+/([^:@]+)", var.image_uri)[1]}:${regex("^([0-9]+)\\.dkr[.-]ecr(?:-fips)?\\.([a-z0-9-]+)\\.[a-z.]+/([^:@]+)", var.image_uri)[0]}:repository/${regex("^([0-9]+)\\.dkr[.-]ecr(?:-fips)?\\.([a-z0-9-]+)\\.[a-z.]+/([^:@]+)", var.image_uri)[2]}", "*:*:repository/_")}",
          ]
        },
        {
          Sid      = "WriteLogs"
          Effect   = "Allow"
          Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
          Resource = ["${aws_cloudwatch_log_group.dag_processor.arn}:*"]
        },
        {
          Sid      = "ReadCredentials"
          Effect   = "Allow"
          Action   = ["secretsmanager:GetSecretValue"]
          Resource = [aws_secretsmanager_secret.credentials_fernet_key.arn]
        },
        {
          Sid      = "DecryptCredentials"
          Effect   = "Allow"
          Action   = ["kms:Decrypt"]
          Resource = [local.kms_key_arn]
          Condition = {
            StringEquals = { "kms:ViaService" = "secretsmanager.${local.region}.amazonaws.com" }
            StringLike = {
              "kms:EncryptionContext:SecretARN" = [
                aws_secretsmanager_secret.credentials_fernet_key.arn,
              ]
            }
          }
        },
      ],
      flatten(
        anytrue([for v in values(var.secret_environment) : strcontains(v, ":secretsmanager:")])
        ? [
          [
            {
              Sid    = "ReadSecrets"
              Effect = "Allow"
              Action = ["secretsmanager:GetSecretValue"]
              Resource = distinct([
                for v in values(var.secret_environment) :
                regex("^[^:]*:[^:]*:[^:]*:[^:]*:[^:]*:[^:]*(?::[^:]*)?", v)
                if strcontains(v, ":secretsmanager:")
              ])
            },
          ],
        ]
        : []
      ),
      flatten(
        anytrue([for v in values(var.secret_environment) : strcontains(v, ":ssm:")])
        ? [
          [
            {
              Sid    = "ReadParameters"
              Effect = "Allow"
              Action = ["ssm:GetParameters"]
              Resource = distinct([
                for v in values(var.secret_environment) :
                regex("^[^:]*:[^:]*:[^:]*:[^:]*:[^:]*:[^:]*(?::[^:]*)?", v)
                if strcontains(v, ":ssm:")
              ])
            },
          ],
        ]
        : []
      ),
      flatten(
        anytrue([for v in values(var.secret_environment) : strcontains(v, ":secretsmanager:")])
        ? [
          [
            {
              Sid      = "DecryptSecrets"
              Effect   = "Allow"
              Action   = ["kms:Decrypt"]
              Resource = [local.kms_key_arn]
              Condition = {
                StringEquals = {
                  "kms:ViaService" = "secretsmanager.${local.region}.amazonaws.com"
                  "kms:EncryptionContext:SecretARN" = distinct([
                    for v in values(var.secret_environment) :
                    regex("^[^:]*:[^:]*:[^:]*:[^:]*:[^:]*:[^:]*(?::[^:]*)?", v)
                    if strcontains(v, ":secretsmanager:")
                  ])
                }
              }
            },
          ],
        ]
        : []
      ),
      flatten(
        anytrue([for v in values(var.secret_environment) : strcontains(v, ":ssm:")])
        ? [
          [
            {
              Sid      = "DecryptParameters"
              Effect   = "Allow"
              Action   = ["kms:Decrypt"]
              Resource = [local.kms_key_arn]
              Condition = {
                StringEquals = {
                  "kms:ViaService" = "ssm.${local.region}.amazonaws.com"
                  "kms:EncryptionContext:PARAMETER_ARN" = distinct([
                    for v in values(var.secret_environment) :
                    regex("^[^:]*:[^:]*:[^:]*:[^:]*:[^:]*:[^:]*(?::[^:]*)?", v)
                    if strcontains(v, ":ssm:")
                  ])
                }
              }
            },
          ],
        ]
        : []
      ),
    )
  })
}

resource "aws_iam_role_policy" "dag_processor_task" {
  name = "access"
  role = aws_iam_role.dag_processor_task.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [
        {
          Sid      = "ReadDatabasePassword"
          Effect   = "Allow"
          Action   = ["secretsmanager:GetSecretValue"]
          Resource = [local.database_secret_arn]
        },
      ],
      flatten(
        (var.database.existing == null ? false : var.database.existing.secret_kms_key_arn == null)
        ? []
        : [
          [
            {
              Sid    = "DecryptDatabasePassword"
              Effect = "Allow"
              Action = ["kms:Decrypt"]
              Resource = [
                (
                  var.database.existing != null
                  ? var.database.existing.secret_kms_key_arn
                  : local.kms_key_arn
                ),
              ]
              Condition = {
                StringEquals = { "kms:ViaService" = "secretsmanager.${local.region}.amazonaws.com" }
                StringLike = {
                  "kms:EncryptionContext:SecretARN" = [local.database_secret_arn]
                }
              }
            },
          ],
        ]
      ),
      flatten(
        "secretsmanager" == var.secrets_backend
        ? [
          [
            {
              Sid    = "ReadConnectionsAndVariables"
              Effect = "Allow"
              Action = ["secretsmanager:GetSecretValue"]
              Resource = [
                "arn:${local.partition}:secretsmanager:${local.region}:${local.account_id}:secret:${var.name}/connections/*",
                "arn:${local.partition}:secretsmanager:${local.region}:${local.account_id}:secret:${var.name}/variables/*",
              ]
            },
            {
              Sid      = "DecryptConnectionsAndVariables"
              Effect   = "Allow"
              Action   = ["kms:Decrypt"]
              Resource = [local.kms_key_arn]
              Condition = {
                StringEquals = { "kms:ViaService" = "secretsmanager.${local.region}.amazonaws.com" }
                StringLike = {
                  "kms:EncryptionContext:SecretARN" = [
                    "arn:${local.partition}:secretsmanager:${local.region}:${local.account_id}:secret:${var.name}/connections/*",
                    "arn:${local.partition}:secretsmanager:${local.region}:${local.account_id}:secret:${var.name}/variables/*",
                  ]
                }
              }
            },
          ],
        ]
        : []
      ),
      flatten(
        "ssm" == var.secrets_backend
        ? [
          [
            {
              Sid    = "ReadConnectionsAndVariables"
              Effect = "Allow"
              Action = ["ssm:GetParameter"]
              Resource = [
                "arn:${local.partition}:ssm:${local.region}:${local.account_id}:parameter/airflow-fargate/${var.name}/connections/*",
                "arn:${local.partition}:ssm:${local.region}:${local.account_id}:parameter/airflow-fargate/${var.name}/variables/*",
              ]
            },
            {
              Sid      = "DecryptConnectionsAndVariables"
              Effect   = "Allow"
              Action   = ["kms:Decrypt"]
              Resource = [local.kms_key_arn]
              Condition = {
                StringEquals = { "kms:ViaService" = "ssm.${local.region}.amazonaws.com" }
                StringLike = {
                  "kms:EncryptionContext:PARAMETER_ARN" = [
                    "arn:${local.partition}:ssm:${local.region}:${local.account_id}:parameter/airflow-fargate/${var.name}/connections/*",
                    "arn:${local.partition}:ssm:${local.region}:${local.account_id}:parameter/airflow-fargate/${var.name}/variables/*",
                  ]
                }
              }
            },
          ],
        ]
        : []
      ),
      flatten(
        var.dags.s3 != null
        ? [
          [
            {
              Sid      = "ListDags"
              Effect   = "Allow"
              Action   = ["s3:ListBucket"]
              Resource = ["arn:${local.partition}:s3:::${var.dags.s3.bucket_name}"]
            },
            {
              Sid    = "ReadDags"
              Effect = "Allow"
              Action = ["s3:GetObject"]
              Resource = [
                join("/", compact([
                  "arn:${local.partition}:s3:::${var.dags.s3.bucket_name}",
                  var.dags.s3.prefix,
                  "*",
                ])),
              ]
            },
          ],
        ]
        : []
      ),
      flatten(
        (var.dags.s3 == null ? false : var.dags.s3.kms_key_arn != null)
        ? [
          [
            {
              Sid      = "DecryptDags"
              Effect   = "Allow"
              Action   = ["kms:Decrypt"]
              Resource = [var.dags.s3.kms_key_arn]
              Condition = {
                StringEquals = { "kms:ViaService" = "s3.${local.region}.amazonaws.com" }
                StringLike = {
                  "kms:EncryptionContext:aws:s3:arn" = [
                    "arn:${local.partition}:s3:::${var.dags.s3.bucket_name}",
                    join("/", compact([
                      "arn:${local.partition}:s3:::${var.dags.s3.bucket_name}",
                      var.dags.s3.prefix,
                      "*",
                    ])),
                  ]
                }
              }
            },
          ],
        ]
        : []
      ),
      [
        {
          Sid    = "ReadTaskParameters"
          Effect = "Allow"
          Action = ["ssm:GetParametersByPath"]
          Resource = [
            "arn:${local.partition}:ssm:${local.region}:${local.account_id}:parameter/airflow-fargate/${var.name}/tasks",
          ]
        },
      ],
      [
        for s in var.dag_processor.statements : merge(
          {
            Sid      = s.sid
            Effect   = "Allow"
            Action   = s.actions
            Resource = s.resources
          },
          [for c in s.conditions[*] : { Condition = c }]...
        )
      ],
    )
  })
}

resource "aws_security_group" "dag_processor" {
  name        = "${var.name}_dag-processor"
  description = "dag-processor of ${var.name}"
  vpc_id      = var.vpc_id

  tags = merge(var.tags, { Name = "${var.name}_dag-processor" })
}

resource "aws_vpc_security_group_egress_rule" "dag_processor_to_database" {
  description                  = "dag-processor of ${var.name}, to database"
  from_port                    = local.database_port
  ip_protocol                  = "tcp"
  referenced_security_group_id = local.database_security_group_id
  security_group_id            = aws_security_group.dag_processor.id
  to_port                      = local.database_port

  tags = var.tags
}

resource "aws_vpc_security_group_egress_rule" "dag_processor_to_https" {
  description       = "dag-processor of ${var.name}, to https"
  cidr_ipv4         = "0.0.0.0/0"
  from_port         = 443
  ip_protocol       = "tcp"
  security_group_id = aws_security_group.dag_processor.id
  to_port           = 443

  tags = var.tags
}

################################################################################
# Triggerer
################################################################################

resource "aws_cloudwatch_log_group" "triggerer" {
  # checkov:skip=CKV_AWS_338:How long logs are of use is for who runs this to say, by log_retention_days.

  name              = "/airflow-fargate/${var.name}/triggerer"
  kms_key_id        = local.kms_key_arn
  retention_in_days = var.log_retention_days

  tags = var.tags
}

resource "aws_ecs_service" "triggerer" {
  name                               = "triggerer"
  availability_zone_rebalancing      = "ENABLED"
  cluster                            = aws_ecs_cluster_capacity_providers.cluster.cluster_name
  deployment_maximum_percent         = 200
  deployment_minimum_healthy_percent = 100
  desired_count                      = var.triggerer.desired_count
  enable_ecs_managed_tags            = true
  enable_execute_command             = var.triggerer.exec
  platform_version                   = "LATEST"
  propagate_tags                     = "SERVICE"
  task_definition                    = aws_ecs_task_definition.triggerer.arn

  capacity_provider_strategy {
    capacity_provider = "FARGATE"
    weight            = 1
  }

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  network_configuration {
    assign_public_ip = false
    security_groups  = [aws_security_group.triggerer.id]
    subnets          = data.aws_subnet.network_existing_private[*].id
  }

  tags = merge(var.tags, { Name = "${var.name}-triggerer" })

  depends_on = [
    aws_iam_role_policy.triggerer_task,
    aws_iam_role_policy.triggerer_execution,
    aws_iam_role_policy.triggerer_exec,
    aws_secretsmanager_secret_version.credentials_fernet_key,
    aws_secretsmanager_secret_version.credentials_jwt,
    aws_secretsmanager_secret_version.credentials_api_secret_key,
    aws_secretsmanager_secret_version.credentials_admin_password,
  ]
}

resource "aws_ecs_task_definition" "triggerer" {
  family                   = "${var.name}_triggerer"
  cpu                      = var.triggerer.cpu
  execution_role_arn       = aws_iam_role.triggerer_execution.arn
  memory                   = var.triggerer.memory_mib
  network_mode             = "awsvpc"
  requires_compatibilities = ["FARGATE"]
  task_role_arn            = aws_iam_role.triggerer_task.arn

  container_definitions = jsonencode([
    {
      name                   = "wait-for-migrations"
      image                  = var.image_uri
      essential              = false
      user                   = "50000:0"
      readonlyRootFilesystem = true
      linuxParameters = {
        initProcessEnabled = true
        capabilities = {
          drop = ["ALL"]
        }
      }
      command = ["airflow", "db", "check-migrations", "--migration-wait-timeout", "600"]
      environment = [
        for k, v in merge(local.airflow_environment, {
          AIRFLOW__SECRETS__BACKEND = (
            var.secrets_backend == "ssm"
            ? "airflow.providers.amazon.aws.secrets.systems_manager.SystemsManagerParameterStoreBackend"
            : "airflow.providers.amazon.aws.secrets.secrets_manager.SecretsManagerBackend"
          )
          AIRFLOW__SECRETS__BACKEND_KWARGS = (
            var.secrets_backend == "ssm"
            ? jsonencode({
              config_prefix              = null
              connections_lookup_pattern = "(?!aws_default$)"
              connections_prefix         = "/airflow-fargate/${var.name}/connections"
              variables_prefix           = "/airflow-fargate/${var.name}/variables"
            })
            : jsonencode({
              config_prefix              = null
              connections_lookup_pattern = "(?!aws_default$)"
              connections_prefix         = "${var.name}/connections"
              variables_prefix           = "${var.name}/variables"
            })
          )
          AIRFLOW_FARGATE_TASKS_PATH = "/airflow-fargate/${var.name}/tasks"
        }) : { name = k, value = v }
      ]
      secrets = [
        for k, v in merge(var.secret_environment, {
          AIRFLOW__CORE__FERNET_KEY = aws_secretsmanager_secret.credentials_fernet_key.arn
          AIRFLOW__API__SECRET_KEY  = aws_secretsmanager_secret.credentials_api_secret_key.arn
        }) : { name = k, valueFrom = v }
      ]
      mountPoints = [
        {
          containerPath = "/opt/airflow/logs"
          sourceVolume  = "opt-airflow-logs"
          readOnly      = false
        },
        {
          containerPath = "/tmp"
          sourceVolume  = "tmp"
          readOnly      = false
        },
      ]
      stopTimeout = 120
      logConfiguration = {
        logDriver = "awslogs"
        options = {
          awslogs-group         = aws_cloudwatch_log_group.triggerer.name
          awslogs-region        = local.region
          awslogs-stream-prefix = var.name
          mode                  = "non-blocking"
          max-buffer-size       = "25m"
        }
      }
    },
    {
      name                   = "triggerer"
      image                  = var.image_uri
      essential              = true
      user                   = "50000:0"
      readonlyRootFilesystem = true
      linuxParameters = {
        initProcessEnabled = true
        capabilities = {
          drop = ["ALL"]
        }
      }
      command = ["airflow", "triggerer"]
      environment = [
        for k, v in merge(local.airflow_environment, {
          AIRFLOW__SECRETS__BACKEND = (
            var.secrets_backend == "ssm"
            ? "airflow.providers.amazon.aws.secrets.systems_manager.SystemsManagerParameterStoreBackend"
            : "airflow.providers.amazon.aws.secrets.secrets_manager.SecretsManagerBackend"
          )
          AIRFLOW__SECRETS__BACKEND_KWARGS = (
            var.secrets_backend == "ssm"
            ? jsonencode({
              config_prefix              = null
              connections_lookup_pattern = "(?!aws_default$)"
              connections_prefix         = "/airflow-fargate/${var.name}/connections"
              variables_prefix           = "/airflow-fargate/${var.name}/variables"
            })
            : jsonencode({
              config_prefix              = null
              connections_lookup_pattern = "(?!aws_default$)"
              connections_prefix         = "${var.name}/connections"
              variables_prefix           = "${var.name}/variables"
            })
          )
          AIRFLOW_FARGATE_TASKS_PATH = "/airflow-fargate/${var.name}/tasks"
        }) : { name = k, value = v }
      ]
      secrets = [
        for k, v in merge(var.secret_environment, {
          AIRFLOW__CORE__FERNET_KEY = aws_secretsmanager_secret.credentials_fernet_key.arn
          AIRFLOW__API__SECRET_KEY  = aws_secretsmanager_secret.credentials_api_secret_key.arn
        }) : { name = k, valueFrom = v }
      ]
      mountPoints = concat(
        [
          {
            containerPath = "/opt/airflow/logs"
            sourceVolume  = "opt-airflow-logs"
            readOnly      = false
          },
          {
            containerPath = "/tmp"
            sourceVolume  = "tmp"
            readOnly      = false
          },
        ],
        [
          for m in [
            {
              containerPath = "/var/lib/amazon"
              sourceVolume  = "var-lib-amazon"
              readOnly      = false
            },
            {
              containerPath = "/var/log/amazon"
              sourceVolume  = "var-log-amazon"
              readOnly      = false
            },
          ] : m
          if var.triggerer.exec
        ],
      )
      portMappings = [
        {
          containerPort = 8794
          hostPort      = 8794
          protocol      = "tcp"
        },
      ]
      healthCheck = {
        command     = ["CMD", "python", "-m", "airflow_fargate_runtime.health", "triggerer"]
        interval    = 30
        timeout     = 10
        retries     = 3
        startPeriod = 120
      }
      dependsOn   = [{ containerName = "wait-for-migrations", condition = "SUCCESS" }]
      stopTimeout = 120
      logConfiguration = {
        logDriver = "awslogs"
        options = {
          awslogs-group         = aws_cloudwatch_log_group.triggerer.name
          awslogs-region        = local.region
          awslogs-stream-prefix = var.name
          mode                  = "non-blocking"
          max-buffer-size       = "25m"
        }
      }
    },
  ])

  dynamic "volume" {
    for_each = var.triggerer.exec ? ["var-lib-amazon", "var-log-amazon"] : []

    content {
      name = volume.value
    }
  }

  runtime_platform {
    cpu_architecture        = var.architecture
    operating_system_family = "LINUX"
  }

  volume {
    name = "tmp"
  }

  volume {
    name = "opt-airflow-logs"
  }

  tags = merge(var.tags, { Name = "${var.name}-triggerer" })
}

resource "aws_iam_role" "triggerer_execution" {
  name                 = "${var.name}.triggerer-${local.region}"
  description          = "How ECS starts triggerer of ${var.name}"
  path                 = "/"
  permissions_boundary = var.permissions_boundary_arn

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "TrustService"
        Effect    = "Allow"
        Principal = { Service = "ecs-tasks.amazonaws.com" }
        Action    = ["sts:AssumeRole"]
        Condition = {
          StringEquals = { "aws:SourceAccount" = local.account_id }
          ArnLike = {
            "aws:SourceArn" = "arn:${local.partition}:ecs:${local.region}:${local.account_id}:*"
          }
        }
      },
    ]
  })

  tags = var.tags
}

resource "aws_iam_role" "triggerer_task" {
  name                 = "${var.name}+triggerer-${local.region}"
  description          = "What triggerer of ${var.name} may do"
  path                 = "/"
  permissions_boundary = var.permissions_boundary_arn

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "TrustService"
        Effect    = "Allow"
        Principal = { Service = "ecs-tasks.amazonaws.com" }
        Action    = ["sts:AssumeRole"]
        Condition = {
          StringEquals = { "aws:SourceAccount" = local.account_id }
          ArnLike = {
            "aws:SourceArn" = "arn:${local.partition}:ecs:${local.region}:${local.account_id}:*"
          }
        }
      },
    ]
  })

  tags = var.tags
}

resource "aws_iam_role_policy" "triggerer_exec" {
  count = var.triggerer.exec ? 1 : 0

  name = "exec"
  role = aws_iam_role.triggerer_task.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "OpenExecChannels"
        Effect = "Allow"
        Action = [
          "ssmmessages:CreateControlChannel",
          "ssmmessages:CreateDataChannel",
          "ssmmessages:OpenControlChannel",
          "ssmmessages:OpenDataChannel",
        ]
        Resource = ["*"]
      },
      {
        Sid      = "FindExecLogGroup"
        Effect   = "Allow"
        Action   = ["logs:DescribeLogGroups"]
        Resource = ["arn:${local.partition}:logs:${local.region}:${local.account_id}:log-group:*"]
      },
      {
        Sid      = "WriteExecLogs"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
        Resource = ["${aws_cloudwatch_log_group.cluster_exec.arn}:*"]
      },
      {
        Sid      = "DecryptExecSessions"
        Effect   = "Allow"
        Action   = ["kms:Decrypt"]
        Resource = [local.kms_key_arn]
      },
    ]
  })
}

resource "aws_iam_role_policy" "triggerer_execution" {
  name = "access"
  role = aws_iam_role.triggerer_execution.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [
        {
          Sid      = "LogInToEcr"
          Effect   = "Allow"
          Action   = ["ecr:GetAuthorizationToken"]
          Resource = ["*"]
        },
        {
          Sid    = "PullImage"
          Effect = "Allow"
          Action = [
            "ecr:BatchCheckLayerAvailability",
            "ecr:BatchGetImage",
            "ecr:GetDownloadUrlForLayer",
          ]
          Resource = [
            "arn:${local.partition}:ecr:${try("${regex("^([0-9]+)\\.dkr[.-]ecr(?:-fips)?\\.([a-z0-9-]+)\\.[a-z.]+/([^:@]+)", var.image_uri)[1]}:${regex("^([0-9]+)\\.dkr[.-]ecr(?:-fips)?\\.([a-z0-9-]+)\\.[a-z.]+/([^:@]+)", var.image_uri)[0]}:repository/${regex("^([0-9]+)\\.dkr[.-]ecr(?:-fips)?\\.([a-z0-9-]+)\\.[a-z.]+/([^:@]+)", var.image_uri)[2]}", "*:*:repository/_")}",
          ]
        },
        {
          Sid      = "WriteLogs"
          Effect   = "Allow"
          Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
          Resource = ["${aws_cloudwatch_log_group.triggerer.arn}:*"]
        },
        {
          Sid    = "ReadCredentials"
          Effect = "Allow"
          Action = ["secretsmanager:GetSecretValue"]
          Resource = [
            aws_secretsmanager_secret.credentials_fernet_key.arn,
            aws_secretsmanager_secret.credentials_api_secret_key.arn,
          ]
        },
        {
          Sid      = "DecryptCredentials"
          Effect   = "Allow"
          Action   = ["kms:Decrypt"]
          Resource = [local.kms_key_arn]
          Condition = {
            StringEquals = { "kms:ViaService" = "secretsmanager.${local.region}.amazonaws.com" }
            StringLike = {
              "kms:EncryptionContext:SecretARN" = [
                aws_secretsmanager_secret.credentials_fernet_key.arn,
                aws_secretsmanager_secret.credentials_api_secret_key.arn,
              ]
            }
          }
        },
      ],
      flatten(
        anytrue([for v in values(var.secret_environment) : strcontains(v, ":secretsmanager:")])
        ? [
          [
            {
              Sid    = "ReadSecrets"
              Effect = "Allow"
              Action = ["secretsmanager:GetSecretValue"]
              Resource = distinct([
                for v in values(var.secret_environment) :
                regex("^[^:]*:[^:]*:[^:]*:[^:]*:[^:]*:[^:]*(?::[^:]*)?", v)
                if strcontains(v, ":secretsmanager:")
              ])
            },
          ],
        ]
        : []
      ),
      flatten(
        anytrue([for v in values(var.secret_environment) : strcontains(v, ":ssm:")])
        ? [
          [
            {
              Sid    = "ReadParameters"
              Effect = "Allow"
              Action = ["ssm:GetParameters"]
              Resource = distinct([
                for v in values(var.secret_environment) :
                regex("^[^:]*:[^:]*:[^:]*:[^:]*:[^:]*:[^:]*(?::[^:]*)?", v)
                if strcontains(v, ":ssm:")
              ])
            },
          ],
        ]
        : []
      ),
      flatten(
        anytrue([for v in values(var.secret_environment) : strcontains(v, ":secretsmanager:")])
        ? [
          [
            {
              Sid      = "DecryptSecrets"
              Effect   = "Allow"
              Action   = ["kms:Decrypt"]
              Resource = [local.kms_key_arn]
              Condition = {
                StringEquals = {
                  "kms:ViaService" = "secretsmanager.${local.region}.amazonaws.com"
                  "kms:EncryptionContext:SecretARN" = distinct([
                    for v in values(var.secret_environment) :
                    regex("^[^:]*:[^:]*:[^:]*:[^:]*:[^:]*:[^:]*(?::[^:]*)?", v)
                    if strcontains(v, ":secretsmanager:")
                  ])
                }
              }
            },
          ],
        ]
        : []
      ),
      flatten(
        anytrue([for v in values(var.secret_environment) : strcontains(v, ":ssm:")])
        ? [
          [
            {
              Sid      = "DecryptParameters"
              Effect   = "Allow"
              Action   = ["kms:Decrypt"]
              Resource = [local.kms_key_arn]
              Condition = {
                StringEquals = {
                  "kms:ViaService" = "ssm.${local.region}.amazonaws.com"
                  "kms:EncryptionContext:PARAMETER_ARN" = distinct([
                    for v in values(var.secret_environment) :
                    regex("^[^:]*:[^:]*:[^:]*:[^:]*:[^:]*:[^:]*(?::[^:]*)?", v)
                    if strcontains(v, ":ssm:")
                  ])
                }
              }
            },
          ],
        ]
        : []
      ),
    )
  })
}

resource "aws_iam_role_policy" "triggerer_task" {
  name = "access"
  role = aws_iam_role.triggerer_task.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [
        {
          Sid      = "ReadDatabasePassword"
          Effect   = "Allow"
          Action   = ["secretsmanager:GetSecretValue"]
          Resource = [local.database_secret_arn]
        },
      ],
      flatten(
        (var.database.existing == null ? false : var.database.existing.secret_kms_key_arn == null)
        ? []
        : [
          [
            {
              Sid    = "DecryptDatabasePassword"
              Effect = "Allow"
              Action = ["kms:Decrypt"]
              Resource = [
                (
                  var.database.existing != null
                  ? var.database.existing.secret_kms_key_arn
                  : local.kms_key_arn
                ),
              ]
              Condition = {
                StringEquals = { "kms:ViaService" = "secretsmanager.${local.region}.amazonaws.com" }
                StringLike = {
                  "kms:EncryptionContext:SecretARN" = [local.database_secret_arn]
                }
              }
            },
          ],
        ]
      ),
      flatten(
        "secretsmanager" == var.secrets_backend
        ? [
          [
            {
              Sid    = "ReadConnectionsAndVariables"
              Effect = "Allow"
              Action = ["secretsmanager:GetSecretValue"]
              Resource = [
                "arn:${local.partition}:secretsmanager:${local.region}:${local.account_id}:secret:${var.name}/connections/*",
                "arn:${local.partition}:secretsmanager:${local.region}:${local.account_id}:secret:${var.name}/variables/*",
              ]
            },
            {
              Sid      = "DecryptConnectionsAndVariables"
              Effect   = "Allow"
              Action   = ["kms:Decrypt"]
              Resource = [local.kms_key_arn]
              Condition = {
                StringEquals = { "kms:ViaService" = "secretsmanager.${local.region}.amazonaws.com" }
                StringLike = {
                  "kms:EncryptionContext:SecretARN" = [
                    "arn:${local.partition}:secretsmanager:${local.region}:${local.account_id}:secret:${var.name}/connections/*",
                    "arn:${local.partition}:secretsmanager:${local.region}:${local.account_id}:secret:${var.name}/variables/*",
                  ]
                }
              }
            },
          ],
        ]
        : []
      ),
      flatten(
        "ssm" == var.secrets_backend
        ? [
          [
            {
              Sid    = "ReadConnectionsAndVariables"
              Effect = "Allow"
              Action = ["ssm:GetParameter"]
              Resource = [
                "arn:${local.partition}:ssm:${local.region}:${local.account_id}:parameter/airflow-fargate/${var.name}/connections/*",
                "arn:${local.partition}:ssm:${local.region}:${local.account_id}:parameter/airflow-fargate/${var.name}/variables/*",
              ]
            },
            {
              Sid      = "DecryptConnectionsAndVariables"
              Effect   = "Allow"
              Action   = ["kms:Decrypt"]
              Resource = [local.kms_key_arn]
              Condition = {
                StringEquals = { "kms:ViaService" = "ssm.${local.region}.amazonaws.com" }
                StringLike = {
                  "kms:EncryptionContext:PARAMETER_ARN" = [
                    "arn:${local.partition}:ssm:${local.region}:${local.account_id}:parameter/airflow-fargate/${var.name}/connections/*",
                    "arn:${local.partition}:ssm:${local.region}:${local.account_id}:parameter/airflow-fargate/${var.name}/variables/*",
                  ]
                }
              }
            },
          ],
        ]
        : []
      ),
      [
        {
          Sid    = "RunTasks"
          Effect = "Allow"
          Action = ["ecs:RunTask"]
          Resource = [
            "arn:${local.partition}:ecs:${local.region}:${local.account_id}:task-definition/${var.name}_task_*",
          ]
          Condition = {
            ArnEquals = { "ecs:cluster" = aws_ecs_cluster.cluster.arn }
          }
        },
        {
          Sid    = "PassTaskRoles"
          Effect = "Allow"
          Action = ["iam:PassRole"]
          Resource = [
            "arn:${local.partition}:iam::${local.account_id}:role/airflow-fargate/${local.region}/${var.name}/*",
          ]
          Condition = {
            StringEquals = { "iam:PassedToService" = "ecs-tasks.amazonaws.com" }
          }
        },
        {
          Sid      = "TagTasksAtStart"
          Effect   = "Allow"
          Action   = ["ecs:TagResource"]
          Resource = ["${replace(aws_ecs_cluster.cluster.arn, ":cluster/", ":task/")}/*"]
          Condition = {
            StringEquals = { "ecs:CreateAction" = "RunTask" }
          }
        },
        {
          Sid      = "WatchAndStopTasks"
          Effect   = "Allow"
          Action   = ["ecs:DescribeTasks", "ecs:StopTask"]
          Resource = ["${replace(aws_ecs_cluster.cluster.arn, ":cluster/", ":task/")}/*"]
          Condition = {
            ArnEquals     = { "ecs:cluster" = aws_ecs_cluster.cluster.arn }
            StringNotLike = { "aws:ResourceTag/Name" = "${var.name}-*" }
          }
        },
        {
          Sid      = "FindTasks"
          Effect   = "Allow"
          Action   = ["ecs:ListTasks"]
          Resource = ["*"]
          Condition = {
            ArnEquals = { "ecs:cluster" = aws_ecs_cluster.cluster.arn }
          }
        },
        {
          Sid    = "ReadTaskOutput"
          Effect = "Allow"
          Action = ["logs:GetLogEvents"]
          Resource = [
            "arn:${local.partition}:logs:${local.region}:${local.account_id}:log-group:/airflow-fargate/${var.name}/tasks/*:log-stream:*",
          ]
        },
        {
          Sid    = "ReadTaskParameters"
          Effect = "Allow"
          Action = ["ssm:GetParametersByPath"]
          Resource = [
            "arn:${local.partition}:ssm:${local.region}:${local.account_id}:parameter/airflow-fargate/${var.name}/tasks",
          ]
        },
        {
          Sid      = "AppendTaskLogs"
          Effect   = "Allow"
          Action   = ["s3:GetObject", "s3:PutObject"]
          Resource = ["${aws_s3_bucket.task_logs.arn}/*"]
        },
        {
          Sid      = "ListTaskLogs"
          Effect   = "Allow"
          Action   = ["s3:ListBucket"]
          Resource = [aws_s3_bucket.task_logs.arn]
        },
        {
          Sid      = "EncryptTaskLogs"
          Effect   = "Allow"
          Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
          Resource = [local.kms_key_arn]
          Condition = {
            StringEquals = { "kms:ViaService" = "s3.${local.region}.amazonaws.com" }
            StringLike = {
              "kms:EncryptionContext:aws:s3:arn" = [aws_s3_bucket.task_logs.arn]
            }
          }
        },
      ],
      [
        for s in var.triggerer.statements : merge(
          {
            Sid      = s.sid
            Effect   = "Allow"
            Action   = s.actions
            Resource = s.resources
          },
          [for c in s.conditions[*] : { Condition = c }]...
        )
      ],
    )
  })
}

resource "aws_security_group" "triggerer" {
  name        = "${var.name}_triggerer"
  description = "triggerer of ${var.name}"
  vpc_id      = var.vpc_id

  tags = merge(var.tags, { Name = "${var.name}_triggerer" })
}

resource "aws_vpc_security_group_egress_rule" "triggerer_to_database" {
  description                  = "triggerer of ${var.name}, to database"
  from_port                    = local.database_port
  ip_protocol                  = "tcp"
  referenced_security_group_id = local.database_security_group_id
  security_group_id            = aws_security_group.triggerer.id
  to_port                      = local.database_port

  tags = var.tags
}

resource "aws_vpc_security_group_egress_rule" "triggerer_to_https" {
  description       = "triggerer of ${var.name}, to https"
  cidr_ipv4         = "0.0.0.0/0"
  from_port         = 443
  ip_protocol       = "tcp"
  security_group_id = aws_security_group.triggerer.id
  to_port           = 443

  tags = var.tags
}

resource "aws_vpc_security_group_ingress_rule" "triggerer_from_api_server" {
  description                  = "triggerer of ${var.name}, from api_server"
  from_port                    = 8794
  ip_protocol                  = "tcp"
  referenced_security_group_id = aws_security_group.api_server.id
  security_group_id            = aws_security_group.triggerer.id
  to_port                      = 8794

  tags = var.tags
}

################################################################################
# Workers
################################################################################

resource "aws_cloudwatch_log_group" "worker_default" {
  # checkov:skip=CKV_AWS_338:How long logs are of use is for who runs this to say, by log_retention_days.

  name              = "/airflow-fargate/${var.name}/worker-default"
  kms_key_id        = local.kms_key_arn
  retention_in_days = var.log_retention_days

  tags = var.tags
}

resource "aws_ecs_service" "worker_default" {
  name                               = "worker-default"
  availability_zone_rebalancing      = "DISABLED"
  cluster                            = aws_ecs_cluster_capacity_providers.cluster.cluster_name
  deployment_maximum_percent         = 200
  deployment_minimum_healthy_percent = 50
  desired_count                      = var.worker.desired_count
  enable_ecs_managed_tags            = true
  enable_execute_command             = var.worker.exec
  platform_version                   = "LATEST"
  propagate_tags                     = "SERVICE"
  task_definition                    = aws_ecs_task_definition.worker_default.arn

  capacity_provider_strategy {
    capacity_provider = var.worker.spot ? "FARGATE_SPOT" : "FARGATE"
    weight            = 1
  }

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  network_configuration {
    assign_public_ip = false
    security_groups  = [aws_security_group.worker_default.id]
    subnets          = data.aws_subnet.network_existing_private[*].id
  }

  tags = merge(var.tags, { Name = "${var.name}-worker-default" })

  depends_on = [
    aws_iam_role_policy.worker_default_task,
    aws_iam_role_policy.worker_default_execution,
    aws_iam_role_policy.worker_default_exec,
    aws_secretsmanager_secret_version.credentials_fernet_key,
    aws_secretsmanager_secret_version.credentials_jwt,
    aws_secretsmanager_secret_version.credentials_api_secret_key,
    aws_secretsmanager_secret_version.credentials_admin_password,
  ]
}

resource "aws_ecs_task_definition" "worker_default" {
  family                   = "${var.name}_worker-default"
  cpu                      = var.worker.cpu
  execution_role_arn       = aws_iam_role.worker_default_execution.arn
  memory                   = var.worker.memory_mib
  network_mode             = "awsvpc"
  requires_compatibilities = ["FARGATE"]
  task_role_arn            = aws_iam_role.worker_default_task.arn

  container_definitions = jsonencode([
    {
      name                   = "wait-for-migrations"
      image                  = var.image_uri
      essential              = false
      user                   = "50000:0"
      readonlyRootFilesystem = true
      linuxParameters = {
        initProcessEnabled = true
        capabilities = {
          drop = ["ALL"]
        }
      }
      command = ["airflow", "db", "check-migrations", "--migration-wait-timeout", "600"]
      environment = [
        for k, v in merge(local.airflow_environment, {
          AIRFLOW_FARGATE_TASKS_PATH           = "/airflow-fargate/${var.name}/tasks"
          AIRFLOW_FARGATE_STOP_TIMEOUT_SECONDS = "120"
        }) : { name = k, value = v }
      ]
      secrets = [
        for k, v in merge(var.secret_environment, {
          AIRFLOW__API__SECRET_KEY = aws_secretsmanager_secret.credentials_api_secret_key.arn
        }) : { name = k, valueFrom = v }
      ]
      mountPoints = [
        {
          containerPath = "/opt/airflow/logs"
          sourceVolume  = "opt-airflow-logs"
          readOnly      = false
        },
        {
          containerPath = "/tmp"
          sourceVolume  = "tmp"
          readOnly      = false
        },
      ]
      stopTimeout = 120
      logConfiguration = {
        logDriver = "awslogs"
        options = {
          awslogs-group         = aws_cloudwatch_log_group.worker_default.name
          awslogs-region        = local.region
          awslogs-stream-prefix = var.name
          mode                  = "non-blocking"
          max-buffer-size       = "25m"
        }
      }
    },
    {
      name                   = "worker"
      image                  = var.image_uri
      essential              = true
      user                   = "50000:0"
      readonlyRootFilesystem = true
      linuxParameters = {
        initProcessEnabled = true
        capabilities = {
          drop = ["ALL"]
        }
      }
      command = [
        "airflow",
        "celery",
        "worker",
        "--queues",
        "default",
        "--concurrency",
        tostring(var.worker.concurrency),
        "--without-mingle",
        "--without-gossip",
      ]
      environment = [
        for k, v in merge(local.airflow_environment, {
          AIRFLOW_FARGATE_TASKS_PATH           = "/airflow-fargate/${var.name}/tasks"
          AIRFLOW_FARGATE_STOP_TIMEOUT_SECONDS = "120"
        }) : { name = k, value = v }
      ]
      secrets = [
        for k, v in merge(var.secret_environment, {
          AIRFLOW__API__SECRET_KEY = aws_secretsmanager_secret.credentials_api_secret_key.arn
        }) : { name = k, valueFrom = v }
      ]
      mountPoints = concat(
        [
          {
            containerPath = "/opt/airflow/logs"
            sourceVolume  = "opt-airflow-logs"
            readOnly      = false
          },
          {
            containerPath = "/tmp"
            sourceVolume  = "tmp"
            readOnly      = false
          },
        ],
        [
          for m in [
            {
              containerPath = "/var/lib/amazon"
              sourceVolume  = "var-lib-amazon"
              readOnly      = false
            },
            {
              containerPath = "/var/log/amazon"
              sourceVolume  = "var-log-amazon"
              readOnly      = false
            },
          ] : m
          if var.worker.exec
        ],
      )
      portMappings = [
        {
          containerPort = 8793
          hostPort      = 8793
          protocol      = "tcp"
        },
      ]
      healthCheck = {
        command     = ["CMD", "python", "-m", "airflow_fargate_runtime.health", "worker"]
        interval    = 30
        timeout     = 10
        retries     = 3
        startPeriod = 120
      }
      dependsOn   = [{ containerName = "wait-for-migrations", condition = "SUCCESS" }]
      stopTimeout = 120
      logConfiguration = {
        logDriver = "awslogs"
        options = {
          awslogs-group         = aws_cloudwatch_log_group.worker_default.name
          awslogs-region        = local.region
          awslogs-stream-prefix = var.name
          mode                  = "non-blocking"
          max-buffer-size       = "25m"
        }
      }
    },
  ])

  dynamic "volume" {
    for_each = var.worker.exec ? ["var-lib-amazon", "var-log-amazon"] : []

    content {
      name = volume.value
    }
  }

  ephemeral_storage {
    size_in_gib = var.worker.ephemeral_storage_gib
  }

  runtime_platform {
    cpu_architecture        = var.architecture
    operating_system_family = "LINUX"
  }

  volume {
    name = "tmp"
  }

  volume {
    name = "opt-airflow-logs"
  }

  tags = merge(var.tags, { Name = "${var.name}-worker-default" })
}

resource "aws_iam_role" "worker_default_execution" {
  name                 = "${var.name}.worker-default-${local.region}"
  description          = "How ECS starts worker-default of ${var.name}"
  path                 = "/"
  permissions_boundary = var.permissions_boundary_arn

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "TrustService"
        Effect    = "Allow"
        Principal = { Service = "ecs-tasks.amazonaws.com" }
        Action    = ["sts:AssumeRole"]
        Condition = {
          StringEquals = { "aws:SourceAccount" = local.account_id }
          ArnLike = {
            "aws:SourceArn" = "arn:${local.partition}:ecs:${local.region}:${local.account_id}:*"
          }
        }
      },
    ]
  })

  tags = var.tags
}

resource "aws_iam_role" "worker_default_task" {
  name                 = "${var.name}+worker-default-${local.region}"
  description          = "What worker-default of ${var.name} may do"
  path                 = "/"
  permissions_boundary = var.permissions_boundary_arn

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "TrustService"
        Effect    = "Allow"
        Principal = { Service = "ecs-tasks.amazonaws.com" }
        Action    = ["sts:AssumeRole"]
        Condition = {
          StringEquals = { "aws:SourceAccount" = local.account_id }
          ArnLike = {
            "aws:SourceArn" = "arn:${local.partition}:ecs:${local.region}:${local.account_id}:*"
          }
        }
      },
    ]
  })

  tags = var.tags
}

resource "aws_iam_role_policy" "worker_default_exec" {
  count = var.worker.exec ? 1 : 0

  name = "exec"
  role = aws_iam_role.worker_default_task.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "OpenExecChannels"
        Effect = "Allow"
        Action = [
          "ssmmessages:CreateControlChannel",
          "ssmmessages:CreateDataChannel",
          "ssmmessages:OpenControlChannel",
          "ssmmessages:OpenDataChannel",
        ]
        Resource = ["*"]
      },
      {
        Sid      = "FindExecLogGroup"
        Effect   = "Allow"
        Action   = ["logs:DescribeLogGroups"]
        Resource = ["arn:${local.partition}:logs:${local.region}:${local.account_id}:log-group:*"]
      },
      {
        Sid      = "WriteExecLogs"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
        Resource = ["${aws_cloudwatch_log_group.cluster_exec.arn}:*"]
      },
      {
        Sid      = "DecryptExecSessions"
        Effect   = "Allow"
        Action   = ["kms:Decrypt"]
        Resource = [local.kms_key_arn]
      },
    ]
  })
}

resource "aws_iam_role_policy" "worker_default_execution" {
  name = "access"
  role = aws_iam_role.worker_default_execution.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [
        {
          Sid      = "LogInToEcr"
          Effect   = "Allow"
          Action   = ["ecr:GetAuthorizationToken"]
          Resource = ["*"]
        },
        {
          Sid    = "PullImage"
          Effect = "Allow"
          Action = [
            "ecr:BatchCheckLayerAvailability",
            "ecr:BatchGetImage",
            "ecr:GetDownloadUrlForLayer",
          ]
          Resource = [
            "arn:${local.partition}:ecr:${try("${regex("^([0-9]+)\\.dkr[.-]ecr(?:-fips)?\\.([a-z0-9-]+)\\.[a-z.]+/([^:@]+)", var.image_uri)[1]}:${regex("^([0-9]+)\\.dkr[.-]ecr(?:-fips)?\\.([a-z0-9-]+)\\.[a-z.]+/([^:@]+)", var.image_uri)[0]}:repository/${regex("^([0-9]+)\\.dkr[.-]ecr(?:-fips)?\\.([a-z0-9-]+)\\.[a-z.]+/([^:@]+)", var.image_uri)[2]}", "*:*:repository/_")}",
          ]
        },
        {
          Sid      = "WriteLogs"
          Effect   = "Allow"
          Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
          Resource = ["${aws_cloudwatch_log_group.worker_default.arn}:*"]
        },
        {
          Sid      = "ReadCredentials"
          Effect   = "Allow"
          Action   = ["secretsmanager:GetSecretValue"]
          Resource = [aws_secretsmanager_secret.credentials_api_secret_key.arn]
        },
        {
          Sid      = "DecryptCredentials"
          Effect   = "Allow"
          Action   = ["kms:Decrypt"]
          Resource = [local.kms_key_arn]
          Condition = {
            StringEquals = { "kms:ViaService" = "secretsmanager.${local.region}.amazonaws.com" }
            StringLike = {
              "kms:EncryptionContext:SecretARN" = [
                aws_secretsmanager_secret.credentials_api_secret_key.arn,
              ]
            }
          }
        },
      ],
      flatten(
        anytrue([for v in values(var.secret_environment) : strcontains(v, ":secretsmanager:")])
        ? [
          [
            {
              Sid    = "ReadSecrets"
              Effect = "Allow"
              Action = ["secretsmanager:GetSecretValue"]
              Resource = distinct([
                for v in values(var.secret_environment) :
                regex("^[^:]*:[^:]*:[^:]*:[^:]*:[^:]*:[^:]*(?::[^:]*)?", v)
                if strcontains(v, ":secretsmanager:")
              ])
            },
          ],
        ]
        : []
      ),
      flatten(
        anytrue([for v in values(var.secret_environment) : strcontains(v, ":ssm:")])
        ? [
          [
            {
              Sid    = "ReadParameters"
              Effect = "Allow"
              Action = ["ssm:GetParameters"]
              Resource = distinct([
                for v in values(var.secret_environment) :
                regex("^[^:]*:[^:]*:[^:]*:[^:]*:[^:]*:[^:]*(?::[^:]*)?", v)
                if strcontains(v, ":ssm:")
              ])
            },
          ],
        ]
        : []
      ),
      flatten(
        anytrue([for v in values(var.secret_environment) : strcontains(v, ":secretsmanager:")])
        ? [
          [
            {
              Sid      = "DecryptSecrets"
              Effect   = "Allow"
              Action   = ["kms:Decrypt"]
              Resource = [local.kms_key_arn]
              Condition = {
                StringEquals = {
                  "kms:ViaService" = "secretsmanager.${local.region}.amazonaws.com"
                  "kms:EncryptionContext:SecretARN" = distinct([
                    for v in values(var.secret_environment) :
                    regex("^[^:]*:[^:]*:[^:]*:[^:]*:[^:]*:[^:]*(?::[^:]*)?", v)
                    if strcontains(v, ":secretsmanager:")
                  ])
                }
              }
            },
          ],
        ]
        : []
      ),
      flatten(
        anytrue([for v in values(var.secret_environment) : strcontains(v, ":ssm:")])
        ? [
          [
            {
              Sid      = "DecryptParameters"
              Effect   = "Allow"
              Action   = ["kms:Decrypt"]
              Resource = [local.kms_key_arn]
              Condition = {
                StringEquals = {
                  "kms:ViaService" = "ssm.${local.region}.amazonaws.com"
                  "kms:EncryptionContext:PARAMETER_ARN" = distinct([
                    for v in values(var.secret_environment) :
                    regex("^[^:]*:[^:]*:[^:]*:[^:]*:[^:]*:[^:]*(?::[^:]*)?", v)
                    if strcontains(v, ":ssm:")
                  ])
                }
              }
            },
          ],
        ]
        : []
      ),
    )
  })
}

resource "aws_iam_role_policy" "worker_default_task" {
  name = "access"
  role = aws_iam_role.worker_default_task.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [
        {
          Sid      = "ReadDatabasePassword"
          Effect   = "Allow"
          Action   = ["secretsmanager:GetSecretValue"]
          Resource = [local.database_secret_arn]
        },
      ],
      flatten(
        (var.database.existing == null ? false : var.database.existing.secret_kms_key_arn == null)
        ? []
        : [
          [
            {
              Sid    = "DecryptDatabasePassword"
              Effect = "Allow"
              Action = ["kms:Decrypt"]
              Resource = [
                (
                  var.database.existing != null
                  ? var.database.existing.secret_kms_key_arn
                  : local.kms_key_arn
                ),
              ]
              Condition = {
                StringEquals = { "kms:ViaService" = "secretsmanager.${local.region}.amazonaws.com" }
                StringLike = {
                  "kms:EncryptionContext:SecretARN" = [local.database_secret_arn]
                }
              }
            },
          ],
        ]
      ),
      flatten(
        var.dags.s3 != null
        ? [
          [
            {
              Sid    = "ListDags"
              Effect = "Allow"
              Action = ["s3:ListBucket"]
              Resource = [
                "arn:${local.partition}:s3:::${var.dags.s3 != null ? (var.dags.s3 != null ? var.dags.s3.bucket_name : null) : "none"}",
              ]
            },
            {
              Sid    = "ReadDags"
              Effect = "Allow"
              Action = ["s3:GetObject"]
              Resource = [
                join("/", compact([
                  "arn:${local.partition}:s3:::${var.dags.s3 != null ? (var.dags.s3 != null ? var.dags.s3.bucket_name : null) : "none"}",
                  var.dags.s3 != null ? var.dags.s3.prefix : "",
                  "*",
                ])),
              ]
            },
            {
              Sid      = "DecryptDags"
              Effect   = "Allow"
              Action   = ["kms:Decrypt"]
              Resource = [var.dags.s3 != null ? var.dags.s3.kms_key_arn : null]
              Condition = {
                StringEquals = { "kms:ViaService" = "s3.${local.region}.amazonaws.com" }
                StringLike = {
                  "kms:EncryptionContext:aws:s3:arn" = [
                    "arn:${local.partition}:s3:::${var.dags.s3 != null ? (var.dags.s3 != null ? var.dags.s3.bucket_name : null) : "none"}",
                    join("/", compact([
                      "arn:${local.partition}:s3:::${var.dags.s3 != null ? (var.dags.s3 != null ? var.dags.s3.bucket_name : null) : "none"}",
                      var.dags.s3 != null ? var.dags.s3.prefix : "",
                      "*",
                    ])),
                  ]
                }
              }
            },
          ],
        ]
        : []
      ),
      [
        {
          Sid    = "ConsumeTasksDefault"
          Effect = "Allow"
          Action = [
            "sqs:ChangeMessageVisibility",
            "sqs:DeleteMessage",
            "sqs:GetQueueAttributes",
            "sqs:ReceiveMessage",
          ]
          Resource = [aws_sqs_queue.broker["default"].arn]
        },
        {
          Sid      = "ConsumeTasksDefaultWithKey"
          Effect   = "Allow"
          Action   = ["kms:Decrypt"]
          Resource = [local.kms_key_arn]
          Condition = {
            StringEquals = { "kms:ViaService" = "sqs.${local.region}.amazonaws.com" }
          }
        },
        {
          Sid    = "RunTasks"
          Effect = "Allow"
          Action = ["ecs:RunTask"]
          Resource = [
            "arn:${local.partition}:ecs:${local.region}:${local.account_id}:task-definition/${var.name}_task_*",
          ]
          Condition = {
            ArnEquals = { "ecs:cluster" = aws_ecs_cluster.cluster.arn }
          }
        },
        {
          Sid    = "PassTaskRoles"
          Effect = "Allow"
          Action = ["iam:PassRole"]
          Resource = [
            "arn:${local.partition}:iam::${local.account_id}:role/airflow-fargate/${local.region}/${var.name}/*",
          ]
          Condition = {
            StringEquals = { "iam:PassedToService" = "ecs-tasks.amazonaws.com" }
          }
        },
        {
          Sid      = "TagTasksAtStart"
          Effect   = "Allow"
          Action   = ["ecs:TagResource"]
          Resource = ["${replace(aws_ecs_cluster.cluster.arn, ":cluster/", ":task/")}/*"]
          Condition = {
            StringEquals = { "ecs:CreateAction" = "RunTask" }
          }
        },
        {
          Sid      = "WatchAndStopTasks"
          Effect   = "Allow"
          Action   = ["ecs:DescribeTasks", "ecs:StopTask"]
          Resource = ["${replace(aws_ecs_cluster.cluster.arn, ":cluster/", ":task/")}/*"]
          Condition = {
            ArnEquals     = { "ecs:cluster" = aws_ecs_cluster.cluster.arn }
            StringNotLike = { "aws:ResourceTag/Name" = "${var.name}-*" }
          }
        },
        {
          Sid      = "FindTasks"
          Effect   = "Allow"
          Action   = ["ecs:ListTasks"]
          Resource = ["*"]
          Condition = {
            ArnEquals = { "ecs:cluster" = aws_ecs_cluster.cluster.arn }
          }
        },
        {
          Sid    = "ReadTaskOutput"
          Effect = "Allow"
          Action = ["logs:GetLogEvents"]
          Resource = [
            "arn:${local.partition}:logs:${local.region}:${local.account_id}:log-group:/airflow-fargate/${var.name}/tasks/*:log-stream:*",
          ]
        },
        {
          Sid    = "ReadTaskParameters"
          Effect = "Allow"
          Action = ["ssm:GetParametersByPath"]
          Resource = [
            "arn:${local.partition}:ssm:${local.region}:${local.account_id}:parameter/airflow-fargate/${var.name}/tasks",
          ]
        },
        {
          Sid      = "AppendTaskLogs"
          Effect   = "Allow"
          Action   = ["s3:GetObject", "s3:PutObject"]
          Resource = ["${aws_s3_bucket.task_logs.arn}/*"]
        },
        {
          Sid      = "ListTaskLogs"
          Effect   = "Allow"
          Action   = ["s3:ListBucket"]
          Resource = [aws_s3_bucket.task_logs.arn]
        },
        {
          Sid      = "EncryptTaskLogs"
          Effect   = "Allow"
          Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
          Resource = [local.kms_key_arn]
          Condition = {
            StringEquals = { "kms:ViaService" = "s3.${local.region}.amazonaws.com" }
            StringLike = {
              "kms:EncryptionContext:aws:s3:arn" = [aws_s3_bucket.task_logs.arn]
            }
          }
        },
        {
          Sid      = "ProtectItself"
          Effect   = "Allow"
          Action   = ["ecs:UpdateTaskProtection"]
          Resource = ["${replace(aws_ecs_cluster.cluster.arn, ":cluster/", ":task/")}/*"]
          Condition = {
            ArnEquals    = { "ecs:cluster" = aws_ecs_cluster.cluster.arn }
            StringEquals = { "aws:ResourceTag/Name" = "${var.name}-worker-default" }
          }
        },
      ],
      [
        for s in var.worker.statements : merge(
          {
            Sid      = s.sid
            Effect   = "Allow"
            Action   = s.actions
            Resource = s.resources
          },
          [for c in s.conditions[*] : { Condition = c }]...
        )
      ],
    )
  })
}

resource "aws_security_group" "worker_default" {
  name        = "${var.name}_worker-default"
  description = "worker-default of ${var.name}"
  vpc_id      = var.vpc_id

  tags = merge(var.tags, { Name = "${var.name}_worker-default" })
}

resource "aws_vpc_security_group_egress_rule" "worker_default_to_api_server" {
  description                  = "worker-default of ${var.name}, to api_server"
  from_port                    = 8080
  ip_protocol                  = "tcp"
  referenced_security_group_id = aws_security_group.api_server.id
  security_group_id            = aws_security_group.worker_default.id
  to_port                      = 8080

  tags = var.tags
}

resource "aws_vpc_security_group_egress_rule" "worker_default_to_database" {
  description                  = "worker-default of ${var.name}, to database"
  from_port                    = local.database_port
  ip_protocol                  = "tcp"
  referenced_security_group_id = local.database_security_group_id
  security_group_id            = aws_security_group.worker_default.id
  to_port                      = local.database_port

  tags = var.tags
}

resource "aws_vpc_security_group_egress_rule" "worker_default_to_https" {
  description       = "worker-default of ${var.name}, to https"
  cidr_ipv4         = "0.0.0.0/0"
  from_port         = 443
  ip_protocol       = "tcp"
  security_group_id = aws_security_group.worker_default.id
  to_port           = 443

  tags = var.tags
}

resource "aws_vpc_security_group_ingress_rule" "worker_default_from_api_server" {
  description                  = "worker-default of ${var.name}, from api_server"
  from_port                    = 8793
  ip_protocol                  = "tcp"
  referenced_security_group_id = aws_security_group.api_server.id
  security_group_id            = aws_security_group.worker_default.id
  to_port                      = 8793

  tags = var.tags
}

################################################################################
# Where tasks run
################################################################################

resource "aws_efs_access_point" "shared_storage_tasks" {
  file_system_id = aws_efs_file_system.shared_storage.id

  posix_user {
    gid = 50000
    uid = 50000
  }

  root_directory {
    path = "/tasks"

    creation_info {
      owner_gid   = 50000
      owner_uid   = 50000
      permissions = "0755"
    }
  }

  tags = merge(var.tags, { Name = "${var.name}-tasks" })
}

resource "aws_security_group" "tasks" {
  # checkov:skip=CKV2_AWS_5:Tasks that Airflow starts are in it, and Terraform sees none of them.

  name        = "${var.name}-tasks"
  description = "Tasks of ${var.name}"
  vpc_id      = var.vpc_id

  tags = merge(var.tags, { Name = "${var.name}-tasks" })
}

resource "aws_vpc_security_group_egress_rule" "tasks_to_https" {
  description       = "Tasks of ${var.name}, to https"
  cidr_ipv4         = "0.0.0.0/0"
  from_port         = 443
  ip_protocol       = "tcp"
  security_group_id = aws_security_group.tasks.id
  to_port           = 443

  tags = var.tags
}

resource "aws_vpc_security_group_egress_rule" "tasks_to_shared_storage" {
  description                  = "Tasks of ${var.name}, to shared_storage"
  from_port                    = 2049
  ip_protocol                  = "tcp"
  referenced_security_group_id = aws_security_group.shared_storage.id
  security_group_id            = aws_security_group.tasks.id
  to_port                      = 2049

  tags = var.tags
}
