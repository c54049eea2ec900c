output "url" {
  description = "For BIO_MCP_WEAVIATE_URL; gRPC answers on port 50051 of the same host."
  value       = "http://${aws_route53_record.this.fqdn}:8080"
}
