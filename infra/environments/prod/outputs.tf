output "load_balancer" {
  description = "Where DNS leads the host of public_url."
  value       = module.bio_mcp.load_balancer
}

output "archive_bucket" {
  description = "Where every record lies."
  value       = module.bio_mcp.archive_bucket
}

output "secret_names" {
  description = "Where a person puts values, by setting."
  value       = module.bio_mcp.secret_names
}

output "dashboard" {
  description = "The dashboard of CloudWatch, by name."
  value       = module.bio_mcp.dashboard
}

output "notice_topics" {
  description = "For subscriptions beside mail."
  value       = module.bio_mcp.notice_topics
}

output "run_task" {
  description = "Runs a command with the settings of a worker: $(terraform output -raw run_task) -- doctor"
  value       = module.bio_mcp.run_task
}
