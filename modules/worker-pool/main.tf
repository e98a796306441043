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

################################################################################
# Workers
################################################################################

resource "aws_cloudwatch_log_group" "worker" {
  # checkov:skip=AF_LOG_GROUP:Without kms_key_arn, CloudWatch Logs encrypts it with a key of its own.
  # checkov:skip=CKV_AWS_158:Without kms_key_arn, CloudWatch Logs encrypts it with a key of its own.
  # checkov:skip=CKV_AWS_338:How long logs are of use is for who runs this to say, by log_retention_days.

  name              = "/airflow-fargate/${var.host.name}/worker-${var.pool}"
  kms_key_id        = var.host.kms_key_arn
  retention_in_days = var.host.log_retention_days

  tags = var.tags
}

resource "aws_ecs_service" "worker" {
  name                               = "worker-${var.pool}"
  availability_zone_rebalancing      = "DISABLED"
  cluster                            = var.host.cluster_name
  deployment_maximum_percent         = 200
  deployment_minimum_healthy_percent = 50
  desired_count                      = var.desired_count
  enable_ecs_managed_tags            = true
  enable_execute_command             = var.exec
  platform_version                   = "LATEST"
  propagate_tags                     = "SERVICE"
  task_definition                    = aws_ecs_task_definition.worker.arn

  capacity_provider_strategy {
    capacity_provider = var.spot ? "FARGATE_SPOT" : "FARGATE"
    weight            = 1
  }

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  network_configuration {
    assign_public_ip = false
    security_groups  = [aws_security_group.worker.id]
    subnets          = var.host.private_subnet_ids
  }

  tags = merge(var.tags, { Name = "${var.host.name}-worker-${var.pool}" })

  depends_on = [
    aws_iam_role_policy.worker_task,
    aws_iam_role_policy.worker_execution,
    aws_iam_role_policy.worker_exec,
  ]
}

resource "aws_ecs_task_definition" "worker" {
  family                   = "${var.host.name}_worker-${var.pool}"
  cpu                      = var.cpu
  execution_role_arn       = aws_iam_role.worker_execution.arn
  memory                   = var.memory_mib
  network_mode             = "awsvpc"
  requires_compatibilities = ["FARGATE"]
  task_role_arn            = aws_iam_role.worker_task.arn

  container_definitions = jsonencode([
    {
      name                   = "wait-for-migrations"
      image                  = tostring(var.host.image_uri)
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
        for k, v in merge(var.host.environment, { AIRFLOW_FARGATE_STOP_TIMEOUT_SECONDS = "120" }) :
        { name = k, value = v }
      ]
      secrets = [
        for k, v in merge(var.host.secret_environment, {
          AIRFLOW__API__SECRET_KEY = var.host.api_secret_key_secret_arn
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
          awslogs-group         = aws_cloudwatch_log_group.worker.name
          awslogs-region        = local.region
          awslogs-stream-prefix = tostring(var.host.name)
          mode                  = "non-blocking"
          max-buffer-size       = "25m"
        }
      }
    },
    {
      name                   = "worker"
      image                  = tostring(var.host.image_uri)
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
        var.pool,
        "--concurrency",
        tostring(var.concurrency),
        "--without-mingle",
        "--without-gossip",
      ]
      environment = [
        for k, v in merge(var.host.environment, { AIRFLOW_FARGATE_STOP_TIMEOUT_SECONDS = "120" }) :
        { name = k, value = v }
      ]
      secrets = [
        for k, v in merge(var.host.secret_environment, {
          AIRFLOW__API__SECRET_KEY = var.host.api_secret_key_secret_arn
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
          if var.exec
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
          awslogs-group         = aws_cloudwatch_log_group.worker.name
          awslogs-region        = local.region
          awslogs-stream-prefix = tostring(var.host.name)
          mode                  = "non-blocking"
          max-buffer-size       = "25m"
        }
      }
    },
  ])

  dynamic "volume" {
    for_each = var.exec ? ["var-lib-amazon", "var-log-amazon"] : []

    content {
      name = volume.value
    }
  }

  ephemeral_storage {
    size_in_gib = var.ephemeral_storage_gib
  }

  runtime_platform {
    cpu_architecture        = var.host.architecture
    operating_system_family = "LINUX"
  }

  volume {
    name = "tmp"
  }

  volume {
    name = "opt-airflow-logs"
  }

  tags = merge(var.tags, { Name = "${var.host.name}-worker-${var.pool}" })
}

resource "aws_iam_role" "worker_execution" {
  name                 = "${var.host.name}.worker-${var.pool}-${local.region}"
  description          = "How ECS starts worker-${var.pool} of ${var.host.name}"
  path                 = "/"
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

resource "aws_iam_role" "worker_task" {
  name                 = "${var.host.name}+worker-${var.pool}-${local.region}"
  description          = "What worker-${var.pool} of ${var.host.name} may do"
  path                 = "/"
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

resource "aws_iam_role_policy" "worker_exec" {
  count = var.exec ? 1 : 0

  name = "exec"
  role = aws_iam_role.worker_task.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [
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
          Resource = ["${var.host.exec_log_group_arn}:*"]
        },
      ],
      flatten(
        var.host.exec_kms_key_arn != null
        ? [
          [
            {
              Sid      = "DecryptExecSessions"
              Effect   = "Allow"
              Action   = ["kms:Decrypt"]
              Resource = [var.host.exec_kms_key_arn]
            },
          ],
        ]
        : []
      ),
    )
  })
}

resource "aws_iam_role_policy" "worker_execution" {
  name = "access"
  role = aws_iam_role.worker_execution.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      flatten(
        var.host.image_repository_arn != null
        ? [
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
              Resource = [var.host.image_repository_arn]
            },
          ],
        ]
        : []
      ),
      [
        {
          Sid      = "WriteLogs"
          Effect   = "Allow"
          Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
          Resource = ["${aws_cloudwatch_log_group.worker.arn}:*"]
        },
        {
          Sid      = "ReadCredentials"
          Effect   = "Allow"
          Action   = ["secretsmanager:GetSecretValue"]
          Resource = [var.host.api_secret_key_secret_arn]
        },
      ],
      flatten(
        var.host.credentials_kms_key_arn != null
        ? [
          [
            {
              Sid      = "DecryptCredentials"
              Effect   = "Allow"
              Action   = ["kms:Decrypt"]
              Resource = [var.host.credentials_kms_key_arn]
              Condition = {
                StringEquals = { "kms:ViaService" = "secretsmanager.${local.region}.amazonaws.com" }
                StringLike = {
                  "kms:EncryptionContext:SecretARN" = [var.host.api_secret_key_secret_arn]
                }
              }
            },
          ],
        ]
        : []
      ),
      flatten(
        anytrue([for v in values(var.host.secret_environment) : strcontains(v, ":secretsmanager:")])
        ? [
          [
            {
              Sid    = "ReadSecrets"
              Effect = "Allow"
              Action = ["secretsmanager:GetSecretValue"]
              Resource = distinct([
                for v in values(var.host.secret_environment) :
                regex("^[^:]*:[^:]*:[^:]*:[^:]*:[^:]*:[^:]*(?::[^:]*)?", v)
                if strcontains(v, ":secretsmanager:")
              ])
            },
          ],
        ]
        : []
      ),
      flatten(
        anytrue([for v in values(var.host.secret_environment) : strcontains(v, ":ssm:")])
        ? [
          [
            {
              Sid    = "ReadParameters"
              Effect = "Allow"
              Action = ["ssm:GetParameters"]
              Resource = distinct([
                for v in values(var.host.secret_environment) :
                regex("^[^:]*:[^:]*:[^:]*:[^:]*:[^:]*:[^:]*(?::[^:]*)?", v)
                if strcontains(v, ":ssm:")
              ])
            },
          ],
        ]
        : []
      ),
      flatten(
        anytrue([for v in values(var.host.secret_environment) : strcontains(v, ":secretsmanager:")]) &&
        var.host.kms_key_arn != null
        ? [
          [
            {
              Sid      = "DecryptSecrets"
              Effect   = "Allow"
              Action   = ["kms:Decrypt"]
              Resource = [var.host.kms_key_arn]
              Condition = {
                StringEquals = {
                  "kms:ViaService" = "secretsmanager.${local.region}.amazonaws.com"
                  "kms:EncryptionContext:SecretARN" = distinct([
                    for v in values(var.host.secret_environment) :
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
        anytrue([for v in values(var.host.secret_environment) : strcontains(v, ":ssm:")]) &&
        var.host.kms_key_arn != null
        ? [
          [
            {
              Sid      = "DecryptParameters"
              Effect   = "Allow"
              Action   = ["kms:Decrypt"]
              Resource = [var.host.kms_key_arn]
              Condition = {
                StringEquals = {
                  "kms:ViaService" = "ssm.${local.region}.amazonaws.com"
                  "kms:EncryptionContext:PARAMETER_ARN" = distinct([
                    for v in values(var.host.secret_environment) :
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

resource "aws_iam_role_policy" "worker_task" {
  name = "access"
  role = aws_iam_role.worker_task.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [
        {
          Sid      = "ReadDatabasePassword"
          Effect   = "Allow"
          Action   = ["secretsmanager:GetSecretValue"]
          Resource = [var.host.database_secret_arn]
        },
      ],
      flatten(
        var.host.database_secret_kms_key_arn != null
        ? [
          [
            {
              Sid      = "DecryptDatabasePassword"
              Effect   = "Allow"
              Action   = ["kms:Decrypt"]
              Resource = [var.host.database_secret_kms_key_arn]
              Condition = {
                StringEquals = { "kms:ViaService" = "secretsmanager.${local.region}.amazonaws.com" }
                StringLike = {
                  "kms:EncryptionContext:SecretARN" = [var.host.database_secret_arn]
                }
              }
            },
          ],
        ]
        : []
      ),
      flatten(
        var.host.dags_bucket_name != null
        ? [
          [
            {
              Sid    = "ListDags"
              Effect = "Allow"
              Action = ["s3:ListBucket"]
              Resource = [
                "arn:${local.partition}:s3:::${var.host.dags_bucket_name != null ? var.host.dags_bucket_name : "none"}",
              ]
            },
            {
              Sid    = "ReadDags"
              Effect = "Allow"
              Action = ["s3:GetObject"]
              Resource = [
                join("/", compact([
                  "arn:${local.partition}:s3:::${var.host.dags_bucket_name != null ? var.host.dags_bucket_name : "none"}",
                  var.host.dags_prefix,
                  "*",
                ])),
              ]
            },
          ],
        ]
        : []
      ),
      flatten(
        (var.host.dags_bucket_name == null ? false : var.host.dags_kms_key_arn != null)
        ? [
          [
            {
              Sid      = "DecryptDags"
              Effect   = "Allow"
              Action   = ["kms:Decrypt"]
              Resource = [var.host.dags_kms_key_arn]
              Condition = {
                StringEquals = { "kms:ViaService" = "s3.${local.region}.amazonaws.com" }
                StringLike = {
                  "kms:EncryptionContext:aws:s3:arn" = [
                    "arn:${local.partition}:s3:::${var.host.dags_bucket_name != null ? var.host.dags_bucket_name : "none"}",
                    join("/", compact([
                      "arn:${local.partition}:s3:::${var.host.dags_bucket_name != null ? var.host.dags_bucket_name : "none"}",
                      var.host.dags_prefix,
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
          Sid    = "ConsumeTasks${replace(title(var.pool), "-", "")}"
          Effect = "Allow"
          Action = [
            "sqs:ChangeMessageVisibility",
            "sqs:DeleteMessage",
            "sqs:GetQueueAttributes",
            "sqs:ReceiveMessage",
          ]
          Resource = [var.host.queue_arns[var.pool]]
        },
      ],
      flatten(
        var.host.broker_kms_key_arn != null
        ? [
          [
            {
              Sid      = "ConsumeTasks${replace(title(var.pool), "-", "")}WithKey"
              Effect   = "Allow"
              Action   = ["kms:Decrypt"]
              Resource = [var.host.broker_kms_key_arn]
              Condition = {
                StringEquals = { "kms:ViaService" = "sqs.${local.region}.amazonaws.com" }
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
            "arn:${local.partition}:ecs:${local.region}:${local.account_id}:task-definition/${var.host.name}_task_*",
          ]
          Condition = {
            ArnEquals = { "ecs:cluster" = var.host.cluster_arn }
          }
        },
        {
          Sid    = "PassTaskRoles"
          Effect = "Allow"
          Action = ["iam:PassRole"]
          Resource = [
            "arn:${local.partition}:iam::${local.account_id}:role/airflow-fargate/${local.region}/${var.host.name}/*",
          ]
          Condition = {
            StringEquals = { "iam:PassedToService" = "ecs-tasks.amazonaws.com" }
          }
        },
        {
          Sid      = "TagTasksAtStart"
          Effect   = "Allow"
          Action   = ["ecs:TagResource"]
          Resource = ["${replace(var.host.cluster_arn, ":cluster/", ":task/")}/*"]
          Condition = {
            StringEquals = { "ecs:CreateAction" = "RunTask" }
          }
        },
        {
          Sid      = "WatchAndStopTasks"
          Effect   = "Allow"
          Action   = ["ecs:DescribeTasks", "ecs:StopTask"]
          Resource = ["${replace(var.host.cluster_arn, ":cluster/", ":task/")}/*"]
          Condition = {
            ArnEquals     = { "ecs:cluster" = var.host.cluster_arn }
            StringNotLike = { "aws:ResourceTag/Name" = "${var.host.name}-*" }
          }
        },
        {
          Sid      = "FindTasks"
          Effect   = "Allow"
          Action   = ["ecs:ListTasks"]
          Resource = ["*"]
          Condition = {
            ArnEquals = { "ecs:cluster" = var.host.cluster_arn }
          }
        },
        {
          Sid    = "ReadTaskOutput"
          Effect = "Allow"
          Action = ["logs:GetLogEvents"]
          Resource = [
            "arn:${local.partition}:logs:${local.region}:${local.account_id}:log-group:/airflow-fargate/${var.host.name}/tasks/*:log-stream:*",
          ]
        },
        {
          Sid    = "ReadTaskParameters"
          Effect = "Allow"
          Action = ["ssm:GetParametersByPath"]
          Resource = [
            "arn:${local.partition}:ssm:${local.region}:${local.account_id}:parameter/airflow-fargate/${var.host.name}/tasks",
          ]
        },
      ],
      flatten(
        var.host.task_logs_bucket_arn != null
        ? [
          [
            {
              Sid    = "AppendTaskLogs"
              Effect = "Allow"
              Action = ["s3:GetObject", "s3:PutObject"]
              Resource = [
                "${var.host.task_logs_bucket_arn != null ? var.host.task_logs_bucket_arn : var.host.task_logs_log_group_arn}/*",
              ]
            },
            {
              Sid    = "ListTaskLogs"
              Effect = "Allow"
              Action = ["s3:ListBucket"]
              Resource = [
                (
                  var.host.task_logs_bucket_arn != null
                  ? var.host.task_logs_bucket_arn
                  : var.host.task_logs_log_group_arn
                ),
              ]
            },
          ],
        ]
        : []
      ),
      flatten(
        (var.host.task_logs_bucket_arn == null ? false : var.host.task_logs_kms_key_arn != null)
        ? [
          [
            {
              Sid      = "EncryptTaskLogs"
              Effect   = "Allow"
              Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
              Resource = [var.host.task_logs_kms_key_arn]
              Condition = {
                StringEquals = { "kms:ViaService" = "s3.${local.region}.amazonaws.com" }
                StringLike = {
                  "kms:EncryptionContext:aws:s3:arn" = [
                    (
                      var.host.task_logs_bucket_arn != null
                      ? var.host.task_logs_bucket_arn
                      : var.host.task_logs_log_group_arn
                    ),
                  ]
                }
              }
            },
          ],
        ]
        : []
      ),
      flatten(
        var.host.task_logs_log_group_arn != null
        ? [
          [
            {
              Sid    = "FindTaskLogs"
              Effect = "Allow"
              Action = ["logs:DescribeLogGroups"]
              Resource = [
                "arn:${local.partition}:logs:${local.region}:${local.account_id}:log-group:*",
              ]
            },
            {
              Sid    = "WriteTaskLogs"
              Effect = "Allow"
              Action = ["logs:CreateLogStream", "logs:PutLogEvents"]
              Resource = [
                "${var.host.task_logs_log_group_arn != null ? var.host.task_logs_log_group_arn : var.host.task_logs_bucket_arn}:*",
              ]
            },
          ],
        ]
        : []
      ),
      [
        {
          Sid      = "ProtectItself"
          Effect   = "Allow"
          Action   = ["ecs:UpdateTaskProtection"]
          Resource = ["${replace(var.host.cluster_arn, ":cluster/", ":task/")}/*"]
          Condition = {
            ArnEquals    = { "ecs:cluster" = var.host.cluster_arn }
            StringEquals = { "aws:ResourceTag/Name" = "${var.host.name}-worker-${var.pool}" }
          }
        },
      ],
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
    )
  })
}

resource "aws_security_group" "worker" {
  name        = "${var.host.name}_worker-${var.pool}"
  description = "worker-${var.pool} of ${var.host.name}"
  vpc_id      = var.host.vpc_id

  tags = merge(var.tags, { Name = "${var.host.name}_worker-${var.pool}" })
}

resource "aws_vpc_security_group_egress_rule" "worker_to_api_server" {
  description                  = "worker-${var.pool} of ${var.host.name}, to api_server"
  from_port                    = 8080
  ip_protocol                  = "tcp"
  referenced_security_group_id = var.host.api_server_security_group_id
  security_group_id            = aws_security_group.worker.id
  to_port                      = 8080

  tags = var.tags
}

resource "aws_vpc_security_group_egress_rule" "worker_to_database" {
  description                  = "worker-${var.pool} of ${var.host.name}, to database"
  from_port                    = var.host.database_port
  ip_protocol                  = "tcp"
  referenced_security_group_id = var.host.database_security_group_id
  security_group_id            = aws_security_group.worker.id
  to_port                      = var.host.database_port

  tags = var.tags
}

resource "aws_vpc_security_group_egress_rule" "worker_to_https" {
  description       = "worker-${var.pool} of ${var.host.name}, to https"
  cidr_ipv4         = "0.0.0.0/0"
  from_port         = 443
  ip_protocol       = "tcp"
  security_group_id = aws_security_group.worker.id
  to_port           = 443

  tags = var.tags
}

resource "aws_vpc_security_group_ingress_rule" "worker_from_api_server" {
  description                  = "worker-${var.pool} of ${var.host.name}, from api_server"
  from_port                    = 8793
  ip_protocol                  = "tcp"
  referenced_security_group_id = var.host.api_server_security_group_id
  security_group_id            = aws_security_group.worker.id
  to_port                      = 8793

  tags = var.tags
}

################################################################################
# Way to AWS
################################################################################

resource "aws_vpc_security_group_ingress_rule" "endpoints_from_worker" {
  count = length(var.host.endpoints_security_group_ids)

  description                  = "Interface endpoints of ${var.host.name}, from ${replace("worker_${var.pool}", "-", "_")}"
  from_port                    = 443
  ip_protocol                  = "tcp"
  referenced_security_group_id = aws_security_group.worker.id
  security_group_id            = element(var.host.endpoints_security_group_ids, count.index)
  to_port                      = 443

  tags = var.tags
}

################################################################################
# Way to the database
################################################################################

resource "aws_vpc_security_group_ingress_rule" "database_from_worker" {
  description                  = "Metadata database of ${var.host.name}, from ${replace("worker_${var.pool}", "-", "_")}"
  from_port                    = var.host.database_port
  ip_protocol                  = "tcp"
  referenced_security_group_id = aws_security_group.worker.id
  security_group_id            = var.host.database_security_group_id
  to_port                      = var.host.database_port

  tags = var.tags
}

################################################################################
# Way to and from the API server
################################################################################

resource "aws_vpc_security_group_egress_rule" "api_server_to_worker" {
  description                  = "api-server of ${var.host.name}, to ${replace("worker_${var.pool}", "-", "_")}"
  from_port                    = 8793
  ip_protocol                  = "tcp"
  referenced_security_group_id = aws_security_group.worker.id
  security_group_id            = var.host.api_server_security_group_id
  to_port                      = 8793

  tags = var.tags
}

resource "aws_vpc_security_group_ingress_rule" "api_server_from_worker" {
  description                  = "api-server of ${var.host.name}, from ${replace("worker_${var.pool}", "-", "_")}"
  from_port                    = 8080
  ip_protocol                  = "tcp"
  referenced_security_group_id = aws_security_group.worker.id
  security_group_id            = var.host.api_server_security_group_id
  to_port                      = 8080

  tags = var.tags
}
