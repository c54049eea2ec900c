# One process of the image as ECS runs it: read-only root, its own user, nothing written but below /data and /tmp.

locals {
  # Both are written to, and are the VOLUMEs of the Dockerfile: so Fargate gives them to the image's user.
  written = { data = "/data", tmp = "/tmp" }

  ports = var.port == null ? [] : [{ name = var.process, containerPort = var.port, hostPort = var.port, protocol = "tcp" }]

  container = {
    name                   = var.process
    image                  = var.image
    essential              = true
    command                = var.command
    readonlyRootFilesystem = true
    user                   = "1000:1000"
    privileged             = false
    stopTimeout            = var.stop_timeout_seconds
    environment            = [for name in sort(keys(var.environment)) : { name = name, value = var.environment[name] }]
    secrets                = [for name in sort(keys(var.secrets)) : { name = name, valueFrom = var.secrets[name] }]
    portMappings           = local.ports
    mountPoints            = [for name, path in local.written : { sourceVolume = name, containerPath = path, readOnly = false }]
    volumesFrom            = []
    systemControls         = []

    linuxParameters = {
      initProcessEnabled = false # The health check of the image knows its process by the number 1.
      capabilities       = { add = [], drop = ["ALL"] }
    }

    # As in the Dockerfile, which ECS does not read.
    healthCheck = {
      command     = ["CMD", "node", "/app/bin/healthcheck.js"]
      interval    = 10
      timeout     = 5
      startPeriod = 30
      retries     = 3
    }

    logConfiguration = {
      logDriver = "awslogs"
      options = {
        awslogs-group         = var.log_group
        awslogs-region        = var.region
        awslogs-stream-prefix = var.process
        mode                  = "non-blocking" # A line may be lost before a request waits for CloudWatch.
        max-buffer-size       = "25m"
      }
    }
  }
}

resource "aws_ecs_task_definition" "this" {
  family                   = "${var.name}-${var.process}"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = var.cpu
  memory                   = var.memory_mb
  task_role_arn            = var.task_role_arn
  execution_role_arn       = var.execution_role_arn
  container_definitions    = jsonencode([local.container])

  # A roll-back needs the former revision.
  skip_destroy = true

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = var.cpu_architecture
  }

  ephemeral_storage {
    size_in_gib = var.ephemeral_storage_gb
  }

  dynamic "volume" {
    for_each = local.written

    content {
      name = volume.key
    }
  }
}
