resource "aws_ecr_repository" "airflow" {
  name                 = "${local.name}/airflow"
  image_tag_mutability = "IMMUTABLE"
  image_scanning_configuration { scan_on_push = true }
  encryption_configuration {
    encryption_type = "KMS"
    kms_key         = aws_kms_key.main.arn
  }
  force_delete = !var.protect
}
resource "aws_ecr_lifecycle_policy" "airflow" {
  repository = aws_ecr_repository.airflow.name
  policy     = jsonencode({ rules = [{ rulePriority = 1, description = "keep 20", selection = { tagStatus = "any", countType = "imageCountMoreThan", countNumber = 20 }, action = { type = "expire" } }] })
}
resource "aws_iam_role" "exec" {
  name               = "${local.name}-exec"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = "ecs-tasks.amazonaws.com" }, Action = "sts:AssumeRole" }] })
}
resource "aws_cloudwatch_log_group" "svc" { name = "/airflow/${local.name}/api-server" }
resource "aws_ecs_task_definition" "api" {
  family                   = "${local.name}-api-server"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 512
  memory                   = 1024
  execution_role_arn       = aws_iam_role.exec.arn
  task_role_arn            = aws_iam_role.exec.arn
  runtime_platform {
    cpu_architecture        = "ARM64"
    operating_system_family = "LINUX"
  }
  volume {
    name = "shared"
    efs_volume_configuration {
      file_system_id     = aws_efs_file_system.main.id
      transit_encryption = "ENABLED"
      authorization_config {
        access_point_id = aws_efs_access_point.main.id
        iam             = "ENABLED"
      }
    }
  }
  container_definitions = jsonencode([
    { name = "init", image = "x:1", essential = false, command = ["true"], readonlyRootFilesystem = true,
    logConfiguration = { logDriver = "awslogs", options = { awslogs-group = aws_cloudwatch_log_group.svc.name, awslogs-region = "eu-west-1", awslogs-stream-prefix = "init" } } },
    { name        = "api-server", image = "x:1", essential = true, command = ["api-server"], portMappings = [{ containerPort = 8080, protocol = "tcp" }],
      dependsOn   = [{ containerName = "init", condition = "SUCCESS" }], environment = [{ name = "A", value = "b" }], secrets = [{ name = "F", valueFrom = aws_secretsmanager_secret.fernet.arn }],
      mountPoints = [{ sourceVolume = "shared", containerPath = "/shared", readOnly = false }], linuxParameters = { initProcessEnabled = true }, stopTimeout = 120,
      healthCheck = { command = ["CMD-SHELL", "curl -f localhost:8080"], interval = 30, timeout = 5, retries = 3, startPeriod = 60 },
  logConfiguration = { logDriver = "awslogs", options = { awslogs-group = aws_cloudwatch_log_group.svc.name, awslogs-region = "eu-west-1", awslogs-stream-prefix = "api" } } }])
}
resource "aws_service_discovery_service" "api" {
  name = "api-server"
  dns_config {
    namespace_id   = aws_service_discovery_private_dns_namespace.main.id
    routing_policy = "MULTIVALUE"
    dns_records {
      ttl  = 10
      type = "A"
    }
  }
  health_check_custom_config { failure_threshold = 1 }
}
resource "aws_security_group" "lb" {
  name        = "${local.name}-lb"
  description = "lb"
  vpc_id      = aws_vpc.main.id
}
resource "aws_lb" "app" {
  name                       = "${local.name}-app"
  load_balancer_type         = "application"
  subnets                    = aws_subnet.public[*].id
  security_groups            = [aws_security_group.lb.id]
  drop_invalid_header_fields = true
  idle_timeout               = 120
  enable_deletion_protection = var.protect
}
resource "aws_lb" "net" {
  name                             = "${local.name}-net"
  load_balancer_type               = "network"
  internal                         = true
  subnets                          = aws_subnet.private[*].id
  enable_cross_zone_load_balancing = true
}
resource "aws_lb_target_group" "app" {
  name                 = "${local.name}-app"
  port                 = 8080
  protocol             = "HTTP"
  target_type          = "ip"
  vpc_id               = aws_vpc.main.id
  deregistration_delay = 30
  health_check {
    path     = "/api/v2/version"
    matcher  = "200"
    interval = 15
  }
}
resource "aws_lb_target_group" "net" {
  name               = "${local.name}-net"
  port               = 8080
  protocol           = "TCP"
  target_type        = "ip"
  vpc_id             = aws_vpc.main.id
  preserve_client_ip = false
}
resource "aws_lb_listener" "app" {
  load_balancer_arn = aws_lb.app.arn
  port              = 80
  protocol          = "HTTP"
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.app.arn
  }
}
resource "aws_lb_listener" "net" {
  load_balancer_arn = aws_lb.net.arn
  port              = 8080
  protocol          = "TCP"
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.net.arn
  }
}
resource "aws_ecs_service" "api" {
  name                               = "api-server"
  cluster                            = aws_ecs_cluster.main.id
  task_definition                    = aws_ecs_task_definition.api.arn
  desired_count                      = 1
  platform_version                   = "1.4.0"
  enable_execute_command             = true
  health_check_grace_period_seconds  = 120
  propagate_tags                     = "SERVICE"
  enable_ecs_managed_tags            = true
  deployment_minimum_healthy_percent = 100
  deployment_maximum_percent         = 200
  capacity_provider_strategy {
    capacity_provider = "FARGATE"
    weight            = 1
    base              = 1
  }
  capacity_provider_strategy {
    capacity_provider = "FARGATE_SPOT"
    weight            = 3
  }
  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }
  network_configuration {
    subnets          = aws_subnet.private[*].id
    security_groups  = [aws_security_group.tasks.id]
    assign_public_ip = false
  }
  load_balancer {
    target_group_arn = aws_lb_target_group.app.arn
    container_name   = "api-server"
    container_port   = 8080
  }
  service_registries { registry_arn = aws_service_discovery_service.api.arn }
  depends_on = [aws_lb_listener.app, aws_ecs_cluster_capacity_providers.main]
}
resource "aws_appautoscaling_target" "api" {
  service_namespace  = "ecs"
  resource_id        = "service/${aws_ecs_cluster.main.name}/${aws_ecs_service.api.name}"
  scalable_dimension = "ecs:service:DesiredCount"
  min_capacity       = 1
  max_capacity       = 4
}
resource "aws_appautoscaling_policy" "api" {
  name               = "cpu"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = "ecs"
  resource_id        = aws_appautoscaling_target.api.resource_id
  scalable_dimension = aws_appautoscaling_target.api.scalable_dimension
  target_tracking_scaling_policy_configuration {
    target_value       = 60
    scale_in_cooldown  = 300
    scale_out_cooldown = 60
    predefined_metric_specification { predefined_metric_type = "ECSServiceAverageCPUUtilization" }
  }
}
resource "aws_appautoscaling_policy" "step" {
  name               = "queue"
  policy_type        = "StepScaling"
  service_namespace  = "ecs"
  resource_id        = aws_appautoscaling_target.api.resource_id
  scalable_dimension = aws_appautoscaling_target.api.scalable_dimension
  step_scaling_policy_configuration {
    adjustment_type         = "ExactCapacity"
    cooldown                = 60
    metric_aggregation_type = "Maximum"
    step_adjustment {
      metric_interval_lower_bound = 0
      scaling_adjustment          = 2
    }
  }
}
resource "aws_cloudwatch_metric_alarm" "queue" {
  alarm_name          = "${local.name}-queue"
  comparison_operator = "GreaterThanThreshold"
  evaluation_periods  = 1
  threshold           = 10
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  dimensions          = { QueueName = aws_sqs_queue.default.name }
  period              = 60
  statistic           = "Maximum"
  alarm_actions       = [aws_appautoscaling_policy.step.arn]
}
resource "aws_cloudwatch_dashboard" "main" {
  dashboard_name = local.name
  dashboard_body = jsonencode({ widgets = [] })
}
