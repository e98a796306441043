# A service as the constructs make them, small: a load balancer, Cloud Map, a health check.

terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "5.100.0"
    }
  }
}

provider "aws" {
  region = "eu-west-1"
}

variable "image" {
  type = string
}

variable "command" {
  type = string
}

data "aws_availability_zones" "here" {
  state = "available"
}

resource "aws_vpc" "this" {
  cidr_block           = "10.7.0.0/16"
  enable_dns_hostnames = true
}

resource "aws_subnet" "this" {
  count             = 2
  vpc_id            = aws_vpc.this.id
  cidr_block        = cidrsubnet(aws_vpc.this.cidr_block, 8, count.index)
  availability_zone = data.aws_availability_zones.here.names[count.index]
}

resource "aws_internet_gateway" "this" {
  vpc_id = aws_vpc.this.id
}

resource "aws_security_group" "this" {
  name   = "running"
  vpc_id = aws_vpc.this.id
}

resource "aws_vpc_security_group_ingress_rule" "this" {
  security_group_id            = aws_security_group.this.id
  referenced_security_group_id = aws_security_group.this.id
  ip_protocol                  = "tcp"
  from_port                    = 8080
  to_port                      = 8080
}

resource "aws_vpc_security_group_egress_rule" "this" {
  security_group_id = aws_security_group.this.id
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "-1"
}

resource "aws_lb" "this" {
  name            = "running"
  internal        = true
  subnets         = aws_subnet.this[*].id
  security_groups = [aws_security_group.this.id]
}

resource "aws_lb_target_group" "this" {
  name        = "running"
  port        = 8080
  protocol    = "HTTP"
  target_type = "ip"
  vpc_id      = aws_vpc.this.id
}

resource "aws_lb_listener" "this" {
  load_balancer_arn = aws_lb.this.arn
  port              = 8080
  protocol          = "HTTP"
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.this.arn
  }
}

resource "aws_service_discovery_private_dns_namespace" "this" {
  name = "running.internal"
  vpc  = aws_vpc.this.id
}

resource "aws_service_discovery_service" "this" {
  name = "web"
  dns_config {
    namespace_id = aws_service_discovery_private_dns_namespace.this.id
    dns_records {
      type = "A"
      ttl  = 10
    }
  }
}

resource "aws_ecs_cluster" "this" {
  name = "running"
}

resource "aws_iam_role" "execution" {
  name = "running-execution"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ecs-tasks.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy_attachment" "execution" {
  role       = aws_iam_role.execution.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
}

resource "aws_ecs_task_definition" "this" {
  family                   = "web"
  execution_role_arn       = aws_iam_role.execution.arn
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 256
  memory                   = 512
  container_definitions = jsonencode([{
    name         = "web"
    image        = var.image
    essential    = true
    command      = ["sh", "-c", var.command]
    portMappings = [{ containerPort = 8080, protocol = "tcp" }]
    healthCheck  = { command = ["CMD", "true"], interval = 5, timeout = 5, retries = 3 }
  }])
}

resource "aws_ecs_service" "this" {
  name                              = "web"
  cluster                           = aws_ecs_cluster.this.name
  task_definition                   = aws_ecs_task_definition.this.arn
  desired_count                     = 2
  health_check_grace_period_seconds = 60
  enable_ecs_managed_tags           = true
  propagate_tags                    = "SERVICE"
  platform_version                  = "LATEST"
  capacity_provider_strategy {
    capacity_provider = "FARGATE"
    weight            = 1
  }
  network_configuration {
    subnets         = aws_subnet.this[*].id
    security_groups = [aws_security_group.this.id]
  }
  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }
  load_balancer {
    target_group_arn = aws_lb_target_group.this.arn
    container_name   = "web"
    container_port   = 8080
  }
  service_registries {
    registry_arn = aws_service_discovery_service.this.arn
  }
  tags       = { Name = "running/web" }
  depends_on = [aws_lb_listener.this, aws_iam_role_policy_attachment.execution]
}
