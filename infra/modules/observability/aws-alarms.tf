# What only AWS can tell: the way in, the queues, the database. Each sentence says what to do.

locals {
  # By name. `per` tells whom it wakes.
  aws_alarms = {
    "load-balancer-errors" = {
      per         = "critical"
      description = "More than 5 % of the calls end with 5xx at the load balancer. See docs/runbooks/server-errors.md."
      expression  = "(FILL(target, 0) + FILL(own, 0)) / (FILL(all, 0) + (FILL(all, 0) == 0))"
      comparison  = "GreaterThanThreshold"
      threshold   = 0.05
      periods     = 5
      metrics = {
        target = { namespace = "AWS/ApplicationELB", name = "HTTPCode_Target_5XX_Count", stat = "Sum", dimensions = local.of_load_balancer }
        own    = { namespace = "AWS/ApplicationELB", name = "HTTPCode_ELB_5XX_Count", stat = "Sum", dimensions = local.of_load_balancer }
        all    = { namespace = "AWS/ApplicationELB", name = "RequestCount", stat = "Sum", dimensions = local.of_load_balancer }
      }
    }

    "messages-lie" = {
      per         = "critical"
      description = "A message has lain in the queue for more than 15 minutes: no worker receives. See docs/runbooks/jobs-wait.md."
      expression  = "age"
      comparison  = "GreaterThanThreshold"
      threshold   = 900
      periods     = 5
      metrics = {
        age = { namespace = "AWS/SQS", name = "ApproximateAgeOfOldestMessage", stat = "Maximum", dimensions = { QueueName = var.queue_name } }
      }
    }

    "dead-letters-of-the-queue" = {
      per         = "critical"
      description = "The dead-letter queue holds messages. See docs/runbooks/dead-letters.md."
      expression  = "letters"
      comparison  = "GreaterThanThreshold"
      threshold   = 0
      periods     = 1
      metrics = {
        letters = { namespace = "AWS/SQS", name = "ApproximateNumberOfMessagesVisible", stat = "Maximum", dimensions = { QueueName = var.dead_letters_name } }
      }
    }

    "schedule-undelivered" = {
      per         = "critical"
      description = "A schedule could not put its message into the queue: its role, the queue's policy or their key was changed. The message in this dead-letter queue names the schedule and the error."
      expression  = "letters"
      comparison  = "GreaterThanThreshold"
      threshold   = 0
      periods     = 1
      metrics = {
        letters = { namespace = "AWS/SQS", name = "ApproximateNumberOfMessagesVisible", stat = "Maximum", dimensions = { QueueName = var.schedule_dead_letters_name } }
      }
    }

    "database-disk" = {
      per         = "critical"
      description = "The database has less than 10 GiB of disk left, and at 0 it stops: raise storage_gb and apply. It grows by itself only to four times that."
      expression  = "free"
      comparison  = "LessThanThreshold"
      threshold   = 10737418240
      periods     = 5
      metrics = {
        free = { namespace = "AWS/RDS", name = "FreeStorageSpace", stat = "Minimum", dimensions = { DBInstanceIdentifier = var.database_identifier } }
      }
    }

    "database-busy" = {
      per         = "warning"
      description = "The database has computed at more than 90 % for 15 minutes: see Performance Insights for the statement, or take a larger class."
      expression  = "busy"
      comparison  = "GreaterThanThreshold"
      threshold   = 90
      periods     = 15
      metrics = {
        busy = { namespace = "AWS/RDS", name = "CPUUtilization", stat = "Average", dimensions = { DBInstanceIdentifier = var.database_identifier } }
      }
    }

    "database-connections" = {
      per         = "warning"
      description = "The database holds more than 80 % of the connections that the tasks may open together. bio-mcp doctor says what it takes; lower max_tasks, or take a larger class."
      expression  = "connections"
      comparison  = "GreaterThanThreshold"
      threshold   = var.most_connections * 0.8
      periods     = 5
      metrics = {
        connections = { namespace = "AWS/RDS", name = "DatabaseConnections", stat = "Maximum", dimensions = { DBInstanceIdentifier = var.database_identifier } }
      }
    }

    "api-tasks-missing" = {
      per         = "critical"
      description = "For 20 minutes fewer API tasks run than should: a secret that may not be read, an image that is gone, no room left on Spot. The events of the service name it."
      expression  = "FILL(wanted, 0) - FILL(running, 0)"
      comparison  = "GreaterThanThreshold"
      threshold   = 0
      periods     = 20
      metrics = {
        wanted  = { namespace = "ECS/ContainerInsights", name = "DesiredTaskCount", stat = "Minimum", dimensions = { ClusterName = var.cluster_name, ServiceName = "api" } }
        running = { namespace = "ECS/ContainerInsights", name = "RunningTaskCount", stat = "Maximum", dimensions = { ClusterName = var.cluster_name, ServiceName = "api" } }
      }
    }

    "worker-tasks-missing" = {
      per         = "warning"
      description = "For 20 minutes fewer workers run than should: a secret that may not be read, an image that is gone, no room left on Spot. The events of the service name it."
      expression  = "FILL(wanted, 0) - FILL(running, 0)"
      comparison  = "GreaterThanThreshold"
      threshold   = 0
      periods     = 20
      metrics = {
        wanted  = { namespace = "ECS/ContainerInsights", name = "DesiredTaskCount", stat = "Minimum", dimensions = { ClusterName = var.cluster_name, ServiceName = "worker" } }
        running = { namespace = "ECS/ContainerInsights", name = "RunningTaskCount", stat = "Maximum", dimensions = { ClusterName = var.cluster_name, ServiceName = "worker" } }
      }
    }

    "api-memory" = {
      per         = "warning"
      description = "An API task uses more than 90 % of its memory; ECS ends it at 100 %. Raise memory_mb."
      expression  = "memory"
      comparison  = "GreaterThanThreshold"
      threshold   = 90
      periods     = 5
      metrics = {
        memory = { namespace = "AWS/ECS", name = "MemoryUtilization", stat = "Maximum", dimensions = { ClusterName = var.cluster_name, ServiceName = "api" } }
      }
    }

    "worker-memory" = {
      per         = "warning"
      description = "A worker uses more than 90 % of its memory; ECS ends it at 100 %, and its jobs begin another attempt. Raise memory_mb, or lower jobs_per_task."
      expression  = "memory"
      comparison  = "GreaterThanThreshold"
      threshold   = 90
      periods     = 5
      metrics = {
        memory = { namespace = "AWS/ECS", name = "MemoryUtilization", stat = "Maximum", dimensions = { ClusterName = var.cluster_name, ServiceName = "worker" } }
      }
    }
  }

  of_load_balancer = { LoadBalancer = var.load_balancer_arn_suffix }
}

resource "aws_cloudwatch_metric_alarm" "aws" {
  for_each = local.aws_alarms

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = each.value.description
  comparison_operator = each.value.comparison
  threshold           = each.value.threshold
  evaluation_periods  = each.value.periods + 3 # The newest minutes may not be told yet, and FILL takes them for good ones.
  datapoints_to_alarm = each.value.periods
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.this[each.value.per].arn]
  ok_actions          = [aws_sns_topic.this[each.value.per].arn]

  metric_query {
    id          = "asked"
    label       = each.key
    expression  = each.value.expression
    return_data = true
  }

  dynamic "metric_query" {
    for_each = each.value.metrics

    content {
      id = metric_query.key

      metric {
        namespace   = metric_query.value.namespace
        metric_name = metric_query.value.name
        dimensions  = metric_query.value.dimensions
        stat        = metric_query.value.stat
        period      = 60
      }
    }
  }
}
