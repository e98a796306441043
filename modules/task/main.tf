locals {
  account_id = data.aws_caller_identity.current.account_id
  partition  = data.aws_partition.current.partition
  region     = data.aws_region.current.id

  fargate_memory_mib = {
    "256"   = [512, 1024, 2048]
    "512"   = [1024, 2048, 3072, 4096]
    "1024"  = range(2048, 8192 + 1, 1024)
    "2048"  = range(4096, 16384 + 1, 1024)
    "4096"  = range(8192, 30720 + 1, 1024)
    "8192"  = range(16384, 61440 + 1, 4096)
    "16384" = range(32768, 122880 + 1, 8192)
  }
}

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

data "aws_region" "current" {}

resource "aws_cloudwatch_log_group" "this" {
  # checkov:skip=AF_LOG_GROUP:Without kms_key_arn, CloudWatch Logs encrypts it with a key of its own.
  # checkov:skip=CKV_AWS_158:Without kms_key_arn, CloudWatch Logs encrypts it with a key of its own.
  # checkov:skip=CKV_AWS_338:How long logs are of use is for who runs this to say, by log_retention_days.

  name              = "/airflow-fargate/${var.host.name}/tasks/${var.task}"
  kms_key_id        = var.host.kms_key_arn
  retention_in_days = var.host.log_retention_days

  tags = var.tags
}

resource "aws_ecs_task_definition" "this" {
  # checkov:skip=AF_ROOT_USER:Its image is built elsewhere and names the user itself, one other than root (docs/task-folders.md).

  family                   = "${var.host.name}_task_${var.task}"
  cpu                      = var.cpu
  execution_role_arn       = aws_iam_role.execution.arn
  memory                   = var.memory_mib
  network_mode             = "awsvpc"
  requires_compatibilities = ["FARGATE"]
  task_role_arn            = aws_iam_role.task.arn

  container_definitions = jsonencode([
    {
      name                   = var.task
      image                  = var.image_uri
      essential              = true
      readonlyRootFilesystem = true
      linuxParameters = {
        initProcessEnabled = true
        capabilities = {
          drop = ["ALL"]
        }
      }
      environment = [for k, v in var.environment : { name = k, value = v }]
      secrets     = [for k, v in var.secrets : { name = k, valueFrom = v }]
      stopTimeout = 120
      logConfiguration = {
        logDriver = "awslogs"
        options = {
          awslogs-group         = aws_cloudwatch_log_group.this.name
          awslogs-region        = local.region
          awslogs-stream-prefix = "task"
          mode                  = "non-blocking"
          max-buffer-size       = "25m"
        }
      }
      mountPoints = concat(
        [
          for i, p in var.writable_paths : {
            containerPath = p
            readOnly      = false
            sourceVolume  = "writable-${i}"
          }
        ],
        [
          for p in var.shared_storage_path != null ? [var.shared_storage_path] : [] : {
            containerPath = p
            readOnly      = var.shared_storage_read_only
            sourceVolume  = "shared-storage"
          }
        ],
      )
    },
  ])

  dynamic "ephemeral_storage" {
    for_each = var.ephemeral_storage_gib == null ? [] : [var.ephemeral_storage_gib]

    content {
      size_in_gib = ephemeral_storage.value
    }
  }

  dynamic "volume" {
    for_each = var.writable_paths

    content {
      name = "writable-${volume.key}"
    }
  }

  dynamic "volume" {
    for_each = var.shared_storage_path != null ? [var.shared_storage_path] : []

    content {
      name = "shared-storage"

      efs_volume_configuration {
        file_system_id     = var.host.file_system_id
        transit_encryption = "ENABLED"

        authorization_config {
          access_point_id = var.host.access_point_id
          iam             = "ENABLED"
        }
      }
    }
  }

  runtime_platform {
    cpu_architecture        = var.host.architecture
    operating_system_family = "LINUX"
  }

  tags = merge(var.tags, { Name = "${var.host.name}_task_${var.task}" })

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_iam_role" "execution" {
  name                 = "${var.host.name}@${var.task}-${local.region}"
  description          = "The execution role of the task ${var.task} of ${var.host.name}"
  path                 = "/airflow-fargate/${local.region}/${var.host.name}/"
  permissions_boundary = var.host.permissions_boundary_arn

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

resource "aws_iam_role" "task" {
  name                 = "${var.host.name}_${var.task}-${local.region}"
  description          = "The task role of the task ${var.task} of ${var.host.name}"
  path                 = "/airflow-fargate/${local.region}/${var.host.name}/"
  permissions_boundary = var.host.permissions_boundary_arn

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

resource "aws_iam_role_policy" "execution" {
  name = "access"
  role = aws_iam_role.execution.id

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
          Resource = ["${aws_cloudwatch_log_group.this.arn}:*"]
        },
      ],
      flatten(
        anytrue([for v in values(var.secrets) : strcontains(v, ":secretsmanager:")])
        ? [
          [
            {
              Sid    = "ReadSecrets"
              Effect = "Allow"
              Action = ["secretsmanager:GetSecretValue"]
              Resource = distinct([
                for v in values(var.secrets) :
                regex("^[^:]*:[^:]*:[^:]*:[^:]*:[^:]*:[^:]*(?::[^:]*)?", v)
                if strcontains(v, ":secretsmanager:")
              ])
            },
          ],
        ]
        : []
      ),
      flatten(
        anytrue([for v in values(var.secrets) : strcontains(v, ":ssm:")])
        ? [
          [
            {
              Sid    = "ReadParameters"
              Effect = "Allow"
              Action = ["ssm:GetParameters"]
              Resource = distinct([
                for v in values(var.secrets) :
                regex("^[^:]*:[^:]*:[^:]*:[^:]*:[^:]*:[^:]*(?::[^:]*)?", v)
                if strcontains(v, ":ssm:")
              ])
            },
          ],
        ]
        : []
      ),
      flatten(
        anytrue([for v in values(var.secrets) : strcontains(v, ":secretsmanager:")]) &&
        (var.host.kms_key_arn != null || var.secrets_kms_key_arn != null)
        ? [
          [
            {
              Sid    = "DecryptSecrets"
              Effect = "Allow"
              Action = ["kms:Decrypt"]
              Resource = [
                var.secrets_kms_key_arn == null ? var.host.kms_key_arn : var.secrets_kms_key_arn,
              ]
              Condition = {
                StringEquals = {
                  "kms:ViaService" = "secretsmanager.${local.region}.amazonaws.com"
                  "kms:EncryptionContext:SecretARN" = distinct([
                    for v in values(var.secrets) :
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
        anytrue([for v in values(var.secrets) : strcontains(v, ":ssm:")]) &&
        (var.host.kms_key_arn != null || var.secrets_kms_key_arn != null)
        ? [
          [
            {
              Sid    = "DecryptParameters"
              Effect = "Allow"
              Action = ["kms:Decrypt"]
              Resource = [
                var.secrets_kms_key_arn == null ? var.host.kms_key_arn : var.secrets_kms_key_arn,
              ]
              Condition = {
                StringEquals = {
                  "kms:ViaService" = "ssm.${local.region}.amazonaws.com"
                  "kms:EncryptionContext:PARAMETER_ARN" = distinct([
                    for v in values(var.secrets) :
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

resource "aws_iam_role_policy" "task" {
  count = length(var.statements) > 0 || var.shared_storage_path != null ? 1 : 0

  name = "access"
  role = aws_iam_role.task.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [
        for s in var.statements : merge(
          {
            Sid      = s.sid
            Effect   = "Allow"
            Action   = s.actions
            Resource = s.resources
          },
          [for c in s.conditions[*] : { Condition = c }]...
        )
      ],
      flatten(
        var.shared_storage_path != null
        ? [
          [
            {
              Sid    = "MountSharedStorage"
              Effect = "Allow"
              Action = (
                var.shared_storage_read_only
                ? ["elasticfilesystem:ClientMount"]
                : ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"]
              )
              Resource = [var.host.file_system_arn]
              Condition = {
                StringEquals = { "elasticfilesystem:AccessPointArn" = var.host.access_point_arn }
              }
            },
          ],
        ]
        : []
      ),
    )
  })
}

resource "aws_ssm_parameter" "this" {
  # checkov:skip=CKV2_AWS_34:It holds no secret, only names and ARNs that DAGs start the task with.

  name        = "/airflow-fargate/${var.host.name}/tasks/${var.task}"
  description = "How to start the task ${var.task} of ${var.host.name}"
  type        = "String"

  insecure_value = jsonencode({
    version                    = 1
    task                       = var.task
    cluster                    = tostring(var.host.cluster_arn)
    task_definition            = aws_ecs_task_definition.this.arn
    container                  = var.task
    subnets                    = var.host.private_subnet_ids
    security_groups            = var.host.security_group_ids
    capacity_provider_strategy = [{ capacityProvider = var.capacity_provider, weight = 1 }]
    propagate_tags             = "TASK_DEFINITION"
    logs = {
      group         = aws_cloudwatch_log_group.this.name
      region        = local.region
      stream_prefix = "task"
    }
  })

  tags = merge(var.tags, { Name = "/airflow-fargate/${var.host.name}/tasks/${var.task}" })
}
