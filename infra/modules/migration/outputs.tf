output "id" {
  description = "Known once the migration has run."
  value       = terraform_data.migrated.id
}
