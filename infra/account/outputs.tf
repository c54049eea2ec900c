output "repository_url" {
  description = "Where images are pushed."
  value       = module.image_registry.url
}

output "repository_arn" {
  description = "For repository_arn of the environment."
  value       = module.image_registry.arn
}

output "workflow_role_arns" {
  description = "plan and apply: for the environments at GitHub."
  value       = module.ci_roles.arns
}
