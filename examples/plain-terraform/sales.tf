# What dags/sales_report.py reports on: a bucket of this team's, and a task that may use it.

resource "aws_s3_bucket" "sales" {
  # checkov:skip=CKV_AWS_18:Only the task below reads it, and Airflow logs each of its runs.
  # checkov:skip=CKV_AWS_21:The shop can put its files there again, and reports are made from them.
  # checkov:skip=CKV_AWS_144:The shop can put its files there again, and reports are made from them.
  # checkov:skip=CKV_AWS_145:S3's own key is enough for what the shop sells, by the company's rules.
  # checkov:skip=CKV2_AWS_61:Sales are kept for as long as the company keeps its books.
  # checkov:skip=CKV2_AWS_62:The DAG looks for the files of its day; nobody waits to be told of them.
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

resource "aws_s3_bucket_server_side_encryption_configuration" "sales" {
  provider = aws.data

  bucket = aws_s3_bucket.sales.id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket_policy" "sales" {
  provider = aws.data

  bucket = aws_s3_bucket.sales.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "OnlyOverTls"
      Effect    = "Deny"
      Principal = "*"
      Action    = "s3:*"
      Resource  = [aws_s3_bucket.sales.arn, "${aws_s3_bucket.sales.arn}/*"]
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })

  # S3 refuses two changes of a bucket's access at one time.
  depends_on = [aws_s3_bucket_public_access_block.sales]
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
