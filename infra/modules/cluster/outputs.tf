output "arn" {
  description = "Of the cluster, once it has what its services run on."
  value       = aws_ecs_cluster.this.arn

  depends_on = [aws_ecs_cluster_capacity_providers.this]
}

output "name" {
  description = "Of the cluster."
  value       = aws_ecs_cluster.this.name
}

output "log_groups" {
  description = "By process: api, worker, migrate."
  value       = { for process, group in aws_cloudwatch_log_group.this : process => group.name }
}

output "log_group_arns" {
  description = "By process: api, worker, migrate."
  value       = { for process, group in aws_cloudwatch_log_group.this : process => group.arn }
}
