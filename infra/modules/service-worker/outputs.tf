output "name" {
  description = "Of the service in its cluster."
  value       = aws_ecs_service.this.name
}
