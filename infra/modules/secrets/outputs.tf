output "arns" {
  description = "By setting."
  value       = { for setting, secret in aws_secretsmanager_secret.this : setting => secret.arn }
}
