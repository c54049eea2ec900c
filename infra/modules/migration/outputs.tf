output "task_definition_arns" {
  description = "Those that were given, once the database is ready for them."
  value       = var.released_arns

  depends_on = [terraform_data.migrated]
}
