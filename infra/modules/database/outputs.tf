output "host" {
  description = "For PGHOST."
  value       = aws_db_instance.this.address
}

output "port" {
  description = "For PGPORT."
  value       = aws_db_instance.this.port
}

output "database" {
  description = "For PGDATABASE."
  value       = aws_db_instance.this.db_name
}

output "identifier" {
  description = "For its metrics."
  value       = aws_db_instance.this.identifier
}

output "secret_arn" {
  description = "The login, as RDS keeps and rotates it: for BIO_MCP_DATABASE_URL."
  value       = aws_db_instance.this.master_user_secret[0].secret_arn
}
