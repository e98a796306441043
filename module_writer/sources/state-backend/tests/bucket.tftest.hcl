# The bucket is versioned, encrypted and protected. No AWS account is needed.

mock_provider "aws" {
  mock_data "aws_region" {
    defaults = { id = "eu-west-1" }
  }
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }
}

variables {
  name = "demo"
}

run "defaults" {
  command = plan

  assert {
    condition     = aws_s3_bucket.this.bucket == "demo-state-123456789012-eu-west-1"
    error_message = "The name says whose state it is, in which account and region."
  }
  assert {
    condition     = aws_s3_bucket.this.force_destroy == false
    error_message = "A bucket with states in it refuses to be destroyed."
  }
  assert {
    condition     = aws_s3_bucket_versioning.this.versioning_configuration[0].status == "Enabled"
    error_message = "An older state can be had back."
  }
  assert {
    condition = (
      one(aws_s3_bucket_server_side_encryption_configuration.this.rule).apply_server_side_encryption_by_default[0].sse_algorithm
      == "AES256"
    )
    error_message = "S3 encrypts with a key of its own."
  }
  assert {
    condition = (
      aws_s3_bucket_public_access_block.this.block_public_acls &&
      aws_s3_bucket_public_access_block.this.restrict_public_buckets
    )
    error_message = "Nobody can make it public."
  }
}

run "own_key_and_short_history" {
  command = plan
  variables {
    kms_key_arn            = "arn:aws:kms:eu-west-1:123456789012:key/mine"
    version_retention_days = 30
    deletion_protection    = false
  }

  assert {
    condition = (
      one(aws_s3_bucket_server_side_encryption_configuration.this.rule).apply_server_side_encryption_by_default[0].kms_master_key_id
      == "arn:aws:kms:eu-west-1:123456789012:key/mine"
    )
    error_message = "The key that is given encrypts the states."
  }
  assert {
    condition = (
      aws_s3_bucket_lifecycle_configuration.this.rule[0].noncurrent_version_expiration[0].noncurrent_days
      == 30
    )
    error_message = "Older states go after the days that are asked for."
  }
  assert {
    condition     = aws_s3_bucket.this.force_destroy
    error_message = "Without protection the bucket can be destroyed with what is in it."
  }
}
