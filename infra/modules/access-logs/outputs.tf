output "bucket" {
  description = "The bucket, once what writes to it may."
  value       = aws_s3_bucket.this.id

  depends_on = [aws_s3_bucket_policy.this]
}
