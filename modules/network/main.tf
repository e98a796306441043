locals {
  account_id = data.aws_caller_identity.current.account_id
  partition  = data.aws_partition.current.partition
  region     = data.aws_region.current.id
}

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

data "aws_region" "current" {}

################################################################################
# VPC and subnets
################################################################################

resource "aws_default_security_group" "this" {
  vpc_id = aws_vpc.this.id

  tags = merge(var.tags, { Name = "${var.name}-default" })
}

resource "aws_internet_gateway" "this" {
  vpc_id = aws_vpc.this.id

  tags = merge(var.tags, { Name = var.name })
}

resource "aws_subnet" "private" {
  count = var.az_count

  availability_zone = element(data.aws_availability_zones.this.names, count.index)
  cidr_block        = cidrsubnet(var.cidr_block, 3, count.index)
  vpc_id            = aws_vpc.this.id

  tags = merge(var.tags, { Name = "${var.name}-private-${count.index}" })

  lifecycle {
    ignore_changes = [availability_zone]

    precondition {
      condition     = count.index < length(data.aws_availability_zones.this.names)
      error_message = "az_count is ${count.index + 1} or more, and the region has ${length(data.aws_availability_zones.this.names)} availability zones. Lower az_count."
    }
  }
}

resource "aws_subnet" "public" {
  count = var.az_count

  availability_zone = element(data.aws_availability_zones.this.names, count.index)
  cidr_block        = cidrsubnet(var.cidr_block, 6, 48 + count.index)
  vpc_id            = aws_vpc.this.id

  tags = merge(var.tags, { Name = "${var.name}-public-${count.index}" })

  lifecycle {
    ignore_changes = [availability_zone]

    precondition {
      condition     = count.index < length(data.aws_availability_zones.this.names)
      error_message = "az_count is ${count.index + 1} or more, and the region has ${length(data.aws_availability_zones.this.names)} availability zones. Lower az_count."
    }
  }
}

resource "aws_vpc" "this" {
  # checkov:skip=CKV2_AWS_11:Without flow_logs its connections are not logged, which costs by the line.

  cidr_block           = var.cidr_block
  enable_dns_hostnames = true
  enable_dns_support   = true

  tags = merge(var.tags, { Name = var.name })
}

data "aws_availability_zones" "this" {
  # checkov:skip=CKV_AWS_394:Any region's zones are meant; subnets stay in theirs when a region gets another.

  state = "available"

  filter {
    name   = "opt-in-status"
    values = ["opt-in-not-required"]
  }
}

################################################################################
# Routes
################################################################################

resource "aws_eip" "nat" {
  count = var.nat == "none" ? 0 : (var.nat == "per_az" ? var.az_count : 1)

  domain = "vpc"

  tags = merge(var.tags, { Name = "${var.name}-nat-${count.index}" })

  depends_on = [aws_internet_gateway.this]
}

resource "aws_nat_gateway" "this" {
  count = var.nat == "none" ? 0 : (var.nat == "per_az" ? var.az_count : 1)

  allocation_id = element(aws_eip.nat[*].id, count.index)
  subnet_id     = element(aws_subnet.public[*].id, count.index)

  tags = merge(var.tags, { Name = "${var.name}-${count.index}" })

  depends_on = [aws_internet_gateway.this]
}

resource "aws_route" "private_nat" {
  count = var.nat == "none" ? 0 : var.az_count

  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = element(aws_nat_gateway.this[*].id, count.index)
  route_table_id         = element(aws_route_table.private[*].id, count.index)
}

resource "aws_route" "public_internet" {
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.this.id
  route_table_id         = aws_route_table.public.id
}

resource "aws_route_table" "private" {
  count = var.az_count

  vpc_id = aws_vpc.this.id

  tags = merge(var.tags, { Name = "${var.name}-private-${count.index}" })
}

resource "aws_route_table" "public" {
  vpc_id = aws_vpc.this.id

  tags = merge(var.tags, { Name = "${var.name}-public" })
}

resource "aws_route_table_association" "private" {
  count = var.az_count

  route_table_id = element(aws_route_table.private[*].id, count.index)
  subnet_id      = element(aws_subnet.private[*].id, count.index)
}

resource "aws_route_table_association" "public" {
  count = var.az_count

  route_table_id = aws_route_table.public.id
  subnet_id      = element(aws_subnet.public[*].id, count.index)
}

################################################################################
# VPC endpoints
################################################################################

resource "aws_security_group" "endpoints" {
  count = var.nat == "none" ? 1 : 0

  name        = "${var.name}-endpoints"
  description = "Interface endpoints of ${var.name}"
  vpc_id      = aws_vpc.this.id

  tags = merge(var.tags, { Name = "${var.name}-endpoints" })
}

resource "aws_vpc_endpoint" "interface" {
  for_each = toset(
    var.nat == "none"
    ? [
      "ecr.api",
      "ecr.dkr",
      "ecs",
      "kms",
      "logs",
      "secretsmanager",
      "sqs",
      "ssm",
      "ssmmessages",
      "sts",
    ]
    : []
  )

  private_dns_enabled = true
  security_group_ids  = [one(aws_security_group.endpoints[*].id)]
  service_name        = "com.amazonaws.${local.region}.${each.key}"
  subnet_ids          = aws_subnet.private[*].id
  vpc_endpoint_type   = "Interface"
  vpc_id              = aws_vpc.this.id

  tags = merge(var.tags, { Name = "${var.name}-${each.key}" })
}

resource "aws_vpc_endpoint" "s3" {
  route_table_ids   = aws_route_table.private[*].id
  service_name      = "com.amazonaws.${local.region}.s3"
  vpc_endpoint_type = "Gateway"
  vpc_id            = aws_vpc.this.id

  tags = merge(var.tags, { Name = "${var.name}-s3" })
}

################################################################################
# Flow logs
################################################################################

resource "aws_cloudwatch_log_group" "flow_logs" {
  # checkov:skip=AF_LOG_GROUP:Without kms_key_arn, CloudWatch Logs encrypts it with a key of its own.
  # checkov:skip=CKV_AWS_158:Without kms_key_arn, CloudWatch Logs encrypts it with a key of its own.
  # checkov:skip=CKV_AWS_338:How long logs are of use is for who runs this to say, by log_retention_days.

  count = var.flow_logs ? 1 : 0

  name              = "/airflow-fargate/${var.name}/vpc-flow-logs"
  kms_key_id        = var.kms_key_arn
  retention_in_days = var.log_retention_days

  tags = var.tags
}

resource "aws_flow_log" "this" {
  count = var.flow_logs ? 1 : 0

  iam_role_arn    = one(aws_iam_role.flow_logs[*].arn)
  log_destination = one(aws_cloudwatch_log_group.flow_logs[*].arn)
  traffic_type    = "ALL"
  vpc_id          = aws_vpc.this.id

  tags = merge(var.tags, { Name = var.name })
}

resource "aws_iam_role" "flow_logs" {
  count = var.flow_logs ? 1 : 0

  name                 = "${var.name}-vpc-flow-logs-${local.region}"
  description          = "Writes the VPC flow logs of ${var.name}"
  path                 = "/"
  permissions_boundary = var.permissions_boundary_arn

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "TrustService"
        Effect    = "Allow"
        Principal = { Service = "vpc-flow-logs.amazonaws.com" }
        Action    = ["sts:AssumeRole"]
        Condition = {
          StringEquals = { "aws:SourceAccount" = local.account_id }
          ArnLike = {
            "aws:SourceArn" = "arn:${local.partition}:ec2:${local.region}:${local.account_id}:vpc-flow-log/*"
          }
        }
      },
    ]
  })

  tags = var.tags
}

resource "aws_iam_role_policy" "flow_logs" {
  count = var.flow_logs ? 1 : 0

  name = "access"
  role = one(aws_iam_role.flow_logs[*].id)

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "FindLogGroup"
        Effect   = "Allow"
        Action   = ["logs:DescribeLogGroups"]
        Resource = ["arn:${local.partition}:logs:${local.region}:${local.account_id}:log-group:*"]
      },
      {
        Sid      = "WriteFlowLogs"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
        Resource = ["${one(aws_cloudwatch_log_group.flow_logs[*].arn)}:*"]
      },
    ]
  })
}
