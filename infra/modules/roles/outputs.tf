output "task_role_arns" {
  description = "By process, once each has its policy."
  value       = { api = aws_iam_role.api.arn, worker = aws_iam_role.worker.arn, migrate = aws_iam_role.migrate.arn }

  depends_on = [aws_iam_role_policy.api, aws_iam_role_policy.worker, aws_iam_role_policy.migrate]
}

output "execution_role_arn" {
  description = "By which ECS starts tasks."
  value       = aws_iam_role.execution.arn

  depends_on = [aws_iam_role_policy.execution]
}
