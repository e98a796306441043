variable "name" {
  description = "Name of the deployment; begins the bucket's name."
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

variable "version_retention_days" {
  description = "Days that a state is kept after a newer one took its place."
  type        = number
  default     = 365
  nullable    = false

  validation {
    condition = (
      floor(var.version_retention_days) == var.version_retention_days &&
      var.version_retention_days >= 1 &&
      var.version_retention_days <= 3650
    )

    error_message = "version_retention_days must be a whole number from 1 to 3650; got ${jsonencode(var.version_retention_days)}."
  }
}

variable "kms_key_arn" {
  description = "Key for the state. Without it S3 encrypts with a key of its own."
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

variable "deletion_protection" {
  description = "Whether the bucket refuses to be deleted. To destroy it, apply once with false first; the states in it go with it then."
  type        = bool
  default     = true
  nullable    = false
}

variable "tags" {
  description = "Tags of the bucket, beside the provider's `default_tags`."
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
