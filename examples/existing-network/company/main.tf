# Stands for what your company has: a VPC with a NAT gateway, and a PostgreSQL.
#
# It is here so that the example can be applied as it is. In your case it is somebody else's, and
# ../main.tf finds it by its names and tags.

terraform {
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 7.0"
    }
  }
}

provider "aws" {
  region = "eu-west-1"
}

locals {
  zones = { a = 0, b = 1 }
}

resource "aws_vpc" "company" {
  # checkov:skip=CKV2_AWS_11:It stands for a VPC that is there, whose flow logs are its owner's.
  cidr_block           = "10.30.0.0/16"
  enable_dns_hostnames = true # database and file system are found by names

  tags = { Name = "company" }
}

# Lets nothing through.
resource "aws_default_security_group" "company" {
  vpc_id = aws_vpc.company.id
}

resource "aws_subnet" "private" {
  for_each = local.zones

  vpc_id            = aws_vpc.company.id
  cidr_block        = cidrsubnet(aws_vpc.company.cidr_block, 4, each.value)
  availability_zone = "eu-west-1${each.key}"

  tags = { Name = "company-private-${each.key}", tier = "private" }
}

resource "aws_subnet" "public" {
  vpc_id            = aws_vpc.company.id
  cidr_block        = cidrsubnet(aws_vpc.company.cidr_block, 8, 255)
  availability_zone = "eu-west-1a"

  tags = { Name = "company-public", tier = "public" }
}

resource "aws_internet_gateway" "company" {
  vpc_id = aws_vpc.company.id
}

resource "aws_eip" "nat" {
  domain     = "vpc"
  depends_on = [aws_internet_gateway.company]
}

resource "aws_nat_gateway" "company" {
  allocation_id = aws_eip.nat.id
  subnet_id     = aws_subnet.public.id
  depends_on    = [aws_internet_gateway.company]
}

resource "aws_route_table" "public" {
  vpc_id = aws_vpc.company.id

  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.company.id
  }
}

resource "aws_route_table" "private" {
  vpc_id = aws_vpc.company.id

  route {
    cidr_block     = "0.0.0.0/0"
    nat_gateway_id = aws_nat_gateway.company.id
  }
}

resource "aws_route_table_association" "public" {
  subnet_id      = aws_subnet.public.id
  route_table_id = aws_route_table.public.id
}

resource "aws_route_table_association" "private" {
  for_each = aws_subnet.private

  subnet_id      = each.value.id
  route_table_id = aws_route_table.private.id
}

resource "aws_security_group" "postgres" {
  name        = "company-postgres"
  description = "PostgreSQL of the company"
  vpc_id      = aws_vpc.company.id
}

resource "aws_db_subnet_group" "postgres" {
  name       = "company"
  subnet_ids = values(aws_subnet.private)[*].id
}

resource "aws_db_instance" "postgres" {
  # checkov:skip=CKV_AWS_118,CKV_AWS_129,CKV_AWS_353,CKV2_AWS_30:It stands for a database that is there, which its owner looks after.
  # checkov:skip=CKV_AWS_157,CKV_AWS_161,CKV_AWS_293:It stands for a database that is there, and comes and goes with the example.
  identifier                 = "company"
  engine                     = "postgres"
  engine_version             = "17"
  instance_class             = "db.t4g.small"
  allocated_storage          = 20
  storage_encrypted          = true
  backup_retention_period    = 7
  auto_minor_version_upgrade = true
  copy_tags_to_snapshot      = true
  db_name                    = "airflow"
  db_subnet_group_name       = aws_db_subnet_group.postgres.name
  vpc_security_group_ids     = [aws_security_group.postgres.id]

  username                    = "airflow"
  manage_master_user_password = true

  skip_final_snapshot = true
}
