# What dags/sales_report.py reports on: a bucket of this team's, and a task that may use it.

resource "aws_s3_bucket" "sales" {
  provider = aws.data

  bucket        = "acme-data-sales"
  force_destroy = var.temporary
}

resource "aws_s3_bucket_public_access_block" "sales" {
  provider = aws.data

  bucket                  = aws_s3_bucket.sales.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

module "sales_report" {
  source    = "../../modules/task"
  providers = { aws = aws.data }

  host        = module.airflow.task_host
  task        = "sales_report"
  image_uri   = var.task_image_uris["sales_report"]
  environment = { BUCKET = aws_s3_bucket.sales.id }

  statements = [
    {
      sid       = "ReadSales"
      actions   = ["s3:GetObject"]
      resources = ["${aws_s3_bucket.sales.arn}/sales/*"]
    },
    {
      # Without it, S3 says of a file that is not there that it is forbidden.
      sid        = "FindSales"
      actions    = ["s3:ListBucket"]
      resources  = [aws_s3_bucket.sales.arn]
      conditions = { StringLike = { "s3:prefix" = ["sales/*"] } }
    },
    {
      sid       = "WriteReports"
      actions   = ["s3:PutObject"]
      resources = ["${aws_s3_bucket.sales.arn}/reports/*"]
    },
  ]
}
