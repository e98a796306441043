variable "host" {
  description = <<-EOT
    Where the task runs: the output `task_host` of `modules/airflow`.
    - `name`: Name of the deployment.
    - `cluster_arn`: The ECS cluster.
    - `private_subnet_ids`: Subnets that tasks run in, at most 16. They need a way to ECR, CloudWatch Logs, Secrets Manager and Parameter Store, by NAT or by endpoints.
    - `security_group_ids`: Security groups of tasks, at most 5.
    - `file_system_id`: EFS file system that tasks share. The four fields of shared storage go together.
    - `file_system_arn`: ARN of the file system.
    - `access_point_id`: Access point that tasks mount; it decides on the user and the folder.
    - `access_point_arn`: ARN of the access point.
    - `architecture`: Processor of tasks and of their images.
    - `log_retention_days`: Days that the output of tasks is kept.
    - `kms_key_arn`: Key for images and logs, and the key of secrets unless a task names another. Without it AWS encrypts with keys of its own.
    - `permissions_boundary_arn`: Permissions boundary of the tasks' roles.
  EOT
  type = object({
    name                     = string
    cluster_arn              = string
    private_subnet_ids       = list(string)
    security_group_ids       = list(string)
    file_system_id           = optional(string)
    file_system_arn          = optional(string)
    access_point_id          = optional(string)
    access_point_arn         = optional(string)
    architecture             = optional(string, "X86_64")
    log_retention_days       = optional(number, 30)
    kms_key_arn              = optional(string)
    permissions_boundary_arn = optional(string)
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
    condition = can(regex(
      "^(arn:aws[a-z-]*:ecs:[a-z0-9-]+:\\d{12}:cluster/.+)$",
      var.host.cluster_arn,
    ))

    error_message = "host.cluster_arn must be an ARN of the form arn:aws:ecs:REGION:ACCOUNT:cluster/...; got ${jsonencode(var.host.cluster_arn)}."
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
      length(var.host.security_group_ids) >= 1 &&
      length(distinct(var.host.security_group_ids)) == length(var.host.security_group_ids) &&
      alltrue([for item in var.host.security_group_ids : can(regex("^(sg-[0-9a-f]{8,17})$", item))])
    )

    error_message = "host.security_group_ids must be a list of at least 1 different values, each a security group's id; got ${jsonencode(var.host.security_group_ids)}."
  }

  validation {
    condition = (
      var.host.file_system_arn == null
      ? true
      : can(regex(
        "^(arn:aws[a-z-]*:elasticfilesystem:[a-z0-9-]+:\\d{12}:file-system/.+)$",
        var.host.file_system_arn,
      ))
    )

    error_message = "host.file_system_arn must be an ARN of the form arn:aws:elasticfilesystem:REGION:ACCOUNT:file-system/...; got ${jsonencode(var.host.file_system_arn)}."
  }

  validation {
    condition = (
      var.host.access_point_arn == null
      ? true
      : can(regex(
        "^(arn:aws[a-z-]*:elasticfilesystem:[a-z0-9-]+:\\d{12}:access-point/.+)$",
        var.host.access_point_arn,
      ))
    )

    error_message = "host.access_point_arn must be an ARN of the form arn:aws:elasticfilesystem:REGION:ACCOUNT:access-point/...; got ${jsonencode(var.host.access_point_arn)}."
  }

  validation {
    condition     = contains(["ARM64", "X86_64"], var.host.architecture)
    error_message = "host.architecture must be one of 'ARM64', 'X86_64'; got ${jsonencode(var.host.architecture)}."
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

variable "task" {
  description = "Name of the task, for DAGs: `FargateTaskOperator(task=...)`."
  type        = string
  nullable    = false

  validation {
    condition = (
      length(var.task) >= 1 &&
      length(var.task) <= 24 &&
      can(regex("^([a-z][a-z0-9]*(_[a-z0-9]+)*)$", var.task))
    )

    error_message = "task must be 1 to 24 lower-case letters, digits and single underscores, beginning with a letter and not ending in an underscore; got ${jsonencode(var.task)}."
  }
}

variable "image_uri" {
  description = "Image of the task, with a tag or a digest. It runs as a user other than root."
  type        = string
  nullable    = false

  validation {
    condition = can(regex(
      "^([^\\s@]*[^\\s@/]+(:\\w[\\w.-]{0,127}|(:\\w[\\w.-]{0,127})?@sha256:[0-9a-f]{64}))$",
      var.image_uri,
    ))

    error_message = "image_uri must be an image with a tag or a digest, such as \"123456789012.dkr.ecr.eu-west-1.amazonaws.com/airflow:2026-11\"; got ${jsonencode(var.image_uri)}."
  }
}

variable "cpu" {
  description = "CPU units, of which 1024 are one virtual CPU."
  type        = number
  default     = 256
  nullable    = false

  validation {
    condition     = floor(var.cpu) == var.cpu
    error_message = "cpu must be a whole number; got ${jsonencode(var.cpu)}."
  }
}

variable "memory_mib" {
  description = "Memory in MiB. Each CPU goes with certain sizes only."
  type        = number
  default     = 512
  nullable    = false

  validation {
    condition     = floor(var.memory_mib) == var.memory_mib
    error_message = "memory_mib must be a whole number; got ${jsonencode(var.memory_mib)}."
  }

  validation {
    condition     = contains(try(local.fargate_memory_mib[tostring(var.cpu)], []), var.memory_mib)
    error_message = "memory_mib must be one of ${join(", ", try(local.fargate_memory_mib[tostring(var.cpu)], []))} with ${var.cpu} CPU units; got ${jsonencode(var.memory_mib)}."
  }
}

variable "ephemeral_storage_gib" {
  description = "Disk of the task in GiB; 20 by default."
  type        = number
  default     = null

  validation {
    condition = (
      var.ephemeral_storage_gib == null
      ? true
      : (
        floor(var.ephemeral_storage_gib) == var.ephemeral_storage_gib &&
        var.ephemeral_storage_gib >= 21 &&
        var.ephemeral_storage_gib <= 200
      )
    )

    error_message = "ephemeral_storage_gib must be a whole number from 21 to 200 (what Fargate allows); got ${jsonencode(var.ephemeral_storage_gib)}."
  }
}

variable "capacity_provider" {
  description = "`FARGATE`, or `FARGATE_SPOT`, which costs a third and may be taken away with two minutes' notice."
  type        = string
  default     = "FARGATE"
  nullable    = false

  validation {
    condition     = contains(["FARGATE", "FARGATE_SPOT"], var.capacity_provider)
    error_message = "capacity_provider must be one of 'FARGATE', 'FARGATE_SPOT'; got ${jsonencode(var.capacity_provider)}."
  }
}

variable "environment" {
  description = "Environment variables."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition = alltrue([
      for name in keys(var.environment) : can(regex("^[A-Za-z_][A-Za-z0-9_]*$", name))
    ])

    error_message = "environment must be made of names of letters, digits and underscores, no digit first; got ${jsonencode(keys(var.environment))}."
  }

  validation {
    condition = (
      length([for name, text in var.environment : name if text != "" && can(regex("(?i)^((.*_)?(PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|(API|ACCESS|PRIVATE|SECRET|FERNET)_?KEY))$", name))]) ==
      0
    )

    error_message = "environment must be without secrets, as who may look at ECS or at Terraform's state reads it; got ${join(", ", [for name, text in var.environment : name if text != "" && can(regex("(?i)^((.*_)?(PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|(API|ACCESS|PRIVATE|SECRET|FERNET)_?KEY))$", name))])}. Name the ARN in secrets; if it is no secret, name it otherwise."
  }
}

variable "secrets" {
  description = "Environment variables whose values are secrets, each with the ARN of a secret of Secrets Manager or of a parameter of SSM Parameter Store. The ARN of a secret may end in `:json-key:version-stage:version-id`."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition = alltrue([
      for name in keys(var.secrets) : can(regex("^[A-Za-z_][A-Za-z0-9_]*$", name))
    ])

    error_message = "secrets must be made of names of letters, digits and underscores, no digit first; got ${jsonencode(keys(var.secrets))}."
  }

  validation {
    condition = alltrue([
      for arn in values(var.secrets) : can(regex(
        "^(arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\\d{12}:secret:[^:]+-[A-Za-z0-9]{6}(:[^:]*){0,3}|arn:aws[a-z-]*:ssm:[a-z0-9-]+:\\d{12}:parameter/.+)$",
        arn,
      ))
    ])

    error_message = "secrets must be made of ARNs: of secrets of Secrets Manager, with the six characters at the end, or of parameters of SSM; got ${jsonencode(values(var.secrets))}."
  }

  validation {
    condition     = length(setintersection(keys(var.environment), keys(var.secrets))) == 0
    error_message = "secrets must be without what environment has; got ${join(", ", setintersection(keys(var.environment), keys(var.secrets)))}."
  }
}

variable "secrets_kms_key_arn" {
  description = "Key that the secrets are encrypted with; the deployment's by default. What AWS's own keys encrypt can be read in any case."
  type        = string
  default     = null

  validation {
    condition = (
      var.secrets_kms_key_arn == null
      ? true
      : can(regex("^(arn:aws[a-z-]*:kms:[a-z0-9-]+:\\d{12}:key/.+)$", var.secrets_kms_key_arn))
    )

    error_message = "secrets_kms_key_arn must be an ARN of the form arn:aws:kms:REGION:ACCOUNT:key/...; got ${jsonencode(var.secrets_kms_key_arn)}."
  }
}

variable "statements" {
  description = "What the task may do in AWS, as statements of an IAM policy."
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

variable "shared_storage_path" {
  description = "Where the deployment's shared storage is mounted, such as `/shared`; by default it is not."
  type        = string
  default     = null

  validation {
    condition = (
      var.shared_storage_path == null
      ? true
      : can(regex("^((/[A-Za-z0-9_.-]+)+)$", var.shared_storage_path))
    )

    error_message = "shared_storage_path must be an absolute path in the container, such as \"/data\"; got ${jsonencode(var.shared_storage_path)}."
  }

  validation {
    condition     = var.shared_storage_path == null ? true : var.host.file_system_id != null
    error_message = "shared_storage_path must be left out, as host has no file system."
  }
}

variable "shared_storage_read_only" {
  description = "Whether the task can only read there."
  type        = bool
  default     = false
  nullable    = false
}

variable "writable_paths" {
  description = "VOLUMEs of the image; the rest of its file system is read-only."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition = (
      length(distinct(var.writable_paths)) == length(var.writable_paths) &&
      alltrue([for item in var.writable_paths : can(regex("^((/[A-Za-z0-9_.-]+)+)$", item))])
    )

    error_message = "writable_paths must be a list of different values, each an absolute path in the container, such as \"/data\"; got ${jsonencode(var.writable_paths)}."
  }
}

variable "tags" {
  description = "Tags of every resource, beside the provider's `default_tags`."
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
