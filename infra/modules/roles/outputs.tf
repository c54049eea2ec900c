output "task_role_arns" {
  description = "By process; each with its policy."
  value       = { api = aws_iam_role.api.arn, worker = aws_iam_role.worker.arn, migrate = aws_iam_role.migrate.arn }
}

output "execution_role_arn" {
  description = "By which ECS starts tasks."
  value       = aws_iam_role.execution.arn
}
