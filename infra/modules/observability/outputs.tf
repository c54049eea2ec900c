output "rollback_alarm_names" {
  description = "By service: what undoes a deployment when it goes off meanwhile."
  value = {
    api = [
      aws_cloudwatch_metric_alarm.server_errors.alarm_name,
      aws_cloudwatch_metric_alarm.not_ready.alarm_name,
      aws_cloudwatch_metric_alarm.aws["load-balancer-errors"].alarm_name,
    ]
    worker = [
      aws_cloudwatch_metric_alarm.archive_put_failed.alarm_name,
      aws_cloudwatch_metric_alarm.index_write_failed.alarm_name,
    ]
  }
}

output "topic_arns" {
  description = "critical and warning: for subscriptions beside mail."
  value       = { for severity, topic in aws_sns_topic.this : severity => topic.arn }
}
