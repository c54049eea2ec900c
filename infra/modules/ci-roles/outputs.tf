output "arns" {
  description = "plan and apply: for the variables of the environments at GitHub."
  value       = { for purpose, role in aws_iam_role.this : purpose => role.arn }
}
