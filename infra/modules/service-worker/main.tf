# Workers: as many as the jobs need. One that is taken away, by Spot or by scaling, puts its jobs back within its stop timeout, and
# another goes on where it was.

resource "aws_ecs_service" "this" {
  name             = "worker"
  cluster          = var.cluster_arn
  task_definition  = var.task_definition_arn
  desired_count    = var.min_tasks
  platform_version = "1.4.0"
  propagate_tags   = "SERVICE"

  wait_for_steady_state   = true
  sigint_rollback         = true
  enable_execute_command  = false
  enable_ecs_managed_tags = true

  # The first ones are there to stay, whatever Spot has left.
  capacity_provider_strategy {
    capacity_provider = "FARGATE"
    base              = var.base_tasks
    weight            = 0
  }

  capacity_provider_strategy {
    capacity_provider = "FARGATE_SPOT"
    weight            = 1
  }

  deployment_controller {
    type = "ECS"
  }

  deployment_maximum_percent         = 200
  deployment_minimum_healthy_percent = 100

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  alarms {
    enable      = true
    rollback    = true
    alarm_names = var.rollback_alarm_names
  }

  network_configuration {
    subnets          = var.subnet_ids
    security_groups  = [var.security_group_id]
    assign_public_ip = false
  }

  # A deployment is watched for as long as its alarms look back, 15 minutes, beside what starting and stopping takes.
  timeouts {
    create = "45m"
    update = "60m"
  }

  lifecycle {
    ignore_changes = [desired_count] # What scaling.tf decides.
  }
}
