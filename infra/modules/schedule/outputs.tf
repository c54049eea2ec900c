output "dead_letters_name" {
  description = "For its metrics."
  value       = aws_sqs_queue.dead_letters.name
}
