output "arns" {
  description = "By what the key is for: archive, database, logs, notices, queue, secrets."
  value       = { for purpose, key in aws_kms_key.this : purpose => key.arn }
}
