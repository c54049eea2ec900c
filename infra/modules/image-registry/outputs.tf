output "url" {
  description = "Where to push."
  value       = aws_ecr_repository.this.repository_url
}

output "arn" {
  description = "For the roles that push and pull."
  value       = aws_ecr_repository.this.arn
}
