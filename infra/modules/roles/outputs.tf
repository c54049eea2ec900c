output "task_role_arns" {
  description = "By process, once each has its policy."
  value       = { for process in ["api", "worker", "migrate"] : process => aws_iam_role.this[process].arn }

  depends_on = [aws_iam_role_policy.this]
}

output "execution_role_arn" {
  description = "By which ECS starts tasks."
  value       = aws_iam_role.this["execution"].arn

  depends_on = [aws_iam_role_policy.this]
}
