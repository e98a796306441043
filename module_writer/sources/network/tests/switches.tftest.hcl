# Subnets, NAT gateways, endpoints and flow logs follow what is asked for. No AWS account is needed.

mock_provider "aws" {
  mock_data "aws_region" {
    defaults = { id = "eu-west-1" }
  }
  mock_data "aws_availability_zones" {
    defaults = { names = ["eu-west-1a", "eu-west-1b", "eu-west-1c"] }
  }
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
}

variables {
  name = "demo"
}

run "defaults" {
  command = plan

  assert {
    condition     = aws_subnet.private[*].cidr_block == ["10.0.0.0/19", "10.0.32.0/19"]
    error_message = "A private subnet is an eighth of the VPC, one in each of two zones."
  }
  assert {
    condition     = aws_subnet.public[*].availability_zone == ["eu-west-1a", "eu-west-1b"]
    error_message = "Each public subnet is in a zone of its own."
  }
  assert {
    condition     = length(aws_nat_gateway.this) == 1 && length(aws_route.private_nat) == 2
    error_message = "Both zones leave by the one NAT gateway."
  }
  assert {
    condition     = length(aws_vpc_endpoint.interface) == 0
    error_message = "With NAT no endpoint is paid for."
  }
  assert {
    condition     = one(aws_cloudwatch_log_group.flow_logs[*].retention_in_days) == 30
    error_message = "Connections are logged for 30 days."
  }
}

run "three_zones_without_flow_logs" {
  command = plan
  variables {
    az_count  = 3
    nat       = "per_az"
    flow_logs = false
    tags      = { team = "data" }
  }

  assert {
    condition     = length(aws_nat_gateway.this) == 3 && length(aws_eip.nat) == 3
    error_message = "Each of three zones has a NAT gateway and its address."
  }
  assert {
    condition     = length(aws_flow_log.this) + length(aws_iam_role.flow_logs) == 0
    error_message = "Nothing of flow logs is left."
  }
  assert {
    condition     = aws_vpc.this.tags == tomap({ Name = "demo", team = "data" })
    error_message = "The VPC has its name and the tags that are given."
  }
}

run "without_nat" {
  command = plan
  variables {
    nat = "none"
  }

  assert {
    condition     = length(aws_nat_gateway.this) + length(aws_route.private_nat) == 0
    error_message = "Private subnets have no way to the internet."
  }
  assert {
    condition = alltrue([
      for service in ["ecr.api", "ecr.dkr", "ecs", "logs", "secretsmanager", "sqs", "ssm"] :
      contains(keys(aws_vpc_endpoint.interface), service)
    ])
    error_message = "What Airflow calls in AWS is reached by endpoints."
  }
  assert {
    condition     = length(aws_security_group.endpoints) == 1
    error_message = "The endpoints have a security group, which Airflow's tasks are let into."
  }
}
