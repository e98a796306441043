variable "host" {
  description = <<-EOT
    Where the pool runs: the output `worker_host` of `modules/airflow`.
    - `name`: Name of the deployment.
    - `vpc_id`: The VPC.
    - `private_subnet_ids`: Subnets that workers run in, at most 16. They need a way to ECR, ECS, CloudWatch Logs, Secrets Manager, Parameter Store and SQS, by NAT or by endpoints.
    - `endpoints_security_group_ids`: Security groups of interface endpoints, which workers are let into.
    - `cluster_arn`: The ECS cluster.
    - `cluster_name`: Name of the cluster.
    - `exec_log_group_arn`: Log group of ECS Exec sessions.
    - `exec_kms_key_arn`: Key of ECS Exec sessions.
    - `image_uri`: Airflow's image.
    - `image_repository_arn`: Its ECR repository, if it is in a private one.
    - `architecture`: Processor that the image is for.
    - `environment`: What Airflow's configuration tells workers, as environment variables.
    - `secret_environment`: Further environment variables, each with the ARN of a secret or parameter that holds its value.
    - `api_secret_key_secret_arn`: Secret with Airflow's `api/secret_key`, which workers check requests for logs by.
    - `credentials_kms_key_arn`: Key of that secret.
    - `api_server_security_group_id`: Security group of the API server, which workers report to and which fetches their logs.
    - `database_secret_arn`: Secret with user and password of the database.
    - `database_secret_kms_key_arn`: Key of that secret.
    - `database_security_group_id`: Security group of the database, where Celery keeps its results.
    - `database_port`: TCP port of the database.
    - `queue_arns`: ARN of each pool's queue, by the pool's name.
    - `broker_kms_key_arn`: Key of the queues' messages.
    - `task_logs_bucket_arn`: Bucket of the tasks' logs, if they are in one. Either this or the log group is given.
    - `task_logs_log_group_arn`: Log group of the tasks' logs.
    - `task_logs_kms_key_arn`: Key of the tasks' logs.
    - `dags_bucket_name`: Bucket that DAGs are copied from, if they are: `S3Dags`.
    - `dags_prefix`: Folder of the DAGs in the bucket.
    - `dags_kms_key_arn`: Key of the bucket.
    - `log_retention_days`: Days that workers' output is kept, unless a pool says otherwise.
    - `kms_key_arn`: Key of workers' output, unless a pool says otherwise, and of what `secret_environment` names.
    - `permissions_boundary_arn`: Permissions boundary of workers' roles, unless a pool says otherwise.
  EOT
  type = object({
    name                         = string
    vpc_id                       = string
    private_subnet_ids           = list(string)
    endpoints_security_group_ids = optional(list(string), [])
    cluster_arn                  = string
    cluster_name                 = string
    exec_log_group_arn           = string
    exec_kms_key_arn             = optional(string)
    image_uri                    = string
    image_repository_arn         = optional(string)
    architecture                 = optional(string, "X86_64")
    environment                  = map(string)
    secret_environment           = optional(map(string), {})
    api_secret_key_secret_arn    = string
    credentials_kms_key_arn      = optional(string)
    api_server_security_group_id = string
    database_secret_arn          = string
    database_secret_kms_key_arn  = optional(string)
    database_security_group_id   = string
    database_port                = optional(number, 5432)
    queue_arns                   = map(string)
    broker_kms_key_arn           = optional(string)
    task_logs_bucket_arn         = optional(string)
    task_logs_log_group_arn      = optional(string)
    task_logs_kms_key_arn        = optional(string)
    dags_bucket_name             = optional(string)
    dags_prefix                  = optional(string, "")
    dags_kms_key_arn             = optional(string)
    log_retention_days           = optional(number, 30)
    kms_key_arn                  = optional(string)
    permissions_boundary_arn     = optional(string)
  })
  nullable = false

  validation {
    condition = (
      length(var.host.name) >= 1 &&
      length(var.host.name) <= 24 &&
      !can(regex("^((sg|sthree|amzn-s3-demo|internal)(-|$))", var.host.name)) &&
      can(regex("^([a-z](-?[a-z0-9])*)$", var.host.name))
    )

    error_message = "host.name must be 1 to 24 lower-case letters, digits and single hyphens, beginning with a letter, not ending in a hyphen, and not beginning with sg, sthree, amzn-s3-demo, internal (which AWS keeps for itself); got ${jsonencode(var.host.name)}."
  }

  validation {
    condition     = can(regex("^(vpc-[0-9a-f]{8,17})$", var.host.vpc_id))
    error_message = "host.vpc_id must be a VPC's id, such as \"vpc-0123456789abcdef0\"; got ${jsonencode(var.host.vpc_id)}."
  }

  validation {
    condition = (
      length(var.host.private_subnet_ids) >= 1 &&
      length(distinct(var.host.private_subnet_ids)) == length(var.host.private_subnet_ids) &&
      alltrue([for item in var.host.private_subnet_ids : can(regex("^(subnet-[0-9a-f]{8,17})$", item))])
    )

    error_message = "host.private_subnet_ids must be a list of at least 1 different values, each a subnet's id, such as \"subnet-0123456789abcdef0\"; got ${jsonencode(var.host.private_subnet_ids)}."
  }

  validation {
    condition = (
      length(distinct(var.host.endpoints_security_group_ids)) == length(var.host.endpoints_security_group_ids) &&
      alltrue([for item in var.host.endpoints_security_group_ids : can(regex("^(sg-[0-9a-f]{8,17})$", item))])
    )

    error_message = "host.endpoints_security_group_ids must be a list of different values, each a security group's id; got ${jsonencode(var.host.endpoints_security_group_ids)}."
  }

  validation {
    condition = can(regex(
      "^(arn:aws[a-z-]*:ecs:[a-z0-9-]+:\\d{12}:cluster/.+)$",
      var.host.cluster_arn,
    ))

    error_message = "host.cluster_arn must be an ARN of the form arn:aws:ecs:REGION:ACCOUNT:cluster/...; got ${jsonencode(var.host.cluster_arn)}."
  }

  validation {
    condition = can(regex(
      "^(arn:aws[a-z-]*:logs:[a-z0-9-]+:\\d{12}:log-group:.+)$",
      var.host.exec_log_group_arn,
    ))

    error_message = "host.exec_log_group_arn must be an ARN of the form arn:aws:logs:REGION:ACCOUNT:log-group:...; got ${jsonencode(var.host.exec_log_group_arn)}."
  }

  validation {
    condition = (
      var.host.exec_kms_key_arn == null
      ? true
      : can(regex("^(arn:aws[a-z-]*:kms:[a-z0-9-]+:\\d{12}:key/.+)$", var.host.exec_kms_key_arn))
    )

    error_message = "host.exec_kms_key_arn must be an ARN of the form arn:aws:kms:REGION:ACCOUNT:key/...; got ${jsonencode(var.host.exec_kms_key_arn)}."
  }

  validation {
    condition = can(regex(
      "^([^\\s@]*[^\\s@/]+(:\\w[\\w.-]{0,127}|(:\\w[\\w.-]{0,127})?@sha256:[0-9a-f]{64}))$",
      var.host.image_uri,
    ))

    error_message = "host.image_uri must be an image with a tag or a digest, such as \"123456789012.dkr.ecr.eu-west-1.amazonaws.com/airflow:2026-11\"; got ${jsonencode(var.host.image_uri)}."
  }

  validation {
    condition = (
      var.host.image_repository_arn == null
      ? true
      : can(regex(
        "^(arn:aws[a-z-]*:ecr:[a-z0-9-]+:\\d{12}:repository/.+)$",
        var.host.image_repository_arn,
      ))
    )

    error_message = "host.image_repository_arn must be an ARN of the form arn:aws:ecr:REGION:ACCOUNT:repository/...; got ${jsonencode(var.host.image_repository_arn)}."
  }

  validation {
    condition     = contains(["ARM64", "X86_64"], var.host.architecture)
    error_message = "host.architecture must be one of 'ARM64', 'X86_64'; got ${jsonencode(var.host.architecture)}."
  }

  validation {
    condition = can(regex(
      "^(arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\\d{12}:secret:.+)$",
      var.host.api_secret_key_secret_arn,
    ))

    error_message = "host.api_secret_key_secret_arn must be an ARN of the form arn:aws:secretsmanager:REGION:ACCOUNT:secret:...; got ${jsonencode(var.host.api_secret_key_secret_arn)}."
  }

  validation {
    condition = (
      var.host.credentials_kms_key_arn == null
      ? true
      : can(regex(
        "^(arn:aws[a-z-]*:kms:[a-z0-9-]+:\\d{12}:key/.+)$",
        var.host.credentials_kms_key_arn,
      ))
    )

    error_message = "host.credentials_kms_key_arn must be an ARN of the form arn:aws:kms:REGION:ACCOUNT:key/...; got ${jsonencode(var.host.credentials_kms_key_arn)}."
  }

  validation {
    condition     = can(regex("^(sg-[0-9a-f]{8,17})$", var.host.api_server_security_group_id))
    error_message = "host.api_server_security_group_id must be a security group's id, such as \"sg-0123456789abcdef0\"; got ${jsonencode(var.host.api_server_security_group_id)}."
  }

  validation {
    condition = can(regex(
      "^(arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\\d{12}:secret:.+)$",
      var.host.database_secret_arn,
    ))

    error_message = "host.database_secret_arn must be an ARN of the form arn:aws:secretsmanager:REGION:ACCOUNT:secret:...; got ${jsonencode(var.host.database_secret_arn)}."
  }

  validation {
    condition = (
      var.host.database_secret_kms_key_arn == null
      ? true
      : can(regex(
        "^(arn:aws[a-z-]*:kms:[a-z0-9-]+:\\d{12}:key/.+)$",
        var.host.database_secret_kms_key_arn,
      ))
    )

    error_message = "host.database_secret_kms_key_arn must be an ARN of the form arn:aws:kms:REGION:ACCOUNT:key/...; got ${jsonencode(var.host.database_secret_kms_key_arn)}."
  }

  validation {
    condition     = can(regex("^(sg-[0-9a-f]{8,17})$", var.host.database_security_group_id))
    error_message = "host.database_security_group_id must be a security group's id, such as \"sg-0123456789abcdef0\"; got ${jsonencode(var.host.database_security_group_id)}."
  }

  validation {
    condition = (
      floor(var.host.database_port) == var.host.database_port &&
      var.host.database_port >= 1 &&
      var.host.database_port <= 65535
    )

    error_message = "host.database_port must be a whole number from 1 to 65535; got ${jsonencode(var.host.database_port)}."
  }

  validation {
    condition = (
      var.host.broker_kms_key_arn == null
      ? true
      : can(regex("^(arn:aws[a-z-]*:kms:[a-z0-9-]+:\\d{12}:key/.+)$", var.host.broker_kms_key_arn))
    )

    error_message = "host.broker_kms_key_arn must be an ARN of the form arn:aws:kms:REGION:ACCOUNT:key/...; got ${jsonencode(var.host.broker_kms_key_arn)}."
  }

  validation {
    condition = (
      var.host.task_logs_bucket_arn == null
      ? true
      : can(regex("^(arn:aws[a-z-]*:s3:::[^/]+)$", var.host.task_logs_bucket_arn))
    )

    error_message = "host.task_logs_bucket_arn must be the ARN of a bucket, arn:aws:s3:::...; got ${jsonencode(var.host.task_logs_bucket_arn)}."
  }

  validation {
    condition = (
      var.host.task_logs_log_group_arn == null
      ? true
      : can(regex(
        "^(arn:aws[a-z-]*:logs:[a-z0-9-]+:\\d{12}:log-group:.+)$",
        var.host.task_logs_log_group_arn,
      ))
    )

    error_message = "host.task_logs_log_group_arn must be an ARN of the form arn:aws:logs:REGION:ACCOUNT:log-group:...; got ${jsonencode(var.host.task_logs_log_group_arn)}."
  }

  validation {
    condition = (
      var.host.task_logs_kms_key_arn == null
      ? true
      : can(regex(
        "^(arn:aws[a-z-]*:kms:[a-z0-9-]+:\\d{12}:key/.+)$",
        var.host.task_logs_kms_key_arn,
      ))
    )

    error_message = "host.task_logs_kms_key_arn must be an ARN of the form arn:aws:kms:REGION:ACCOUNT:key/...; got ${jsonencode(var.host.task_logs_kms_key_arn)}."
  }

  validation {
    condition = (
      var.host.dags_kms_key_arn == null
      ? true
      : can(regex("^(arn:aws[a-z-]*:kms:[a-z0-9-]+:\\d{12}:key/.+)$", var.host.dags_kms_key_arn))
    )

    error_message = "host.dags_kms_key_arn must be an ARN of the form arn:aws:kms:REGION:ACCOUNT:key/...; got ${jsonencode(var.host.dags_kms_key_arn)}."
  }

  validation {
    condition = contains(
      [
        1,
        3,
        5,
        7,
        14,
        30,
        60,
        90,
        120,
        150,
        180,
        365,
        400,
        545,
        731,
        1096,
        1827,
        2192,
        2557,
        2922,
        3288,
        3653,
      ],
      var.host.log_retention_days,
    )

    error_message = "host.log_retention_days must be one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653 (what CloudWatch Logs allows); got ${jsonencode(var.host.log_retention_days)}."
  }

  validation {
    condition = (
      var.host.kms_key_arn == null
      ? true
      : can(regex("^(arn:aws[a-z-]*:kms:[a-z0-9-]+:\\d{12}:key/.+)$", var.host.kms_key_arn))
    )

    error_message = "host.kms_key_arn must be an ARN of the form arn:aws:kms:REGION:ACCOUNT:key/...; got ${jsonencode(var.host.kms_key_arn)}."
  }

  validation {
    condition = (
      var.host.permissions_boundary_arn == null
      ? true
      : can(regex(
        "^(arn:aws[a-z-]*:iam::(\\d{12}|aws):policy/.+)$",
        var.host.permissions_boundary_arn,
      ))
    )

    error_message = "host.permissions_boundary_arn must be an ARN of the form arn:aws:iam::ACCOUNT:policy/...; got ${jsonencode(var.host.permissions_boundary_arn)}."
  }
}

variable "pool" {
  description = "The pool: the name of its queue, and an operator's `queue` in a DAG. It is one of `worker_pools` of `modules/airflow`."
  type        = string
  nullable    = false

  validation {
    condition = (
      length(var.pool) >= 1 &&
      length(var.pool) <= 16 &&
      can(regex("^([a-z](-?[a-z0-9])*)$", var.pool))
    )

    error_message = "pool must be 1 to 16 lower-case letters, digits and single hyphens, beginning with a letter and not ending in a hyphen; got ${jsonencode(var.pool)}."
  }

  validation {
    condition     = contains(keys(var.host.queue_arns), var.pool)
    error_message = "pool must be one that the deployment has a queue for: ${join(", ", keys(var.host.queue_arns))}; got ${jsonencode(var.pool)}. Name it in `worker_pools` of modules/airflow and apply that first."
  }
}

variable "cpu" {
  description = "CPU units of each worker; 1024 are one virtual CPU."
  type        = number
  default     = 1024
  nullable    = false

  validation {
    condition     = contains([256, 512, 1024, 2048, 4096, 8192, 16384], var.cpu)
    error_message = "cpu must be one of 256, 512, 1024, 2048, 4096, 8192, 16384 (what Fargate allows); got ${jsonencode(var.cpu)}."
  }
}

variable "memory_mib" {
  description = "Memory of each worker in MiB. With 8 tasks at a time, all waiting for Fargate tasks of their own, 1,400 were measured; what tasks do inside the worker comes on top."
  type        = number
  default     = 3072
  nullable    = false

  validation {
    condition     = floor(var.memory_mib) == var.memory_mib
    error_message = "memory_mib must be a whole number; got ${jsonencode(var.memory_mib)}."
  }

  validation {
    condition     = contains(try(local.fargate_memory_mib[tostring(var.cpu)], []), var.memory_mib)
    error_message = "memory_mib must be one of ${join(", ", try(local.fargate_memory_mib[tostring(var.cpu)], []))} with ${var.cpu} CPU units; got ${jsonencode(var.memory_mib)}."
  }

  validation {
    condition     = var.memory_mib >= var.concurrency * 150
    error_message = "memory_mib must be at least ${var.concurrency * 150} for ${var.concurrency} tasks at a time, each in a process of about 150 MiB; got ${jsonencode(var.memory_mib)}. Raise it, or lower `concurrency`."
  }
}

variable "desired_count" {
  description = "How many workers run. Scaling does not touch those that stay."
  type        = number
  default     = 1
  nullable    = false

  validation {
    condition = (
      floor(var.desired_count) == var.desired_count &&
      var.desired_count >= 0 &&
      var.desired_count <= 5000
    )

    error_message = "desired_count must be a whole number from 0 to 5000 (what ECS runs for one service); got ${jsonencode(var.desired_count)}."
  }
}

variable "concurrency" {
  description = "How many tasks a worker runs at a time, each in a process of about 150 MiB. Deferred tasks do not count."
  type        = number
  default     = 8
  nullable    = false

  validation {
    condition = (
      floor(var.concurrency) == var.concurrency &&
      var.concurrency >= 1 &&
      var.concurrency <= 256
    )

    error_message = "concurrency must be a whole number from 1 to 256 (with more, more workers serve better); got ${jsonencode(var.concurrency)}."
  }
}

variable "spot" {
  description = "Whether the workers are Fargate Spot's: about a third of the price, and AWS may take them back with two minutes' notice; when it has none to give, tasks wait. Tasks need `retries` there. A change replaces the service: for some minutes, tasks of the pool wait."
  type        = bool
  default     = false
  nullable    = false
}

variable "ephemeral_storage_gib" {
  description = "Disk of each worker in GiB, image included."
  type        = number
  default     = 21
  nullable    = false

  validation {
    condition = (
      floor(var.ephemeral_storage_gib) == var.ephemeral_storage_gib &&
      var.ephemeral_storage_gib >= 21 &&
      var.ephemeral_storage_gib <= 200
    )

    error_message = "ephemeral_storage_gib must be a whole number from 21 to 200 (what Fargate allows); got ${jsonencode(var.ephemeral_storage_gib)}."
  }
}

variable "exec" {
  description = "Whether ECS Exec can open a shell in the service's containers, as root. What the agent of ECS Exec writes goes to volumes at /var/lib/amazon and /var/log/amazon, because the root file system stays read-only. AWS promises ECS Exec for a writable root only, and does not say which Linux capabilities the agent needs (containers have none here): try it before you rely on it. A change takes effect in tasks that start later."
  type        = bool
  default     = false
  nullable    = false
}

variable "statements" {
  description = "What operators, hooks and sensors of DAGs may do in AWS in these workers, beyond what Airflow needs, as statements of an IAM policy. ARNs in them need not be known when Terraform plans."
  type = list(object({
    sid        = string
    actions    = list(string)
    resources  = list(string)
    conditions = optional(map(map(list(string))))
  }))
  default  = []
  nullable = false

  validation {
    condition = (
      alltrue([for sid in var.statements[*].sid : can(regex("^[A-Za-z0-9]+$", sid))]) &&
      length(distinct(var.statements[*].sid)) == length(var.statements[*].sid)
    )

    error_message = "statements must have a sid of letters and digits each, no two the same; got ${jsonencode(var.statements[*].sid)}."
  }

  validation {
    condition = alltrue(
      [for s in var.statements : length(s.actions) > 0 && length(s.resources) > 0],
    )

    error_message = "statements must have one action or more and one resource or more in each statement."
  }

  validation {
    condition = (
      length([for action in flatten(var.statements[*].actions) : action if can(regex("^(.+:)?[*?]+$", action))]) ==
      0
    )

    error_message = "actions of statements must be named (a whole service is more than a task needs: whoever may do all with a service may also delete, and give away, what is not the task's); got ${join(", ", [for action in flatten(var.statements[*].actions) : action if can(regex("^(.+:)?[*?]+$", action))])}. Name what the task does, such as \"s3:GetObject\"."
  }

  validation {
    condition = (
      length([for action in flatten(var.statements[*].actions) : action if !can(regex("^[a-z0-9-]+:[A-Za-z0-9*?]+$", action))]) ==
      0
    )

    error_message = "actions of statements must be of the form \"service:Action\", the service in lower case; got ${join(", ", [for action in flatten(var.statements[*].actions) : action if !can(regex("^[a-z0-9-]+:[A-Za-z0-9*?]+$", action))])}."
  }

  validation {
    condition = (
      length([for resource in flatten(var.statements[*].resources) : resource if resource != "*" && !startswith(resource, "arn:")]) ==
      0
    )

    error_message = "resources of statements must be ARNs, which begin with \"arn:\", or \"*\"; got ${join(", ", [for resource in flatten(var.statements[*].resources) : resource if resource != "*" && !startswith(resource, "arn:")])}."
  }
}

variable "tags" {
  description = "Tags of every resource and task, beside the provider's `default_tags`."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition = (
      length(var.tags) <= 40 &&
      alltrue([for key, text in var.tags : !can(regex("^(aws:)", key)) && !can(regex("^(Name$)", key)) && can(regex("^(.{1,128})$", key)) && length(text) <= 256])
    )

    error_message = "tags must be a mapping of at most 40 tags: keys of 1 to 128 characters that do not begin with aws: and are not Name (which every resource has of its own), values of at most 256; got ${jsonencode(var.tags)}."
  }
}
