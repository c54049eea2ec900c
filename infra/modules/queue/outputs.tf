output "jobs_url" {
  description = "For BIO_MCP_JOBS_QUEUE_URL."
  value       = aws_sqs_queue.jobs.url
}

output "jobs_arn" {
  description = "For the roles that send and receive."
  value       = aws_sqs_queue.jobs.arn
}

output "jobs_name" {
  description = "For its metrics."
  value       = aws_sqs_queue.jobs.name
}

output "dead_letters_url" {
  description = "For BIO_MCP_JOBS_DLQ_URL."
  value       = aws_sqs_queue.dead_letters.url
}

output "dead_letters_arn" {
  description = "For the roles that send."
  value       = aws_sqs_queue.dead_letters.arn
}

output "dead_letters_name" {
  description = "For its metrics."
  value       = aws_sqs_queue.dead_letters.name
}
