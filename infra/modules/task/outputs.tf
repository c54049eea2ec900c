output "arn" {
  description = "This revision."
  value       = aws_ecs_task_definition.this.arn
}

output "family" {
  description = "Of all revisions."
  value       = aws_ecs_task_definition.this.family
}
