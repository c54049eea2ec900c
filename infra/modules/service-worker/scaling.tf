# Jobs a worker. The jobs are those that run and wait as the database counts them, which every API process tells once a minute:
# the queue alone would not do, since a message is gone once its job runs, and workers would be taken away from under long
# jobs. What waits in the queue counts where it is more: a scheduler's message has no row before a worker has read it.

locals {
  # The tools whose calls are jobs, running and waiting. With the two other metrics these are ten, the most that the math of
  # an alarm takes.
  job_metrics = {
    queued_reindex      = { metric = "jobs_queued", tool = "corpus.reindex" }
    queued_load         = { metric = "jobs_queued", tool = "pubmed.load" }
    queued_sync         = { metric = "jobs_queued", tool = "pubmed.sync" }
    queued_incremental  = { metric = "jobs_queued", tool = "pubmed.sync.incremental" }
    running_reindex     = { metric = "jobs_running", tool = "corpus.reindex" }
    running_load        = { metric = "jobs_running", tool = "pubmed.load" }
    running_sync        = { metric = "jobs_running", tool = "pubmed.sync" }
    running_incremental = { metric = "jobs_running", tool = "pubmed.sync.incremental" }
  }

  # REPEAT: while nobody tells, what was last told counts, so that nobody is taken away from under a job, and a minute that
  # comes late does not read as one without workers.
  queued  = "FILL(queued_reindex, REPEAT) + FILL(queued_load, REPEAT) + FILL(queued_sync, REPEAT) + FILL(queued_incremental, REPEAT)"
  running = "FILL(running_reindex, REPEAT) + FILL(running_load, REPEAT) + FILL(running_sync, REPEAT) + FILL(running_incremental, REPEAT)"
  jobs    = "(MAX([${local.queued}, FILL(FILL(visible, REPEAT), 0)]) + ${local.running})"
  workers = "FILL(FILL(workers, REPEAT), 0)"

  # How many each has. Where there is no worker, nothing is divided by zero, and a single job is above the target, whatever
  # that is: comparisons are 1 or 0.
  per_worker = "${local.jobs} / (${local.workers} + (${local.workers} == 0)) + (${local.workers} == 0) * (${local.jobs} > 0) * ${var.jobs_per_task}"

  # How many each would have if one went. The last one goes when there is no job at all.
  per_worker_without_one = "${local.jobs} / (${local.workers} - (${local.workers} > 1) + (${local.workers} == 0)) + (${local.workers} <= 1) * (${local.jobs} > 0) * ${var.jobs_per_task}"
}

resource "aws_appautoscaling_target" "this" {
  service_namespace  = "ecs"
  scalable_dimension = "ecs:service:DesiredCount"
  resource_id        = "service/${var.cluster_name}/${aws_ecs_service.this.name}"
  min_capacity       = var.min_tasks
  max_capacity       = var.max_tasks
}

# Not by a target to be tracked: that multiplies the tasks there are, and from none it never gets to one.
resource "aws_appautoscaling_policy" "out" {
  name               = "jobs-wait"
  policy_type        = "StepScaling"
  service_namespace  = aws_appautoscaling_target.this.service_namespace
  scalable_dimension = aws_appautoscaling_target.this.scalable_dimension
  resource_id        = aws_appautoscaling_target.this.resource_id

  step_scaling_policy_configuration {
    adjustment_type         = "ChangeInCapacity"
    metric_aggregation_type = "Maximum"
    cooldown                = 180 # A task needs about a minute to start, and its jobs another to be seen.

    step_adjustment {
      metric_interval_lower_bound = 0
      metric_interval_upper_bound = 3 * var.jobs_per_task
      scaling_adjustment          = 1
    }

    step_adjustment {
      metric_interval_lower_bound = 3 * var.jobs_per_task
      scaling_adjustment          = 4
    }
  }
}

resource "aws_appautoscaling_policy" "in" {
  name               = "workers-idle"
  policy_type        = "StepScaling"
  service_namespace  = aws_appautoscaling_target.this.service_namespace
  scalable_dimension = aws_appautoscaling_target.this.scalable_dimension
  resource_id        = aws_appautoscaling_target.this.resource_id

  step_scaling_policy_configuration {
    adjustment_type         = "ChangeInCapacity"
    metric_aggregation_type = "Maximum"
    cooldown                = 300

    step_adjustment {
      metric_interval_upper_bound = 0
      scaling_adjustment          = -1
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "jobs" {
  for_each = {
    wanted = {
      description = "Each worker has more jobs than it takes at once: one more is started."
      label       = "Jobs a worker"
      expression  = local.per_worker
      comparison  = "GreaterThanThreshold"
      minutes     = 1
      action      = aws_appautoscaling_policy.out.arn
    }
    idle = {
      description = "One worker fewer would do: one is taken away."
      label       = "Jobs a worker, if one went"
      expression  = local.per_worker_without_one
      comparison  = "LessThanThreshold"
      minutes     = 15
      action      = aws_appautoscaling_policy.in.arn
    }
  }

  alarm_name          = "${var.name}-workers-${each.key}"
  alarm_description   = each.value.description
  comparison_operator = each.value.comparison
  threshold           = var.jobs_per_task
  evaluation_periods  = each.value.minutes
  treat_missing_data  = "ignore"
  alarm_actions       = [each.value.action]

  metric_query {
    id          = "per_worker"
    label       = each.value.label
    expression  = each.value.expression
    return_data = true
  }

  metric_query {
    id = "workers"

    metric {
      namespace   = "ECS/ContainerInsights"
      metric_name = "DesiredTaskCount"
      dimensions  = { ClusterName = var.cluster_name, ServiceName = aws_ecs_service.this.name }
      stat        = "Maximum"
      period      = 60
    }
  }

  metric_query {
    id = "visible"

    metric {
      namespace   = "AWS/SQS"
      metric_name = "ApproximateNumberOfMessagesVisible"
      dimensions  = { QueueName = var.queue_name }
      stat        = "Maximum"
      period      = 60
    }
  }

  dynamic "metric_query" {
    for_each = local.job_metrics

    content {
      id = metric_query.key

      metric {
        namespace   = "BioMcp"
        metric_name = metric_query.value.metric
        dimensions  = { Service = "http", Tool = metric_query.value.tool }
        stat        = "Maximum"
        period      = 60
      }
    }
  }
}
