resource "aws_security_group" "db" {
  name_prefix = "${local.name}-db-"
  description = "db"
  vpc_id      = aws_vpc.main.id
  lifecycle { create_before_destroy = true }
}
resource "aws_security_group" "tasks" {
  name        = "${local.name}-tasks"
  description = "tasks"
  vpc_id      = aws_vpc.main.id
}
resource "aws_vpc_security_group_ingress_rule" "db" {
  security_group_id            = aws_security_group.db.id
  referenced_security_group_id = aws_security_group.tasks.id
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
}
resource "aws_vpc_security_group_egress_rule" "tasks" {
  security_group_id = aws_security_group.tasks.id
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "-1"
}
resource "aws_db_subnet_group" "main" {
  name       = local.name
  subnet_ids = aws_subnet.private[*].id
}
resource "aws_db_parameter_group" "main" {
  name_prefix = "${local.name}-"
  family      = "postgres17"
  parameter {
    name  = "rds.force_ssl"
    value = "1"
  }
  parameter {
    name  = "log_min_duration_statement"
    value = "1000"
  }
  parameter {
    name         = "max_connections"
    value        = "200"
    apply_method = "pending-reboot"
  }
  lifecycle { create_before_destroy = true }
}
resource "aws_iam_role" "mon" {
  name               = "${local.name}-mon"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = "monitoring.rds.amazonaws.com" }, Action = "sts:AssumeRole" }] })
}
resource "aws_iam_role_policy_attachment" "mon" {
  role       = aws_iam_role.mon.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole"
}
resource "aws_cloudwatch_log_group" "db" {
  for_each          = toset(["postgresql", "upgrade"])
  name              = "/aws/rds/instance/${local.name}/${each.key}"
  retention_in_days = 30
  kms_key_id        = aws_kms_key.main.arn
}
resource "aws_db_instance" "main" {
  identifier                            = local.name
  engine                                = "postgres"
  engine_version                        = "17"
  instance_class                        = "db.t4g.micro"
  storage_type                          = "gp3"
  allocated_storage                     = 20
  max_allocated_storage                 = 100
  storage_encrypted                     = true
  kms_key_id                            = aws_kms_key.main.arn
  db_name                               = "airflow"
  username                              = "airflow"
  manage_master_user_password           = true
  master_user_secret_kms_key_id         = aws_kms_key.main.arn
  performance_insights_enabled          = true
  performance_insights_kms_key_id       = aws_kms_key.main.arn
  performance_insights_retention_period = 7
  enabled_cloudwatch_logs_exports       = ["postgresql", "upgrade"]
  backup_retention_period               = 7
  copy_tags_to_snapshot                 = true
  deletion_protection                   = var.protect
  multi_az                              = true
  auto_minor_version_upgrade            = true
  iam_database_authentication_enabled   = true
  skip_final_snapshot                   = !var.protect
  final_snapshot_identifier             = "${local.name}-final"
  monitoring_interval                   = 60
  monitoring_role_arn                   = aws_iam_role.mon.arn
  apply_immediately                     = true
  maintenance_window                    = "sun:04:00-sun:05:00"
  backup_window                         = "02:00-03:00"
  db_subnet_group_name                  = aws_db_subnet_group.main.name
  parameter_group_name                  = aws_db_parameter_group.main.name
  vpc_security_group_ids                = [aws_security_group.db.id]
  publicly_accessible                   = false
  delete_automated_backups              = true
  depends_on                            = [aws_cloudwatch_log_group.db]
}
resource "aws_sqs_queue" "dead" {
  name                              = "${local.name}-default-dead"
  kms_master_key_id                 = aws_kms_key.main.arn
  kms_data_key_reuse_period_seconds = 300
  message_retention_seconds         = 1209600
}
resource "aws_sqs_queue" "default" {
  name                       = "${local.name}-default"
  kms_master_key_id          = aws_kms_key.main.arn
  visibility_timeout_seconds = 3600
  message_retention_seconds  = 345600
  receive_wait_time_seconds  = 20
  redrive_policy             = jsonencode({ deadLetterTargetArn = aws_sqs_queue.dead.arn, maxReceiveCount = 3 })
}
resource "aws_sqs_queue" "sse" {
  name                    = "${local.name}-sse"
  sqs_managed_sse_enabled = true
}
resource "aws_sqs_queue_policy" "default" {
  queue_url = aws_sqs_queue.default.url
  policy    = jsonencode({ Version = "2012-10-17", Statement = [{ Sid = "tls", Effect = "Deny", Principal = "*", Action = "sqs:*", Resource = aws_sqs_queue.default.arn, Condition = { Bool = { "aws:SecureTransport" = "false" } } }] })
}
resource "aws_sqs_queue_redrive_allow_policy" "dead" {
  queue_url            = aws_sqs_queue.dead.id
  redrive_allow_policy = jsonencode({ redrivePermission = "byQueue", sourceQueueArns = [aws_sqs_queue.default.arn] })
}
resource "aws_security_group" "efs" {
  name        = "${local.name}-efs"
  description = "efs"
  vpc_id      = aws_vpc.main.id
}
resource "aws_efs_file_system" "main" {
  encrypted       = true
  kms_key_id      = aws_kms_key.main.arn
  throughput_mode = "elastic"
  lifecycle_policy { transition_to_ia = "AFTER_30_DAYS" }
  lifecycle_policy { transition_to_primary_storage_class = "AFTER_1_ACCESS" }
  tags = { Name = local.name }
}
resource "aws_efs_mount_target" "main" {
  count           = 2
  file_system_id  = aws_efs_file_system.main.id
  subnet_id       = aws_subnet.private[count.index].id
  security_groups = [aws_security_group.efs.id]
}
resource "aws_efs_access_point" "main" {
  file_system_id = aws_efs_file_system.main.id
  posix_user {
    uid = 50000
    gid = 0
  }
  root_directory {
    path = "/shared"
    creation_info {
      owner_uid   = 50000
      owner_gid   = 0
      permissions = "0775"
    }
  }
}
resource "aws_efs_file_system_policy" "main" {
  file_system_id = aws_efs_file_system.main.id
  policy         = jsonencode({ Version = "2012-10-17", Statement = [{ Sid = "tls", Effect = "Deny", Principal = { AWS = "*" }, Action = "*", Resource = aws_efs_file_system.main.arn, Condition = { Bool = { "aws:SecureTransport" = "false" } } }] })
}
resource "aws_efs_backup_policy" "main" {
  file_system_id = aws_efs_file_system.main.id
  backup_policy { status = "ENABLED" }
}
ephemeral "aws_secretsmanager_random_password" "fernet" {
  password_length     = 32
  exclude_punctuation = true
}
resource "aws_secretsmanager_secret" "fernet" {
  name                    = "${local.name}/fernet"
  kms_key_id              = aws_kms_key.main.arn
  recovery_window_in_days = 0
}
resource "aws_secretsmanager_secret_version" "fernet" {
  secret_id                = aws_secretsmanager_secret.fernet.id
  secret_string_wo         = base64encode(ephemeral.aws_secretsmanager_random_password.fernet.random_password)
  secret_string_wo_version = 1
}
resource "aws_secretsmanager_secret" "kept" {
  name                    = "${local.name}/kept"
  recovery_window_in_days = 7
}
resource "aws_cloudwatch_log_group" "exec" {
  name              = "/airflow/${local.name}/exec"
  retention_in_days = 30
  kms_key_id        = aws_kms_key.main.arn
}
resource "aws_cloudwatch_log_group" "insights" {
  name              = "/aws/ecs/containerinsights/${local.name}/performance"
  retention_in_days = 30
}
resource "aws_ecs_cluster" "main" {
  name = local.name
  setting {
    name  = "containerInsights"
    value = "enabled"
  }
  configuration {
    execute_command_configuration {
      kms_key_id = aws_kms_key.main.arn
      logging    = "OVERRIDE"
      log_configuration {
        cloud_watch_encryption_enabled = true
        cloud_watch_log_group_name     = aws_cloudwatch_log_group.exec.name
      }
    }
  }
  depends_on = [aws_cloudwatch_log_group.insights]
}
resource "aws_ecs_cluster_capacity_providers" "main" {
  cluster_name       = aws_ecs_cluster.main.name
  capacity_providers = ["FARGATE", "FARGATE_SPOT"]
  default_capacity_provider_strategy {
    capacity_provider = "FARGATE"
    base              = 1
    weight            = 100
  }
}
resource "aws_service_discovery_private_dns_namespace" "main" {
  name = "${local.name}.local"
  vpc  = aws_vpc.main.id
}
resource "aws_s3_bucket" "logs" {
  bucket        = "${local.name}-logs-${local.acc}"
  force_destroy = !var.protect
}
resource "aws_s3_bucket_versioning" "logs" {
  bucket = aws_s3_bucket.logs.id
  versioning_configuration { status = "Enabled" }
}
resource "aws_s3_bucket_server_side_encryption_configuration" "logs" {
  bucket = aws_s3_bucket.logs.id
  rule {
    bucket_key_enabled = true
    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = aws_kms_key.main.arn
    }
  }
}
resource "aws_s3_bucket_public_access_block" "logs" {
  bucket                  = aws_s3_bucket.logs.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}
resource "aws_s3_bucket_ownership_controls" "logs" {
  bucket = aws_s3_bucket.logs.id
  rule { object_ownership = "BucketOwnerEnforced" }
}
resource "aws_s3_bucket_policy" "logs" {
  bucket = aws_s3_bucket.logs.id
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Sid = "tls", Effect = "Deny", Principal = "*", Action = "s3:*", Resource = [aws_s3_bucket.logs.arn, "${aws_s3_bucket.logs.arn}/*"], Condition = { Bool = { "aws:SecureTransport" = "false" } } }] })
}
resource "aws_s3_bucket_lifecycle_configuration" "logs" {
  bucket = aws_s3_bucket.logs.id
  rule {
    id     = "old"
    status = "Enabled"
    filter {}
    expiration { days = 90 }
    noncurrent_version_expiration { noncurrent_days = 30 }
    abort_incomplete_multipart_upload { days_after_initiation = 7 }
  }
}
resource "aws_s3_bucket" "access" {
  bucket        = "${local.name}-access-${local.acc}"
  force_destroy = !var.protect
}
resource "aws_s3_bucket_policy" "access" {
  bucket = aws_s3_bucket.access.id
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Sid = "log", Effect = "Allow", Principal = { Service = "logging.s3.amazonaws.com" }, Action = "s3:PutObject", Resource = ["${aws_s3_bucket.access.arn}/*"] }] })
}
resource "aws_s3_bucket_logging" "logs" {
  bucket        = aws_s3_bucket.logs.id
  target_bucket = aws_s3_bucket.access.id
  target_prefix = "logs/"
  depends_on    = [aws_s3_bucket_policy.access]
}
resource "aws_ssm_parameter" "main" {
  name  = "/airflow-fargate/${local.name}/environment"
  type  = "String"
  value = jsonencode({ cluster = aws_ecs_cluster.main.name, subnets = aws_subnet.private[*].id })
}
output "bucket" { value = aws_s3_bucket.logs.id }
output "db_secret" { value = aws_db_instance.main.master_user_secret[0].secret_arn }
output "hidden" {
  value     = "not to be shown"
  sensitive = true
}
