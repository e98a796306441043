variable "name" {
  description = "Name of the deployment; begins every name in AWS."
  type        = string
  nullable    = false

  validation {
    condition = (
      length(var.name) >= 1 &&
      length(var.name) <= 24 &&
      !can(regex("^((sg|sthree|amzn-s3-demo|internal)(-|$))", var.name)) &&
      can(regex("^([a-z](-?[a-z0-9])*)$", var.name))
    )

    error_message = "name must be 1 to 24 lower-case letters, digits and single hyphens, beginning with a letter, not ending in a hyphen, and not beginning with sg, sthree, amzn-s3-demo, internal (which AWS keeps for itself); got ${jsonencode(var.name)}."
  }
}

variable "vpc_id" {
  description = "The VPC."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^(vpc-[0-9a-f]{8,17})$", var.vpc_id))
    error_message = "vpc_id must be a VPC's id, such as \"vpc-0123456789abcdef0\"; got ${jsonencode(var.vpc_id)}."
  }
}

variable "private_subnet_ids" {
  description = "Subnets for tasks, database and file system: two or more, each in a zone of its own."
  type        = list(string)
  nullable    = false

  validation {
    condition = (
      length(var.private_subnet_ids) >= 2 &&
      length(distinct(var.private_subnet_ids)) == length(var.private_subnet_ids) &&
      alltrue([for item in var.private_subnet_ids : can(regex("^(subnet-[0-9a-f]{8,17})$", item))])
    )

    error_message = "private_subnet_ids must be a list of at least 2 different values, each a subnet's id, such as \"subnet-0123456789abcdef0\"; got ${jsonencode(var.private_subnet_ids)}."
  }
}

variable "public_subnet_ids" {
  description = "Subnets for a load balancer that the internet reaches."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition = (
      length(distinct(var.public_subnet_ids)) == length(var.public_subnet_ids) &&
      alltrue([for item in var.public_subnet_ids : can(regex("^(subnet-[0-9a-f]{8,17})$", item))])
    )

    error_message = "public_subnet_ids must be a list of different values, each a subnet's id, such as \"subnet-0123456789abcdef0\"; got ${jsonencode(var.public_subnet_ids)}."
  }

  validation {
    condition     = length(setintersection(var.private_subnet_ids, var.public_subnet_ids)) == 0
    error_message = "public_subnet_ids must be other subnets than private_subnet_ids; got ${jsonencode(var.public_subnet_ids)}."
  }
}

variable "endpoints_security_group_ids" {
  description = "Security groups of the VPC's interface endpoints, which tasks are let into: the output `endpoints_security_group_ids` of `modules/network`. Left out where tasks call AWS by NAT, or where those let them in already."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition = (
      length(distinct(var.endpoints_security_group_ids)) == length(var.endpoints_security_group_ids) &&
      alltrue([for item in var.endpoints_security_group_ids : can(regex("^(sg-[0-9a-f]{8,17})$", item))])
    )

    error_message = "endpoints_security_group_ids must be a list of different values, each a security group's id, such as \"sg-0123abcd\"; got ${jsonencode(var.endpoints_security_group_ids)}."
  }
}

variable "image_uri" {
  description = "Airflow's image, with a tag or a digest, made from the project's `airflow_image/` (docs/modules.md)."
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

variable "architecture" {
  description = "Processor of the images, Airflow's and those of tasks."
  type        = string
  default     = "X86_64"
  nullable    = false

  validation {
    condition     = contains(["X86_64", "ARM64"], var.architecture)
    error_message = "architecture must be one of 'X86_64', 'ARM64'; got ${jsonencode(var.architecture)}."
  }
}

variable "dags" {
  description = <<-EOT
    Where Airflow fetches DAGs from while it runs: `git` or `s3`; those in the image if neither is given (docs/dags.md).
    - `git`: DAGs from a Git repository.
      - `repo_url`: Address of the repository, without user and password: `https://github.com/acme/dags.git`, `git@github.com:acme/dags.git` or `ssh://git@ssh.github.com:443/acme/dags.git`. Containers call by port 443 only, until more is allowed.
      - `tracking_ref`: Branch that is followed; or a tag, or a commit, which stay as they are.
      - `subdir`: Folder of the DAGs in the repository; its root if left out. What DAGs import must be in it too.
      - `git_conn_id`: Airflow's connection with the token or key for the repository, such as the secret `<name>/connections/<git_conn_id>` (docs/dags.md). A public repository needs none.
      - `refresh_interval_seconds`: Seconds from one look for new commits to the next.
    - `s3`: DAGs from an S3 bucket.
      - `bucket_name`: The bucket. One of its own, as its readers see the names of all that is in it.
      - `prefix`: Folder of the DAGs in the bucket, without a slash at its ends; all of the bucket if left out. What DAGs import must be in it too.
      - `kms_key_arn`: The bucket's key, if it has one of its own.
      - `refresh_interval_seconds`: Seconds from one look for changed files to the next.
  EOT
  type = object({
    git = optional(object({
      repo_url                 = string
      tracking_ref             = optional(string, "main")
      subdir                   = optional(string)
      git_conn_id              = optional(string)
      refresh_interval_seconds = optional(number, 60)
    }))
    s3 = optional(object({
      bucket_name              = string
      prefix                   = optional(string, "")
      kms_key_arn              = optional(string)
      refresh_interval_seconds = optional(number, 60)
    }))
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.dags.git == null || var.dags.s3 == null
    error_message = "dags must have git or s3, and not both: Airflow has one place for DAGs."
  }

  validation {
    condition = (
      var.dags.git == null
      ? true
      : can(regex(
        "^(https://[0-9A-Za-z_.-]+(:[0-9]+)?/[^\\s?#]+|ssh://([0-9A-Za-z_.-]+@)?[0-9A-Za-z_.-]+(:[0-9]+)?/\\S+|[0-9A-Za-z_.-]+@[0-9A-Za-z_.-]+:/?[^/\\s]\\S*)$",
        var.dags.git.repo_url,
      ))
    )

    error_message = "dags.git.repo_url must be a repository's address by HTTPS or SSH, without user and password: https://github.com/acme/dags.git or git@github.com:acme/dags.git. Keep a password in a connection of Airflow and name it in git_conn_id (docs/dags.md)."
  }

  validation {
    condition = (
      var.dags.git == null
      ? true
      : startswith(var.dags.git.repo_url, "https://") || var.dags.git.git_conn_id != null
    )

    error_message = "dags.git.git_conn_id must name a connection of Airflow, as SSH needs a key (docs/dags.md)."
  }

  validation {
    condition = (
      var.dags.git == null
      ? true
      : (
        !can(regex("^(-|/|refs/|.*(\\.\\.|//|@\\{))", var.dags.git.tracking_ref)) &&
        !can(regex("[./]$", var.dags.git.tracking_ref)) &&
        can(regex("^([^\\x00-\\x20\\x7f~^:?*\\[\\\\]+)$", var.dags.git.tracking_ref))
      )
    )

    error_message = "dags.git.tracking_ref must be a branch, a tag or a commit, without `refs/heads/` before it; got ${jsonencode(try(var.dags.git.tracking_ref, null))}."
  }

  validation {
    condition = (
      var.dags.git == null
      ? true
      : (
        var.dags.git.subdir == null
        ? true
        : (
          !can(regex("^(/|(.*/)?\\.{1,2}(/|$))", var.dags.git.subdir)) &&
          !can(regex("/$", var.dags.git.subdir)) &&
          can(regex("^([^\\x00-\\x1f\\\\]+)$", var.dags.git.subdir))
        )
      )
    )

    error_message = "dags.git.subdir must be a folder inside the repository, such as \"airflow/dags\", with no slash at its ends; got ${jsonencode(try(var.dags.git.subdir, null))}."
  }

  validation {
    condition = (
      var.dags.git == null
      ? true
      : (
        var.dags.git.git_conn_id == null
        ? true
        : can(regex("^([A-Za-z0-9_.-]{1,200})$", var.dags.git.git_conn_id))
      )
    )

    error_message = "dags.git.git_conn_id must be the id of a connection: letters, digits, _, . and -; got ${jsonencode(try(var.dags.git.git_conn_id, null))}."
  }

  validation {
    condition = (
      var.dags.git == null
      ? true
      : (
        floor(var.dags.git.refresh_interval_seconds) == var.dags.git.refresh_interval_seconds &&
        var.dags.git.refresh_interval_seconds >= 10 &&
        var.dags.git.refresh_interval_seconds <= 86400
      )
    )

    error_message = "dags.git.refresh_interval_seconds must be a whole number from 10 to 86400; got ${jsonencode(try(var.dags.git.refresh_interval_seconds, null))}."
  }

  validation {
    condition = (
      var.dags.s3 == null
      ? true
      : can(regex("^([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])$", var.dags.s3.bucket_name))
    )

    error_message = "dags.s3.bucket_name must be the name of a bucket alone: 3 to 63 lower-case letters, digits, dots and hyphens; got ${jsonencode(try(var.dags.s3.bucket_name, null))}."
  }

  validation {
    condition = (
      var.dags.s3 == null
      ? true
      : can(regex("^(([A-Za-z0-9_.=-]+/)*[A-Za-z0-9_.=-]*[A-Za-z0-9_]|)$", var.dags.s3.prefix))
    )

    error_message = "dags.s3.prefix must be a folder in the bucket, such as \"airflow/dags\": letters, digits, _, ., = and -, with a letter, a digit or _ at the end, and no slash at its ends; got ${jsonencode(try(var.dags.s3.prefix, null))}."
  }

  validation {
    condition = (
      var.dags.s3 == null
      ? true
      : (
        var.dags.s3.kms_key_arn == null
        ? true
        : can(regex("^(arn:aws[a-z-]*:kms:[a-z0-9-]+:\\d{12}:key/.+)$", var.dags.s3.kms_key_arn))
      )
    )

    error_message = "dags.s3.kms_key_arn must be an ARN of the form arn:aws:kms:REGION:ACCOUNT:key/...; got ${jsonencode(try(var.dags.s3.kms_key_arn, null))}."
  }

  validation {
    condition = (
      var.dags.s3 == null
      ? true
      : (
        floor(var.dags.s3.refresh_interval_seconds) == var.dags.s3.refresh_interval_seconds &&
        var.dags.s3.refresh_interval_seconds >= 10 &&
        var.dags.s3.refresh_interval_seconds <= 86400
      )
    )

    error_message = "dags.s3.refresh_interval_seconds must be a whole number from 10 to 86400; got ${jsonencode(try(var.dags.s3.refresh_interval_seconds, null))}."
  }
}

variable "configuration" {
  description = "Airflow's options, as Airflow names them: `{ core = { parallelism = 64 } }`. What follows from the rest of the deployment is refused, with the reason."
  type        = map(map(string))
  default     = {}
  nullable    = false

  validation {
    condition = (
      length(setintersection(keys(local.airflow.renamed), flatten([for section, options in var.configuration : [for key in keys(options) : "${section}.${key}"]]))) ==
      0
    )

    error_message = "configuration must be in Airflow's present names: ${join(", ", [for name in setintersection(keys(local.airflow.renamed), flatten([for section, options in var.configuration : [for key in keys(options) : "${section}.${key}"]])) : "${name} is ${local.airflow.renamed[name]} now"])}."
  }

  validation {
    condition = (
      length(flatten([for section, options in var.configuration : [for key in keys(options) : "${section}.${key}" if contains(local.airflow.secrets, "${section}.${key}") || (can(regex(local.airflow.secret_names, key)) && !contains(try(local.airflow.options[section], []), key))]])) ==
      0
    )

    error_message = "configuration must be without secrets; got ${join(", ", flatten([for section, options in var.configuration : [for key in keys(options) : "${section}.${key}" if contains(local.airflow.secrets, "${section}.${key}") || (can(regex(local.airflow.secret_names, key)) && !contains(try(local.airflow.options[section], []), key))]]))}. Name the ARN in secret_environment, by the variable AIRFLOW__SECTION__KEY."
  }

  validation {
    condition = (
      length(flatten([for section, options in var.configuration : [for key in keys(options) : "${section}.${key}" if !contains(try(local.airflow.options[section], keys(options)), key) && !can(regex(local.airflow.secret_names, key))]])) ==
      0
    )

    error_message = "configuration must be made of options that Airflow ${local.airflow.version} knows; got ${join(", ", flatten([for section, options in var.configuration : [for key in keys(options) : "${section}.${key}" if !contains(try(local.airflow.options[section], keys(options)), key) && !can(regex(local.airflow.secret_names, key))]]))}. One that it does not describe can be set in environment, as AIRFLOW__SECTION__KEY."
  }

  validation {
    condition = (
      length(setintersection(keys(local.reserved_options), flatten([for section, options in var.configuration : [for key in keys(options) : "${section}.${key}"]]))) ==
      0
    )

    error_message = "configuration must be without options that follow from the rest of the deployment: ${join(", ", [for name in setintersection(keys(local.reserved_options), flatten([for section, options in var.configuration : [for key in keys(options) : "${section}.${key}"]])) : "${name} (${local.reserved_options[name]})"])}."
  }

  validation {
    condition = (
      (var.dags.git == null && var.dags.s3 == null) ||
      !contains(flatten([for section, options in var.configuration : [for key in keys(options) : "${section}.${key}"]]), "dag_processor.dag_bundle_config_list")
    )

    error_message = "configuration must be without dag_processor.dag_bundle_config_list when dags is given, from which it follows."
  }
}

variable "environment" {
  description = "Further environment variables of all of Airflow's containers."
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
      length([for name in keys(var.environment) : name if startswith(name, "AIRFLOW_FARGATE_")]) ==
      0
    )

    error_message = "environment must be without names that begin with AIRFLOW_FARGATE_: they are ours; got ${join(", ", [for name in keys(var.environment) : name if startswith(name, "AIRFLOW_FARGATE_")])}."
  }

  validation {
    condition = (
      length(setintersection(keys(local.reserved_variables), [for name in keys(var.environment) : upper(name)])) ==
      0
    )

    error_message = "environment must be without what follows from the rest of the deployment: ${join(", ", [for name in setintersection(keys(local.reserved_variables), [for name in keys(var.environment) : upper(name)]) : "${name} (${local.reserved_variables[name]})"])}."
  }

  validation {
    condition = (
      length([for name, text in var.environment : name if text != "" && can(regex("(?i)^((.*_)?(PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|(API|ACCESS|PRIVATE|SECRET|FERNET)_?KEY))$", name))]) ==
      0
    )

    error_message = "environment must be without secrets, as who may look at ECS or at Terraform's state reads it; got ${join(", ", [for name, text in var.environment : name if text != "" && can(regex("(?i)^((.*_)?(PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|(API|ACCESS|PRIVATE|SECRET|FERNET)_?KEY))$", name))])}. Name the ARN in secret_environment; if it is no secret, name it otherwise."
  }
}

variable "secret_environment" {
  description = "Further environment variables of all of Airflow's containers, each with the ARN of a secret or parameter that holds its value. Whoever writes a DAG can read them."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition = alltrue([
      for name in keys(var.secret_environment) : can(regex("^[A-Za-z_][A-Za-z0-9_]*$", name))
    ])

    error_message = "secret_environment must be made of names of letters, digits and underscores, no digit first; got ${jsonencode(keys(var.secret_environment))}."
  }

  validation {
    condition = (
      length([for name in keys(var.secret_environment) : name if startswith(name, "AIRFLOW_FARGATE_")]) ==
      0
    )

    error_message = "secret_environment must be without names that begin with AIRFLOW_FARGATE_: they are ours; got ${join(", ", [for name in keys(var.secret_environment) : name if startswith(name, "AIRFLOW_FARGATE_")])}."
  }

  validation {
    condition = (
      length(setintersection(keys(local.reserved_variables), [for name in keys(var.secret_environment) : upper(name)])) ==
      0
    )

    error_message = "secret_environment must be without what follows from the rest of the deployment: ${join(", ", [for name in setintersection(keys(local.reserved_variables), [for name in keys(var.secret_environment) : upper(name)]) : "${name} (${local.reserved_variables[name]})"])}."
  }

  validation {
    condition = alltrue([
      for arn in values(var.secret_environment) : can(regex(
        "^(arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\\d{12}:secret:[^:]+-[A-Za-z0-9]{6}(:[^:]*){0,3}|arn:aws[a-z-]*:ssm:[a-z0-9-]+:\\d{12}:parameter/.+)$",
        arn,
      ))
    ])

    error_message = "secret_environment must be made of ARNs: of secrets of Secrets Manager, with the six characters at the end, or of parameters of SSM; got ${jsonencode(values(var.secret_environment))}."
  }

  validation {
    condition     = length(setintersection(keys(var.environment), keys(var.secret_environment))) == 0
    error_message = "secret_environment must be without what environment has; got ${join(", ", setintersection(keys(var.environment), keys(var.secret_environment)))}."
  }
}

variable "api_server_secret_environment" {
  description = "The same for the API server alone: the client secret of OAuth or OIDC."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition = alltrue([
      for name in keys(var.api_server_secret_environment) :
      can(regex("^[A-Za-z_][A-Za-z0-9_]*$", name))
    ])

    error_message = "api_server_secret_environment must be made of names of letters, digits and underscores, no digit first; got ${jsonencode(keys(var.api_server_secret_environment))}."
  }

  validation {
    condition = (
      length([for name in keys(var.api_server_secret_environment) : name if startswith(name, "AIRFLOW_FARGATE_")]) ==
      0
    )

    error_message = "api_server_secret_environment must be without names that begin with AIRFLOW_FARGATE_: they are ours; got ${join(", ", [for name in keys(var.api_server_secret_environment) : name if startswith(name, "AIRFLOW_FARGATE_")])}."
  }

  validation {
    condition = (
      length(setintersection(keys(local.reserved_variables), [for name in keys(var.api_server_secret_environment) : upper(name)])) ==
      0
    )

    error_message = "api_server_secret_environment must be without what follows from the rest of the deployment: ${join(", ", [for name in setintersection(keys(local.reserved_variables), [for name in keys(var.api_server_secret_environment) : upper(name)]) : "${name} (${local.reserved_variables[name]})"])}."
  }

  validation {
    condition = alltrue([
      for arn in values(var.api_server_secret_environment) : can(regex(
        "^(arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\\d{12}:secret:[^:]+-[A-Za-z0-9]{6}(:[^:]*){0,3}|arn:aws[a-z-]*:ssm:[a-z0-9-]+:\\d{12}:parameter/.+)$",
        arn,
      ))
    ])

    error_message = "api_server_secret_environment must be made of ARNs: of secrets of Secrets Manager, with the six characters at the end, or of parameters of SSM; got ${jsonencode(values(var.api_server_secret_environment))}."
  }

  validation {
    condition = (
      length(setintersection(keys(var.environment), keys(var.api_server_secret_environment))) ==
      0
    )

    error_message = "api_server_secret_environment must be without what environment has; got ${join(", ", setintersection(keys(var.environment), keys(var.api_server_secret_environment)))}."
  }
}

variable "auth_manager" {
  description = "Class of Airflow's auth manager; FAB by default, with a user `admin` whose password is in Secrets Manager (docs/configuration.md)."
  type        = string
  default     = "airflow.providers.fab.auth_manager.fab_auth_manager.FabAuthManager"
  nullable    = false

  validation {
    condition     = can(regex("^(([A-Za-z_]\\w*\\.)+[A-Za-z_]\\w*)$", var.auth_manager))
    error_message = "auth_manager must be the full name of a Python class, package first; got ${jsonencode(var.auth_manager)}."
  }
}

variable "database" {
  description = <<-EOT
    The metadata database.
    - `engine_version`: Major version of PostgreSQL. A higher one upgrades the instance; `apply_immediately` must be set for that.
    - `instance_class`: Instance class, on Graviton. PostgreSQL takes about 100 connections for each GiB of memory, and each of Airflow's servers holds up to 15: `db.t4g.micro` (1 GiB) is enough for one of each, `db.t4g.small` (2 GiB) also while a deployment runs old and new ones side by side.
    - `storage_gib`: Size of the gp3 volume at first, in GiB.
    - `max_storage_gib`: Size that RDS lets the volume grow to, in GiB; a tenth more than `storage_gib` or higher.
    - `multi_az`: Whether a standby in another availability zone takes over when the instance fails.
    - `backup_retention_days`: Days of backups, to any second of which the database can be restored.
    - `backup_window`: When the daily backup is taken, in UTC.
    - `maintenance_window`: When RDS applies minor versions and changes that interrupt the database, in UTC.
    - `apply_immediately`: Whether a change that interrupts the database is made at once, not in the maintenance window. A major upgrade needs it: else the old parameter group cannot be removed.
    - `monitoring_interval_seconds`: Seconds between measurements of the operating system (enhanced monitoring); 0 for none. RDS writes them to the log group `RDSOSMetrics`, which the account's databases share.
    - `final_snapshot`: Whether a snapshot is taken when the database is destroyed. It outlives the deployment.
    - `existing`: A database to use instead of making one. The other attributes of `database` then say nothing.
      - `host`: Host name of the server, the one in its certificate.
      - `port`: TCP port of the server.
      - `database_name`: Database on the server; Airflow's user owns it.
      - `secret_arn`: Secret with `username` and `password` as JSON, like those that RDS manages.
      - `secret_kms_key_arn`: Key that the secret is encrypted with, if it is not AWS's own.
      - `security_group_id`: The server's security group: what may connect is let in there.
  EOT
  type = object({
    engine_version              = optional(string, "17")
    instance_class              = optional(string, "db.t4g.small")
    storage_gib                 = optional(number, 20)
    max_storage_gib             = optional(number, 100)
    multi_az                    = optional(bool, false)
    backup_retention_days       = optional(number, 7)
    backup_window               = optional(string, "01:00-02:00")
    maintenance_window          = optional(string, "sun:03:00-sun:04:00")
    apply_immediately           = optional(bool, false)
    monitoring_interval_seconds = optional(number, 0)
    final_snapshot              = optional(bool, true)
    existing = optional(object({
      host               = string
      port               = optional(number, 5432)
      database_name      = optional(string, "airflow")
      secret_arn         = string
      secret_kms_key_arn = optional(string)
      security_group_id  = string
    }))
  })
  default  = {}
  nullable = false

  validation {
    condition     = can(regex("^(1[6-9]|[2-9]\\d)$", var.database.engine_version))
    error_message = "database.engine_version must be a major version of PostgreSQL from 16 on, such as \"17\", without a minor one (RDS applies those itself); got ${jsonencode(var.database.engine_version)}."
  }

  validation {
    condition = can(regex(
      "^(db\\.[a-z]\\d+g[a-z]*\\.\\d*(micro|small|medium|large|xlarge))$",
      var.database.instance_class,
    ))

    error_message = "database.instance_class must be a Graviton instance class, such as \"db.t4g.small\"; got ${jsonencode(var.database.instance_class)}."
  }

  validation {
    condition = (
      floor(var.database.storage_gib) == var.database.storage_gib &&
      var.database.storage_gib >= 20 &&
      var.database.storage_gib <= 65536
    )

    error_message = "database.storage_gib must be a whole number from 20 to 65536 (what RDS allows with gp3); got ${jsonencode(var.database.storage_gib)}."
  }

  validation {
    condition = (
      floor(var.database.max_storage_gib) == var.database.max_storage_gib &&
      var.database.max_storage_gib >= 20 &&
      var.database.max_storage_gib <= 65536
    )

    error_message = "database.max_storage_gib must be a whole number from 20 to 65536 (what RDS allows with gp3); got ${jsonencode(var.database.max_storage_gib)}."
  }

  validation {
    condition = (
      floor(var.database.backup_retention_days) == var.database.backup_retention_days &&
      var.database.backup_retention_days >= 1 &&
      var.database.backup_retention_days <= 35
    )

    error_message = "database.backup_retention_days must be a whole number from 1 to 35 (0 would end backups); got ${jsonencode(var.database.backup_retention_days)}."
  }

  validation {
    condition = (
      can(regex("^([01]\\d|2[0-3]):([0-5]\\d)-([01]\\d|2[0-3]):([0-5]\\d)$", var.database.backup_window)) &&
      try(alltrue([for m in [[for time in split("-", var.database.backup_window) : tonumber(split(":", time)[0]) * 60 + tonumber(split(":", time)[1])]] : (m[1] - m[0] + 1440) % 1440 >= 30]), false)
    )

    error_message = "database.backup_window must be 30 minutes or more in UTC, written like \"01:00-02:00\"; got ${jsonencode(var.database.backup_window)}."
  }

  validation {
    condition = (
      can(regex("^(mon|tue|wed|thu|fri|sat|sun):([01]\\d|2[0-3]):([0-5]\\d)-(mon|tue|wed|thu|fri|sat|sun):([01]\\d|2[0-3]):([0-5]\\d)$", var.database.maintenance_window)) &&
      try(alltrue([for m in [[for time in split("-", var.database.maintenance_window) : index(["mon", "tue", "wed", "thu", "fri", "sat", "sun"], split(":", time)[0]) * 1440 + tonumber(split(":", time)[1]) * 60 + tonumber(split(":", time)[2])]] : (m[1] - m[0] + 10080) % 10080 >= 30 && (m[1] - m[0] + 10080) % 10080 <= 1440]), false)
    )

    error_message = "database.maintenance_window must be 30 minutes to a day in UTC, written like \"sun:03:00-sun:04:00\"; got ${jsonencode(var.database.maintenance_window)}."
  }

  validation {
    condition     = contains([0, 1, 5, 10, 15, 30, 60], var.database.monitoring_interval_seconds)
    error_message = "database.monitoring_interval_seconds must be one of 0, 1, 5, 10, 15, 30, 60 (what RDS allows); got ${jsonencode(var.database.monitoring_interval_seconds)}."
  }

  validation {
    condition = (
      var.database.existing == null
      ? true
      : can(regex("^([A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?)$", var.database.existing.host))
    )

    error_message = "database.existing.host must be a host name, without protocol and port; got ${jsonencode(try(var.database.existing.host, null))}."
  }

  validation {
    condition = (
      var.database.existing == null
      ? true
      : (
        floor(var.database.existing.port) == var.database.existing.port &&
        var.database.existing.port >= 1 &&
        var.database.existing.port <= 65535
      )
    )

    error_message = "database.existing.port must be a whole number from 1 to 65535; got ${jsonencode(try(var.database.existing.port, null))}."
  }

  validation {
    condition = (
      var.database.existing == null
      ? true
      : can(regex("^([A-Za-z_]\\w{0,62})$", var.database.existing.database_name))
    )

    error_message = "database.existing.database_name must be the name of a PostgreSQL database; got ${jsonencode(try(var.database.existing.database_name, null))}."
  }

  validation {
    condition = (
      var.database.existing == null
      ? true
      : can(regex(
        "^(arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\\d{12}:secret:.+)$",
        var.database.existing.secret_arn,
      ))
    )

    error_message = "database.existing.secret_arn must be an ARN of the form arn:aws:secretsmanager:REGION:ACCOUNT:secret:...; got ${jsonencode(try(var.database.existing.secret_arn, null))}."
  }

  validation {
    condition = (
      var.database.existing == null
      ? true
      : can(regex("^(.*-[A-Za-z0-9]{6})$", var.database.existing.secret_arn))
    )

    error_message = "database.existing.secret_arn must be the whole ARN, with a hyphen and six characters at its end; got ${jsonencode(try(var.database.existing.secret_arn, null))}."
  }

  validation {
    condition = (
      var.database.existing == null
      ? true
      : (
        var.database.existing.secret_kms_key_arn == null
        ? true
        : can(regex(
          "^(arn:aws[a-z-]*:kms:[a-z0-9-]+:\\d{12}:key/.+)$",
          var.database.existing.secret_kms_key_arn,
        ))
      )
    )

    error_message = "database.existing.secret_kms_key_arn must be an ARN of the form arn:aws:kms:REGION:ACCOUNT:key/...; got ${jsonencode(try(var.database.existing.secret_kms_key_arn, null))}."
  }

  validation {
    condition = (
      var.database.existing == null
      ? true
      : can(regex("^(sg-[0-9a-f]{8,17})$", var.database.existing.security_group_id))
    )

    error_message = "database.existing.security_group_id must be a security group's id, such as \"sg-0123456789abcdef0\"; got ${jsonencode(try(var.database.existing.security_group_id, null))}."
  }

  validation {
    condition     = var.database.max_storage_gib * 100 >= var.database.storage_gib * 110
    error_message = "database.max_storage_gib must be at least a tenth more than storage_gib, which is ${var.database.storage_gib}; got ${jsonencode(var.database.max_storage_gib)}."
  }

  validation {
    condition = try(
      alltrue([
        for m in [
          [
            for time in regexall("([0-9]{2}):([0-9]{2})", join(" ", [
              var.database.backup_window,
              var.database.maintenance_window,
            ])) : tonumber(time[0]) * 60 + tonumber(time[1])
          ],
          ] : (
          (m[2] - m[0] + 1440) % 1440 > (m[1] - m[0] + 1439) % 1440 &&
          (m[0] - m[2] + 1440) % 1440 > (m[3] - m[2] + 1439) % 1440
        )
      ]),
      true,
    )

    error_message = "database.backup_window must be at another time of day than maintenance_window, ${jsonencode(var.database.maintenance_window)}; got ${jsonencode(var.database.backup_window)}."
  }
}

variable "broker" {
  description = <<-EOT
    The queues; which there are comes from `worker_pools` and `queues`.
    - `visibility_timeout_seconds`: How long a message that a worker holds stays hidden from the others; SQS's maximum by default. A worker holds the message of a task until the task ends, and the queue's own value decides, not Celery's option. When a message comes back while its task runs, Airflow ignores it only as long as the message's token is valid: 600 seconds after queueing (`[scheduler] task_queued_timeout`). After that the second worker is refused, Celery records a failure, and the scheduler fails the task that runs. So this must be longer than any task stays on a worker. Nothing waits for it: a clean shutdown hands messages back within seconds, and what a killed worker held, Airflow queues anew (`task_queued_timeout` for tasks that waited, the heartbeat timeout and `retries` for tasks that ran). Until it is over, such messages count as in flight.
    - `message_retention_seconds`: How long a message is kept, held by a worker or not. Not longer than the visibility timeout, so that a message that a worker holds is gone before it would come back, and tasks may run longer than SQS's maximum of 12 hours. Far longer than a message is of use: its token is valid for 600 seconds, and Airflow queues a task anew that waited as long.
    - `max_receive_count`: How often a message is received before it moves to the dead-letter queue. Being handed back in a clean shutdown counts, and a deployment or a scale-in may do that several times to one message; workers that fail right after starting get to 10 in about the 10 minutes after which Airflow queues the task anew.
  EOT
  type = object({
    visibility_timeout_seconds = optional(number, 43200)
    message_retention_seconds  = optional(number, 43200)
    max_receive_count          = optional(number, 10)
  })
  default  = {}
  nullable = false

  validation {
    condition = (
      floor(var.broker.visibility_timeout_seconds) == var.broker.visibility_timeout_seconds &&
      var.broker.visibility_timeout_seconds >= 30 &&
      var.broker.visibility_timeout_seconds <= 43200
    )

    error_message = "broker.visibility_timeout_seconds must be a whole number from 30 to 43200 (time to start a task, and what SQS allows); got ${jsonencode(var.broker.visibility_timeout_seconds)}."
  }

  validation {
    condition = (
      floor(var.broker.message_retention_seconds) == var.broker.message_retention_seconds &&
      var.broker.message_retention_seconds >= 60 &&
      var.broker.message_retention_seconds <= 1209600
    )

    error_message = "broker.message_retention_seconds must be a whole number from 60 to 1209600 (what SQS allows); got ${jsonencode(var.broker.message_retention_seconds)}."
  }

  validation {
    condition = (
      floor(var.broker.max_receive_count) == var.broker.max_receive_count &&
      var.broker.max_receive_count >= 1 &&
      var.broker.max_receive_count <= 1000
    )

    error_message = "broker.max_receive_count must be a whole number from 1 to 1000 (what SQS allows); got ${jsonencode(var.broker.max_receive_count)}."
  }

  validation {
    condition     = var.broker.message_retention_seconds <= var.broker.visibility_timeout_seconds
    error_message = "broker.message_retention_seconds must be at most visibility_timeout_seconds, which is ${var.broker.visibility_timeout_seconds}; got ${jsonencode(var.broker.message_retention_seconds)}. Else a message comes back while its task runs, and Airflow fails that task."
  }
}

variable "shared_storage" {
  description = <<-EOT
    The file system of the DAGs' tasks.
    - `throughput_mode`: `elastic` charges for what is read and written and is as fast as needed; `bursting` charges for storage only, and is slow while little is stored: 50 KiB/s for each GiB.
    - `transition_to_ia`: When a file that nobody reads moves to Infrequent Access, which costs a fraction. It moves back when it is read again.
    - `backups`: Whether AWS Backup keeps daily backups for 35 days. They are in the account's own vault (`aws/efs/automatic-backup-vault`), and stay there when the file system is destroyed.
  EOT
  type = object({
    throughput_mode  = optional(string, "elastic")
    transition_to_ia = optional(string, "AFTER_30_DAYS")
    backups          = optional(bool, true)
  })
  default  = {}
  nullable = false

  validation {
    condition     = contains(["elastic", "bursting"], var.shared_storage.throughput_mode)
    error_message = "shared_storage.throughput_mode must be one of 'elastic', 'bursting'; got ${jsonencode(var.shared_storage.throughput_mode)}."
  }

  validation {
    condition = contains(
      [
        "AFTER_1_DAY",
        "AFTER_7_DAYS",
        "AFTER_14_DAYS",
        "AFTER_30_DAYS",
        "AFTER_60_DAYS",
        "AFTER_90_DAYS",
        "AFTER_180_DAYS",
        "AFTER_270_DAYS",
        "AFTER_365_DAYS",
      ],
      var.shared_storage.transition_to_ia,
    )

    error_message = "shared_storage.transition_to_ia must be one of 'AFTER_1_DAY', 'AFTER_7_DAYS', 'AFTER_14_DAYS', 'AFTER_30_DAYS', 'AFTER_60_DAYS', 'AFTER_90_DAYS', 'AFTER_180_DAYS', 'AFTER_270_DAYS', 'AFTER_365_DAYS'; got ${jsonencode(var.shared_storage.transition_to_ia)}."
  }
}

variable "credentials" {
  description = <<-EOT
    Airflow's own secrets.
    - `jwt_secret_version`: Raise it to replace the JWT secret. Tokens signed with the old one are refused from then on: see docs/rotation.md for when to do it.
    - `api_secret_key_version`: Raise it to replace the API server's secret key. Whoever is logged in by a browser's token stays so for up to a day: docs/rotation.md says what ends every login.
    - `admin_password_version`: Raise it to replace the admin user's password. Airflow keeps a hash of its own, which the scheduler sets anew when it starts: docs/rotation.md.
    - `recovery_window_days`: Days that a destroyed secret can still be restored, and that its name cannot be used again. 7 is the shortest that leaves a way back; 0, for deployments that come and go, leaves none. Without the Fernet key, stored connections and variables are lost.
  EOT
  type = object({
    jwt_secret_version     = optional(number, 1)
    api_secret_key_version = optional(number, 1)
    admin_password_version = optional(number, 1)
    recovery_window_days   = optional(number, 7)
  })
  default  = {}
  nullable = false

  validation {
    condition = (
      floor(var.credentials.jwt_secret_version) == var.credentials.jwt_secret_version &&
      var.credentials.jwt_secret_version >= 1 &&
      var.credentials.jwt_secret_version <= 9999
    )

    error_message = "credentials.jwt_secret_version must be a whole number from 1 to 9999 (raise it by one for a new value); got ${jsonencode(var.credentials.jwt_secret_version)}."
  }

  validation {
    condition = (
      floor(var.credentials.api_secret_key_version) == var.credentials.api_secret_key_version &&
      var.credentials.api_secret_key_version >= 1 &&
      var.credentials.api_secret_key_version <= 9999
    )

    error_message = "credentials.api_secret_key_version must be a whole number from 1 to 9999 (raise it by one for a new value); got ${jsonencode(var.credentials.api_secret_key_version)}."
  }

  validation {
    condition = (
      floor(var.credentials.admin_password_version) == var.credentials.admin_password_version &&
      var.credentials.admin_password_version >= 1 &&
      var.credentials.admin_password_version <= 9999
    )

    error_message = "credentials.admin_password_version must be a whole number from 1 to 9999 (raise it by one for a new value); got ${jsonencode(var.credentials.admin_password_version)}."
  }

  validation {
    condition = (
      var.credentials.recovery_window_days == 0 ||
      (var.credentials.recovery_window_days >= 7 && var.credentials.recovery_window_days <= 30)
    )

    error_message = "credentials.recovery_window_days must be 0 (deleted at once) or from 7 to 30 days (what Secrets Manager allows); got ${jsonencode(var.credentials.recovery_window_days)}."
  }
}

variable "cluster" {
  description = <<-EOT
    The ECS cluster.
    - `container_insights`: CloudWatch Container Insights: metrics of cluster and services, with `enhanced` of each task and container too. CloudWatch charges for them.
  EOT
  type        = object({ container_insights = optional(string, "enabled") })
  default     = {}
  nullable    = false

  validation {
    condition     = contains(["enabled", "enhanced", "disabled"], var.cluster.container_insights)
    error_message = "cluster.container_insights must be one of 'enabled', 'enhanced', 'disabled'; got ${jsonencode(var.cluster.container_insights)}."
  }
}

variable "load_balancer" {
  description = <<-EOT
    What stands in front of the web server. By default a network load balancer inside the VPC, with plain HTTP.
    - `kind`: `network` passes connections on and ends TLS; `application` speaks HTTP: it tells Airflow the client's address and protocol, redirects HTTP to HTTPS, and can carry AWS WAF. Another kind is another load balancer, with another DNS name.
    - `scheme`: Whether it stands in the private subnets, for who is in the VPC or connected to it, or in the public ones.
    - `certificate_arn`: Certificate of AWS Certificate Manager, in the same region. With one, Airflow is reached by HTTPS, on port 443.
    - `plain_http`: Whether Airflow is reached by HTTP without encryption, on port 80, because there is no certificate. Passwords then cross the network readably. False goes with `certificate_arn`.
    - `domain_name`: Host name that people use, one that the certificate is for, as in `airflow.example.com`. Making its DNS record is yours: an alias to `dns_name` and `zone_id`. Without it, it is AWS's name of the load balancer, which no certificate is for.
    - `allowed_cidr_blocks`: Networks that may reach it. Empty means the VPC's own, if it is internal; an internet-facing one must name them, and `0.0.0.0/0` is everybody.
  EOT
  type = object({
    kind                = optional(string, "network")
    scheme              = optional(string, "internal")
    certificate_arn     = optional(string)
    plain_http          = optional(bool, true)
    domain_name         = optional(string)
    allowed_cidr_blocks = optional(list(string), [])
  })
  default  = {}
  nullable = false

  validation {
    condition     = contains(["network", "application"], var.load_balancer.kind)
    error_message = "load_balancer.kind must be one of 'network', 'application'; got ${jsonencode(var.load_balancer.kind)}."
  }

  validation {
    condition     = contains(["internal", "internet-facing"], var.load_balancer.scheme)
    error_message = "load_balancer.scheme must be one of 'internal', 'internet-facing'; got ${jsonencode(var.load_balancer.scheme)}."
  }

  validation {
    condition = (
      var.load_balancer.certificate_arn == null
      ? true
      : can(regex(
        "^(arn:aws[a-z-]*:acm:[a-z0-9-]+:\\d{12}:certificate/.+)$",
        var.load_balancer.certificate_arn,
      ))
    )

    error_message = "load_balancer.certificate_arn must be an ARN of the form arn:aws:acm:REGION:ACCOUNT:certificate/...; got ${jsonencode(var.load_balancer.certificate_arn)}."
  }

  validation {
    condition = (
      var.load_balancer.domain_name == null
      ? true
      : (
        length(var.load_balancer.domain_name) >= 4 &&
        length(var.load_balancer.domain_name) <= 253 &&
        can(regex("^(([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]{2,63})$", var.load_balancer.domain_name))
      )
    )

    error_message = "load_balancer.domain_name must be a host name in lower case, without protocol and path, such as \"airflow.example.com\"; got ${jsonencode(var.load_balancer.domain_name)}."
  }

  validation {
    condition = (
      length(distinct(var.load_balancer.allowed_cidr_blocks)) == length(var.load_balancer.allowed_cidr_blocks) &&
      alltrue([for item in var.load_balancer.allowed_cidr_blocks : try(cidrnetmask(item) != "" && cidrhost(item, 0) == split("/", item)[0] && tonumber(split("/", item)[1]) >= 0 && tonumber(split("/", item)[1]) <= 32, false)])
    )

    error_message = "load_balancer.allowed_cidr_blocks must be a list of different values, each an IPv4 network from /0 to /32, with no host bits set; got ${jsonencode(var.load_balancer.allowed_cidr_blocks)}."
  }

  validation {
    condition     = var.load_balancer.plain_http == (var.load_balancer.certificate_arn == null)
    error_message = "Either load_balancer.certificate_arn must be given, with plain_http = false, for HTTPS; or plain_http must be true, to ask for HTTP without encryption. Not both and not neither."
  }

  validation {
    condition = (
      var.load_balancer.scheme == "internal" ||
      length(var.load_balancer.allowed_cidr_blocks) > 0
    )

    error_message = "load_balancer.allowed_cidr_blocks must name the networks that may reach it, as the scheme is \"internet-facing\"; \"0.0.0.0/0\" is everybody."
  }
}

variable "api_server" {
  description = <<-EOT
    Web server, and API of the workers.
    - `cpu`: CPU units of each task; 1024 are one virtual CPU.
    - `memory_mib`: Memory of each task in MiB. Measured was 333 for one process (`workers`).
    - `desired_count`: How many tasks run. People and workers are spread over them.
    - `statements`: What the service's own code may do in AWS beyond what Airflow needs, as statements of an IAM policy: what operators, hooks and sensors of DAGs call in workers, and deferred ones in the triggerer. ARNs in them need not be known when Terraform plans.
    - `exec`: Whether ECS Exec can open a shell in the service's containers, as root. What the agent of ECS Exec writes goes to volumes at /var/lib/amazon and /var/log/amazon, because the root file system stays read-only. AWS promises ECS Exec for a writable root only, and does not say which Linux capabilities the agent needs (containers have none here): try it before you rely on it. A change takes effect in tasks that start later.
    - `workers`: Processes in each task, of about 333 MiB each.
  EOT
  type = object({
    cpu           = optional(number, 512)
    memory_mib    = optional(number, 1024)
    desired_count = optional(number, 1)
    statements = optional(
      list(object({
        sid        = string
        actions    = list(string)
        resources  = list(string)
        conditions = optional(map(map(list(string))))
      })),
      [],
    )
    exec    = optional(bool, false)
    workers = optional(number, 1)
  })
  default  = {}
  nullable = false

  validation {
    condition     = contains([256, 512, 1024, 2048, 4096, 8192, 16384], var.api_server.cpu)
    error_message = "api_server.cpu must be one of 256, 512, 1024, 2048, 4096, 8192, 16384 (what Fargate allows); got ${jsonencode(var.api_server.cpu)}."
  }

  validation {
    condition     = floor(var.api_server.memory_mib) == var.api_server.memory_mib
    error_message = "api_server.memory_mib must be a whole number; got ${jsonencode(var.api_server.memory_mib)}."
  }

  validation {
    condition = (
      floor(var.api_server.desired_count) == var.api_server.desired_count &&
      var.api_server.desired_count >= 0 &&
      var.api_server.desired_count <= 1000
    )

    error_message = "api_server.desired_count must be a whole number from 0 to 1000 (what Cloud Map holds for one service); got ${jsonencode(var.api_server.desired_count)}."
  }

  validation {
    condition = (
      floor(var.api_server.workers) == var.api_server.workers &&
      var.api_server.workers >= 1 &&
      var.api_server.workers <= 32
    )

    error_message = "api_server.workers must be a whole number from 1 to 32 (with more, more tasks serve better); got ${jsonencode(var.api_server.workers)}."
  }

  validation {
    condition = contains(
      try(local.fargate_memory_mib[tostring(var.api_server.cpu)], []),
      var.api_server.memory_mib,
    )

    error_message = "api_server.memory_mib must be one of ${join(", ", try(local.fargate_memory_mib[tostring(var.api_server.cpu)], []))} with ${var.api_server.cpu} CPU units; got ${jsonencode(var.api_server.memory_mib)}."
  }

  validation {
    condition = (
      alltrue([for sid in var.api_server.statements[*].sid : can(regex("^[A-Za-z0-9]+$", sid))]) &&
      length(distinct(var.api_server.statements[*].sid)) == length(var.api_server.statements[*].sid)
    )

    error_message = "api_server.statements must have a sid of letters and digits each, no two the same; got ${jsonencode(var.api_server.statements[*].sid)}."
  }

  validation {
    condition = alltrue([
      for s in var.api_server.statements : length(s.actions) > 0 && length(s.resources) > 0
    ])

    error_message = "api_server.statements must have one action or more and one resource or more in each statement."
  }

  validation {
    condition = (
      length([for action in flatten(var.api_server.statements[*].actions) : action if can(regex("^(.+:)?[*?]+$", action))]) ==
      0
    )

    error_message = "actions of api_server.statements must be named (a whole service is more than a task needs: whoever may do all with a service may also delete, and give away, what is not the task's); got ${join(", ", [for action in flatten(var.api_server.statements[*].actions) : action if can(regex("^(.+:)?[*?]+$", action))])}. Name what the task does, such as \"s3:GetObject\"."
  }

  validation {
    condition = (
      length([for action in flatten(var.api_server.statements[*].actions) : action if !can(regex("^[a-z0-9-]+:[A-Za-z0-9*?]+$", action))]) ==
      0
    )

    error_message = "actions of api_server.statements must be of the form \"service:Action\", the service in lower case; got ${join(", ", [for action in flatten(var.api_server.statements[*].actions) : action if !can(regex("^[a-z0-9-]+:[A-Za-z0-9*?]+$", action))])}."
  }

  validation {
    condition = (
      length([for resource in flatten(var.api_server.statements[*].resources) : resource if resource != "*" && !startswith(resource, "arn:")]) ==
      0
    )

    error_message = "resources of api_server.statements must be ARNs, which begin with \"arn:\", or \"*\"; got ${join(", ", [for resource in flatten(var.api_server.statements[*].resources) : resource if resource != "*" && !startswith(resource, "arn:")])}."
  }
}

variable "scheduler" {
  description = <<-EOT
    Scheduler.
    - `cpu`: CPU units of each task; 1024 are one virtual CPU.
    - `memory_mib`: Memory of each task in MiB. A scheduler was measured at 362 with few DAGs.
    - `desired_count`: How many schedulers share the work. This service migrates the database and makes the admin user: with 0, that does not happen, and the other services wait for it.
    - `statements`: What the service's own code may do in AWS beyond what Airflow needs, as statements of an IAM policy: what operators, hooks and sensors of DAGs call in workers, and deferred ones in the triggerer. ARNs in them need not be known when Terraform plans.
    - `exec`: Whether ECS Exec can open a shell in the service's containers, as root. What the agent of ECS Exec writes goes to volumes at /var/lib/amazon and /var/log/amazon, because the root file system stays read-only. AWS promises ECS Exec for a writable root only, and does not say which Linux capabilities the agent needs (containers have none here): try it before you rely on it. A change takes effect in tasks that start later.
  EOT
  type = object({
    cpu           = optional(number, 512)
    memory_mib    = optional(number, 1024)
    desired_count = optional(number, 1)
    statements = optional(
      list(object({
        sid        = string
        actions    = list(string)
        resources  = list(string)
        conditions = optional(map(map(list(string))))
      })),
      [],
    )
    exec = optional(bool, false)
  })
  default  = {}
  nullable = false

  validation {
    condition     = contains([256, 512, 1024, 2048, 4096, 8192, 16384], var.scheduler.cpu)
    error_message = "scheduler.cpu must be one of 256, 512, 1024, 2048, 4096, 8192, 16384 (what Fargate allows); got ${jsonencode(var.scheduler.cpu)}."
  }

  validation {
    condition     = floor(var.scheduler.memory_mib) == var.scheduler.memory_mib
    error_message = "scheduler.memory_mib must be a whole number; got ${jsonencode(var.scheduler.memory_mib)}."
  }

  validation {
    condition = (
      floor(var.scheduler.desired_count) == var.scheduler.desired_count &&
      var.scheduler.desired_count >= 0 &&
      var.scheduler.desired_count <= 5000
    )

    error_message = "scheduler.desired_count must be a whole number from 0 to 5000 (what ECS runs for one service); got ${jsonencode(var.scheduler.desired_count)}."
  }

  validation {
    condition = contains(
      try(local.fargate_memory_mib[tostring(var.scheduler.cpu)], []),
      var.scheduler.memory_mib,
    )

    error_message = "scheduler.memory_mib must be one of ${join(", ", try(local.fargate_memory_mib[tostring(var.scheduler.cpu)], []))} with ${var.scheduler.cpu} CPU units; got ${jsonencode(var.scheduler.memory_mib)}."
  }

  validation {
    condition = (
      alltrue([for sid in var.scheduler.statements[*].sid : can(regex("^[A-Za-z0-9]+$", sid))]) &&
      length(distinct(var.scheduler.statements[*].sid)) == length(var.scheduler.statements[*].sid)
    )

    error_message = "scheduler.statements must have a sid of letters and digits each, no two the same; got ${jsonencode(var.scheduler.statements[*].sid)}."
  }

  validation {
    condition = alltrue([
      for s in var.scheduler.statements : length(s.actions) > 0 && length(s.resources) > 0
    ])

    error_message = "scheduler.statements must have one action or more and one resource or more in each statement."
  }

  validation {
    condition = (
      length([for action in flatten(var.scheduler.statements[*].actions) : action if can(regex("^(.+:)?[*?]+$", action))]) ==
      0
    )

    error_message = "actions of scheduler.statements must be named (a whole service is more than a task needs: whoever may do all with a service may also delete, and give away, what is not the task's); got ${join(", ", [for action in flatten(var.scheduler.statements[*].actions) : action if can(regex("^(.+:)?[*?]+$", action))])}. Name what the task does, such as \"s3:GetObject\"."
  }

  validation {
    condition = (
      length([for action in flatten(var.scheduler.statements[*].actions) : action if !can(regex("^[a-z0-9-]+:[A-Za-z0-9*?]+$", action))]) ==
      0
    )

    error_message = "actions of scheduler.statements must be of the form \"service:Action\", the service in lower case; got ${join(", ", [for action in flatten(var.scheduler.statements[*].actions) : action if !can(regex("^[a-z0-9-]+:[A-Za-z0-9*?]+$", action))])}."
  }

  validation {
    condition = (
      length([for resource in flatten(var.scheduler.statements[*].resources) : resource if resource != "*" && !startswith(resource, "arn:")]) ==
      0
    )

    error_message = "resources of scheduler.statements must be ARNs, which begin with \"arn:\", or \"*\"; got ${join(", ", [for resource in flatten(var.scheduler.statements[*].resources) : resource if resource != "*" && !startswith(resource, "arn:")])}."
  }
}

variable "dag_processor" {
  description = <<-EOT
    Reads the DAG files.
    - `cpu`: CPU units of each task; 1024 are one virtual CPU.
    - `memory_mib`: Memory of each task in MiB. A DAG processor was measured at 219; what your DAG files import comes on top, in each of the processes that parse them.
    - `desired_count`: How many tasks run. With 0 the service is there and rests.
    - `statements`: What the service's own code may do in AWS beyond what Airflow needs, as statements of an IAM policy: what operators, hooks and sensors of DAGs call in workers, and deferred ones in the triggerer. ARNs in them need not be known when Terraform plans.
    - `exec`: Whether ECS Exec can open a shell in the service's containers, as root. What the agent of ECS Exec writes goes to volumes at /var/lib/amazon and /var/log/amazon, because the root file system stays read-only. AWS promises ECS Exec for a writable root only, and does not say which Linux capabilities the agent needs (containers have none here): try it before you rely on it. A change takes effect in tasks that start later.
  EOT
  type = object({
    cpu           = optional(number, 512)
    memory_mib    = optional(number, 1024)
    desired_count = optional(number, 1)
    statements = optional(
      list(object({
        sid        = string
        actions    = list(string)
        resources  = list(string)
        conditions = optional(map(map(list(string))))
      })),
      [],
    )
    exec = optional(bool, false)
  })
  default  = {}
  nullable = false

  validation {
    condition     = contains([256, 512, 1024, 2048, 4096, 8192, 16384], var.dag_processor.cpu)
    error_message = "dag_processor.cpu must be one of 256, 512, 1024, 2048, 4096, 8192, 16384 (what Fargate allows); got ${jsonencode(var.dag_processor.cpu)}."
  }

  validation {
    condition     = floor(var.dag_processor.memory_mib) == var.dag_processor.memory_mib
    error_message = "dag_processor.memory_mib must be a whole number; got ${jsonencode(var.dag_processor.memory_mib)}."
  }

  validation {
    condition = (
      floor(var.dag_processor.desired_count) == var.dag_processor.desired_count &&
      var.dag_processor.desired_count >= 0 &&
      var.dag_processor.desired_count <= 5000
    )

    error_message = "dag_processor.desired_count must be a whole number from 0 to 5000 (what ECS runs for one service); got ${jsonencode(var.dag_processor.desired_count)}."
  }

  validation {
    condition = contains(
      try(local.fargate_memory_mib[tostring(var.dag_processor.cpu)], []),
      var.dag_processor.memory_mib,
    )

    error_message = "dag_processor.memory_mib must be one of ${join(", ", try(local.fargate_memory_mib[tostring(var.dag_processor.cpu)], []))} with ${var.dag_processor.cpu} CPU units; got ${jsonencode(var.dag_processor.memory_mib)}."
  }

  validation {
    condition = (
      alltrue([for sid in var.dag_processor.statements[*].sid : can(regex("^[A-Za-z0-9]+$", sid))]) &&
      length(distinct(var.dag_processor.statements[*].sid)) == length(var.dag_processor.statements[*].sid)
    )

    error_message = "dag_processor.statements must have a sid of letters and digits each, no two the same; got ${jsonencode(var.dag_processor.statements[*].sid)}."
  }

  validation {
    condition = alltrue([
      for s in var.dag_processor.statements : length(s.actions) > 0 && length(s.resources) > 0
    ])

    error_message = "dag_processor.statements must have one action or more and one resource or more in each statement."
  }

  validation {
    condition = (
      length([for action in flatten(var.dag_processor.statements[*].actions) : action if can(regex("^(.+:)?[*?]+$", action))]) ==
      0
    )

    error_message = "actions of dag_processor.statements must be named (a whole service is more than a task needs: whoever may do all with a service may also delete, and give away, what is not the task's); got ${join(", ", [for action in flatten(var.dag_processor.statements[*].actions) : action if can(regex("^(.+:)?[*?]+$", action))])}. Name what the task does, such as \"s3:GetObject\"."
  }

  validation {
    condition = (
      length([for action in flatten(var.dag_processor.statements[*].actions) : action if !can(regex("^[a-z0-9-]+:[A-Za-z0-9*?]+$", action))]) ==
      0
    )

    error_message = "actions of dag_processor.statements must be of the form \"service:Action\", the service in lower case; got ${join(", ", [for action in flatten(var.dag_processor.statements[*].actions) : action if !can(regex("^[a-z0-9-]+:[A-Za-z0-9*?]+$", action))])}."
  }

  validation {
    condition = (
      length([for resource in flatten(var.dag_processor.statements[*].resources) : resource if resource != "*" && !startswith(resource, "arn:")]) ==
      0
    )

    error_message = "resources of dag_processor.statements must be ARNs, which begin with \"arn:\", or \"*\"; got ${join(", ", [for resource in flatten(var.dag_processor.statements[*].resources) : resource if resource != "*" && !startswith(resource, "arn:")])}."
  }
}

variable "triggerer" {
  description = <<-EOT
    Waits for what deferred tasks wait for.
    - `cpu`: CPU units of each task; 1024 are one virtual CPU.
    - `memory_mib`: Memory of each task in MiB. A triggerer was measured at 547 with few deferred tasks.
    - `desired_count`: How many tasks run. With 0 the service is there and rests.
    - `statements`: What the service's own code may do in AWS beyond what Airflow needs, as statements of an IAM policy: what operators, hooks and sensors of DAGs call in workers, and deferred ones in the triggerer. ARNs in them need not be known when Terraform plans.
    - `exec`: Whether ECS Exec can open a shell in the service's containers, as root. What the agent of ECS Exec writes goes to volumes at /var/lib/amazon and /var/log/amazon, because the root file system stays read-only. AWS promises ECS Exec for a writable root only, and does not say which Linux capabilities the agent needs (containers have none here): try it before you rely on it. A change takes effect in tasks that start later.
  EOT
  type = object({
    cpu           = optional(number, 512)
    memory_mib    = optional(number, 2048)
    desired_count = optional(number, 1)
    statements = optional(
      list(object({
        sid        = string
        actions    = list(string)
        resources  = list(string)
        conditions = optional(map(map(list(string))))
      })),
      [],
    )
    exec = optional(bool, false)
  })
  default  = {}
  nullable = false

  validation {
    condition     = contains([256, 512, 1024, 2048, 4096, 8192, 16384], var.triggerer.cpu)
    error_message = "triggerer.cpu must be one of 256, 512, 1024, 2048, 4096, 8192, 16384 (what Fargate allows); got ${jsonencode(var.triggerer.cpu)}."
  }

  validation {
    condition     = floor(var.triggerer.memory_mib) == var.triggerer.memory_mib
    error_message = "triggerer.memory_mib must be a whole number; got ${jsonencode(var.triggerer.memory_mib)}."
  }

  validation {
    condition = (
      floor(var.triggerer.desired_count) == var.triggerer.desired_count &&
      var.triggerer.desired_count >= 0 &&
      var.triggerer.desired_count <= 5000
    )

    error_message = "triggerer.desired_count must be a whole number from 0 to 5000 (what ECS runs for one service); got ${jsonencode(var.triggerer.desired_count)}."
  }

  validation {
    condition = contains(
      try(local.fargate_memory_mib[tostring(var.triggerer.cpu)], []),
      var.triggerer.memory_mib,
    )

    error_message = "triggerer.memory_mib must be one of ${join(", ", try(local.fargate_memory_mib[tostring(var.triggerer.cpu)], []))} with ${var.triggerer.cpu} CPU units; got ${jsonencode(var.triggerer.memory_mib)}."
  }

  validation {
    condition = (
      alltrue([for sid in var.triggerer.statements[*].sid : can(regex("^[A-Za-z0-9]+$", sid))]) &&
      length(distinct(var.triggerer.statements[*].sid)) == length(var.triggerer.statements[*].sid)
    )

    error_message = "triggerer.statements must have a sid of letters and digits each, no two the same; got ${jsonencode(var.triggerer.statements[*].sid)}."
  }

  validation {
    condition = alltrue([
      for s in var.triggerer.statements : length(s.actions) > 0 && length(s.resources) > 0
    ])

    error_message = "triggerer.statements must have one action or more and one resource or more in each statement."
  }

  validation {
    condition = (
      length([for action in flatten(var.triggerer.statements[*].actions) : action if can(regex("^(.+:)?[*?]+$", action))]) ==
      0
    )

    error_message = "actions of triggerer.statements must be named (a whole service is more than a task needs: whoever may do all with a service may also delete, and give away, what is not the task's); got ${join(", ", [for action in flatten(var.triggerer.statements[*].actions) : action if can(regex("^(.+:)?[*?]+$", action))])}. Name what the task does, such as \"s3:GetObject\"."
  }

  validation {
    condition = (
      length([for action in flatten(var.triggerer.statements[*].actions) : action if !can(regex("^[a-z0-9-]+:[A-Za-z0-9*?]+$", action))]) ==
      0
    )

    error_message = "actions of triggerer.statements must be of the form \"service:Action\", the service in lower case; got ${join(", ", [for action in flatten(var.triggerer.statements[*].actions) : action if !can(regex("^[a-z0-9-]+:[A-Za-z0-9*?]+$", action))])}."
  }

  validation {
    condition = (
      length([for resource in flatten(var.triggerer.statements[*].resources) : resource if resource != "*" && !startswith(resource, "arn:")]) ==
      0
    )

    error_message = "resources of triggerer.statements must be ARNs, which begin with \"arn:\", or \"*\"; got ${join(", ", [for resource in flatten(var.triggerer.statements[*].resources) : resource if resource != "*" && !startswith(resource, "arn:")])}."
  }
}

variable "worker" {
  description = <<-EOT
    Celery workers of the pool `default`.
    - `cpu`: CPU units of each worker; 1024 are one virtual CPU.
    - `memory_mib`: Memory of each worker in MiB. With 8 tasks at a time, all waiting for Fargate tasks of their own, 1,400 were measured; what tasks do inside the worker comes on top.
    - `desired_count`: How many workers run. Scaling does not touch those that stay.
    - `statements`: What the service's own code may do in AWS beyond what Airflow needs, as statements of an IAM policy: what operators, hooks and sensors of DAGs call in workers, and deferred ones in the triggerer. ARNs in them need not be known when Terraform plans.
    - `exec`: Whether ECS Exec can open a shell in the service's containers, as root. What the agent of ECS Exec writes goes to volumes at /var/lib/amazon and /var/log/amazon, because the root file system stays read-only. AWS promises ECS Exec for a writable root only, and does not say which Linux capabilities the agent needs (containers have none here): try it before you rely on it. A change takes effect in tasks that start later.
    - `concurrency`: How many tasks a worker runs at a time, each in a process of about 150 MiB. Deferred tasks do not count.
    - `spot`: Whether the workers are Fargate Spot's: about a third of the price, and AWS may take them back with two minutes' notice; when it has none to give, tasks wait. Tasks need `retries` there. A change replaces the service: for some minutes, tasks of the pool wait.
    - `ephemeral_storage_gib`: Disk of each worker in GiB, image included.
  EOT
  type = object({
    cpu           = optional(number, 1024)
    memory_mib    = optional(number, 3072)
    desired_count = optional(number, 1)
    statements = optional(
      list(object({
        sid        = string
        actions    = list(string)
        resources  = list(string)
        conditions = optional(map(map(list(string))))
      })),
      [],
    )
    exec                  = optional(bool, false)
    concurrency           = optional(number, 8)
    spot                  = optional(bool, false)
    ephemeral_storage_gib = optional(number, 21)
  })
  default  = {}
  nullable = false

  validation {
    condition     = contains([256, 512, 1024, 2048, 4096, 8192, 16384], var.worker.cpu)
    error_message = "worker.cpu must be one of 256, 512, 1024, 2048, 4096, 8192, 16384 (what Fargate allows); got ${jsonencode(var.worker.cpu)}."
  }

  validation {
    condition     = floor(var.worker.memory_mib) == var.worker.memory_mib
    error_message = "worker.memory_mib must be a whole number; got ${jsonencode(var.worker.memory_mib)}."
  }

  validation {
    condition = (
      floor(var.worker.desired_count) == var.worker.desired_count &&
      var.worker.desired_count >= 0 &&
      var.worker.desired_count <= 5000
    )

    error_message = "worker.desired_count must be a whole number from 0 to 5000 (what ECS runs for one service); got ${jsonencode(var.worker.desired_count)}."
  }

  validation {
    condition = (
      floor(var.worker.concurrency) == var.worker.concurrency &&
      var.worker.concurrency >= 1 &&
      var.worker.concurrency <= 256
    )

    error_message = "worker.concurrency must be a whole number from 1 to 256 (with more, more workers serve better); got ${jsonencode(var.worker.concurrency)}."
  }

  validation {
    condition = (
      floor(var.worker.ephemeral_storage_gib) == var.worker.ephemeral_storage_gib &&
      var.worker.ephemeral_storage_gib >= 21 &&
      var.worker.ephemeral_storage_gib <= 200
    )

    error_message = "worker.ephemeral_storage_gib must be a whole number from 21 to 200 (what Fargate allows); got ${jsonencode(var.worker.ephemeral_storage_gib)}."
  }

  validation {
    condition = contains(
      try(local.fargate_memory_mib[tostring(var.worker.cpu)], []),
      var.worker.memory_mib,
    )

    error_message = "worker.memory_mib must be one of ${join(", ", try(local.fargate_memory_mib[tostring(var.worker.cpu)], []))} with ${var.worker.cpu} CPU units; got ${jsonencode(var.worker.memory_mib)}."
  }

  validation {
    condition = (
      alltrue([for sid in var.worker.statements[*].sid : can(regex("^[A-Za-z0-9]+$", sid))]) &&
      length(distinct(var.worker.statements[*].sid)) == length(var.worker.statements[*].sid)
    )

    error_message = "worker.statements must have a sid of letters and digits each, no two the same; got ${jsonencode(var.worker.statements[*].sid)}."
  }

  validation {
    condition = alltrue([
      for s in var.worker.statements : length(s.actions) > 0 && length(s.resources) > 0
    ])

    error_message = "worker.statements must have one action or more and one resource or more in each statement."
  }

  validation {
    condition = (
      length([for action in flatten(var.worker.statements[*].actions) : action if can(regex("^(.+:)?[*?]+$", action))]) ==
      0
    )

    error_message = "actions of worker.statements must be named (a whole service is more than a task needs: whoever may do all with a service may also delete, and give away, what is not the task's); got ${join(", ", [for action in flatten(var.worker.statements[*].actions) : action if can(regex("^(.+:)?[*?]+$", action))])}. Name what the task does, such as \"s3:GetObject\"."
  }

  validation {
    condition = (
      length([for action in flatten(var.worker.statements[*].actions) : action if !can(regex("^[a-z0-9-]+:[A-Za-z0-9*?]+$", action))]) ==
      0
    )

    error_message = "actions of worker.statements must be of the form \"service:Action\", the service in lower case; got ${join(", ", [for action in flatten(var.worker.statements[*].actions) : action if !can(regex("^[a-z0-9-]+:[A-Za-z0-9*?]+$", action))])}."
  }

  validation {
    condition = (
      length([for resource in flatten(var.worker.statements[*].resources) : resource if resource != "*" && !startswith(resource, "arn:")]) ==
      0
    )

    error_message = "resources of worker.statements must be ARNs, which begin with \"arn:\", or \"*\"; got ${join(", ", [for resource in flatten(var.worker.statements[*].resources) : resource if resource != "*" && !startswith(resource, "arn:")])}."
  }

  validation {
    condition     = var.worker.memory_mib >= var.worker.concurrency * 150
    error_message = "worker.memory_mib must be at least ${var.worker.concurrency * 150} for ${var.worker.concurrency} tasks at a time, each in a process of about 150 MiB; got ${jsonencode(var.worker.memory_mib)}. Raise it, or lower `concurrency`."
  }
}

variable "encryption_key" {
  description = <<-EOT
    The key that is made when `kms_key_arn` is left out.
    - `deletion_window_days`: Days between a destroy and the end of the key. Until then the deletion can be cancelled; afterwards nothing that was encrypted with the key can be read by anyone.
  EOT
  type        = object({ deletion_window_days = optional(number, 30) })
  default     = {}
  nullable    = false

  validation {
    condition = (
      floor(var.encryption_key.deletion_window_days) == var.encryption_key.deletion_window_days &&
      var.encryption_key.deletion_window_days >= 7 &&
      var.encryption_key.deletion_window_days <= 30
    )

    error_message = "encryption_key.deletion_window_days must be a whole number from 7 to 30 (what KMS allows); got ${jsonencode(var.encryption_key.deletion_window_days)}."
  }
}

variable "worker_pools" {
  description = "Names of further worker pools, each of which gets a queue here and its workers from `modules/worker-pool`. The pool `default` is always there."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition = (
      length(distinct(var.worker_pools)) == length(var.worker_pools) &&
      alltrue([for item in var.worker_pools : length(item) >= 1 && length(item) <= 16 && can(regex("^([a-z](-?[a-z0-9])*)$", item))])
    )

    error_message = "worker_pools must be a list of different values, each 1 to 16 lower-case letters, digits and single hyphens, beginning with a letter and not ending in a hyphen; got ${jsonencode(var.worker_pools)}."
  }

  validation {
    condition     = !contains(var.worker_pools, "default")
    error_message = "worker_pools must be without `default`, which is always there: `worker` is about it."
  }
}

variable "create_kms_key" {
  description = "Whether a key is made for everything. With false, `kms_key_arn` is the key."
  type        = bool
  default     = true
  nullable    = false
}

variable "kms_key_arn" {
  description = "Key for everything, with `create_kms_key = false`; its policy must let CloudWatch Logs use it."
  type        = string
  default     = null

  validation {
    condition = (
      var.kms_key_arn == null
      ? true
      : can(regex("^(arn:aws[a-z-]*:kms:[a-z0-9-]+:\\d{12}:key/.+)$", var.kms_key_arn))
    )

    error_message = "kms_key_arn must be an ARN of the form arn:aws:kms:REGION:ACCOUNT:key/...; got ${jsonencode(var.kms_key_arn)}."
  }

  validation {
    condition     = var.create_kms_key == (var.kms_key_arn == null)
    error_message = "kms_key_arn must be left out when create_kms_key is true, and given when it is false."
  }
}

variable "secrets_backend" {
  description = "Where Airflow looks first for connections and variables: `secretsmanager`, in secrets `<name>/connections/...`, or `ssm`, in parameters `/airflow-fargate/<name>/connections/...`."
  type        = string
  default     = "secretsmanager"
  nullable    = false

  validation {
    condition     = contains(["secretsmanager", "ssm"], var.secrets_backend)
    error_message = "secrets_backend must be one of 'secretsmanager', 'ssm'; got ${jsonencode(var.secrets_backend)}."
  }
}

variable "log_retention_days" {
  description = "Days that logs are kept."
  type        = number
  default     = 30
  nullable    = false

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
      var.log_retention_days,
    )

    error_message = "log_retention_days must be one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653 (what CloudWatch Logs allows); got ${jsonencode(var.log_retention_days)}."
  }
}

variable "deletion_protection" {
  description = "Whether database, load balancer and logs of tasks refuse to be destroyed. To destroy them, apply with false first. The file system has no such protection (docs/modules.md)."
  type        = bool
  default     = true
  nullable    = false
}

variable "permissions_boundary_arn" {
  description = "Permissions boundary of every role."
  type        = string
  default     = null

  validation {
    condition = (
      var.permissions_boundary_arn == null
      ? true
      : can(regex("^(arn:aws[a-z-]*:iam::(\\d{12}|aws):policy/.+)$", var.permissions_boundary_arn))
    )

    error_message = "permissions_boundary_arn must be an ARN of the form arn:aws:iam::ACCOUNT:policy/...; got ${jsonencode(var.permissions_boundary_arn)}."
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
