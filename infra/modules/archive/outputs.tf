output "bucket" {
  description = "For BIO_MCP_ARCHIVE_BUCKET."
  value       = aws_s3_bucket.this.id
}

output "arn" {
  description = "For the roles that read and write it."
  value       = aws_s3_bucket.this.arn
}
