# The API: each release gets a part of the traffic first, then all of it, and the former one stays until the bake time is over.
# Tasks that do not start, and alarms that go off meanwhile, bring the former release back.

resource "aws_ecs_service" "this" {
  name             = "api"
  cluster          = var.cluster_arn
  task_definition  = var.task_definition_arn
  desired_count    = var.min_tasks
  platform_version = "1.4.0"
  propagate_tags   = "SERVICE"

  # An apply ends when the deployment has, and fails where it was rolled back.
  wait_for_steady_state = true
  sigint_rollback       = true

  availability_zone_rebalancing     = "ENABLED"
  health_check_grace_period_seconds = 60
  enable_execute_command            = false
  enable_ecs_managed_tags           = true

  capacity_provider_strategy {
    capacity_provider = "FARGATE"
    base              = 0
    weight            = 1
  }

  deployment_controller {
    type = "ECS"
  }

  deployment_configuration {
    strategy             = "CANARY"
    bake_time_in_minutes = var.bake_minutes

    canary_configuration {
      canary_percent              = var.canary_percent
      canary_bake_time_in_minutes = var.bake_minutes
    }
  }

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  alarms {
    enable      = true
    rollback    = true
    alarm_names = var.rollback_alarm_names
  }

  load_balancer {
    target_group_arn = var.target_group_arns["blue"]
    container_name   = "api"
    container_port   = var.port

    advanced_configuration {
      alternate_target_group_arn = var.target_group_arns["green"]
      production_listener_rule   = var.production_rule_arn
      role_arn                   = aws_iam_role.traffic.arn
    }
  }

  network_configuration {
    subnets          = var.subnet_ids
    security_groups  = [var.security_group_id]
    assign_public_ip = false
  }

  timeouts {
    create = "30m"
    update = "${3 * var.bake_minutes + 30}m"
  }

  lifecycle {
    ignore_changes = [desired_count] # What the scaling below decides.
  }

  depends_on = [aws_iam_role_policy_attachment.traffic]
}

# By which ECS shifts the traffic.
resource "aws_iam_role" "traffic" {
  name                 = "${var.name}-traffic"
  assume_role_policy   = data.aws_iam_policy_document.traffic_trust.json
  permissions_boundary = var.boundary_arn
}

data "aws_iam_policy_document" "traffic_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["ecs.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [var.account_id]
    }
  }
}

resource "aws_iam_role_policy_attachment" "traffic" {
  role       = aws_iam_role.traffic.name
  policy_arn = "arn:aws:iam::aws:policy/AmazonECSInfrastructureRolePolicyForLoadBalancers"
}

resource "aws_appautoscaling_target" "this" {
  service_namespace  = "ecs"
  scalable_dimension = "ecs:service:DesiredCount"
  resource_id        = "service/${var.cluster_name}/${aws_ecs_service.this.name}"
  min_capacity       = var.min_tasks
  max_capacity       = var.max_tasks
}

resource "aws_appautoscaling_policy" "cpu" {
  name               = "cpu"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.this.service_namespace
  scalable_dimension = aws_appautoscaling_target.this.scalable_dimension
  resource_id        = aws_appautoscaling_target.this.resource_id

  target_tracking_scaling_policy_configuration {
    target_value       = 60
    scale_out_cooldown = 60
    scale_in_cooldown  = 300

    predefined_metric_specification {
      predefined_metric_type = "ECSServiceAverageCPUUtilization"
    }
  }
}
