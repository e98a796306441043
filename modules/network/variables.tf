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

variable "cidr_block" {
  description = "Addresses of the VPC. A private subnet gets an eighth, a public one a 64th."
  type        = string
  default     = "10.0.0.0/16"
  nullable    = false

  validation {
    condition = try(
      (
        cidrnetmask(var.cidr_block) != "" &&
        cidrhost(var.cidr_block, 0) == split("/", var.cidr_block)[0] &&
        tonumber(split("/", var.cidr_block)[1]) >= 16 &&
        tonumber(split("/", var.cidr_block)[1]) <= 21
      ),
      false,
    )

    error_message = "cidr_block must be an IPv4 network from /16 to /21, with no host bits set (what a VPC allows, and a load balancer in each of six zones); got ${jsonencode(var.cidr_block)}."
  }
}

variable "az_count" {
  description = "Availability zones, each with a public and a private subnet."
  type        = number
  default     = 2
  nullable    = false

  validation {
    condition     = floor(var.az_count) == var.az_count && var.az_count >= 2 && var.az_count <= 6
    error_message = "az_count must be a whole number from 2 to 6 (RDS and the load balancer need two zones); got ${jsonencode(var.az_count)}."
  }
}

variable "nat" {
  description = "NAT gateways: one, one in each zone, or none. With none, tasks reach the AWS services that they call through interface endpoints, and nothing else outside the VPC."
  type        = string
  default     = "single"
  nullable    = false

  validation {
    condition     = contains(["single", "per_az", "none"], var.nat)
    error_message = "nat must be one of 'single', 'per_az', 'none'; got ${jsonencode(var.nat)}."
  }
}

variable "flow_logs" {
  description = "Whether accepted and refused connections are logged to CloudWatch."
  type        = bool
  default     = true
  nullable    = false
}

variable "log_retention_days" {
  description = "Days that flow logs are kept."
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

variable "kms_key_arn" {
  description = "Key for the flow logs. Without it CloudWatch encrypts with a key of its own."
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
}

variable "permissions_boundary_arn" {
  description = "Permissions boundary of the flow logs' role."
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
