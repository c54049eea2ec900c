output "arn" {
  description = "This revision."
  value       = aws_ecs_task_definition.this.arn
}
