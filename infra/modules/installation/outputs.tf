output "load_balancer" {
  description = "Where DNS leads the host of public_url: an alias or CNAME record to this name."
  value       = module.load_balancer.dns_name
}

output "archive_bucket" {
  description = "Where every record lies."
  value       = module.archive.bucket
}

output "secret_names" {
  description = "Where a person puts values: aws secretsmanager put-secret-value --secret-id …"
  value       = module.secrets.arns
}

output "dashboard" {
  description = "The dashboard of CloudWatch, by name."
  value       = local.name
}

output "notice_topics" {
  description = "For subscriptions beside mail."
  value       = module.observability.topic_arns
}

output "run_task" {
  description = "What infra/run-task.sh needs to run a command with the settings of a worker: $(terraform output -raw run_task) -- doctor"
  value = join(" ", [
    "infra/run-task.sh",
    "--region ${var.region}",
    "--cluster ${module.cluster.name}",
    "--task-definition ${module.task_worker.arn}",
    "--subnets ${join(",", module.network.private_subnet_ids)}",
    "--security-group ${module.network.security_group_ids["worker"]}",
    "--log-group ${module.cluster.log_groups["worker"]}",
  ])
}
