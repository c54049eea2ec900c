output "arn_suffix" {
  description = "For its metrics."
  value       = aws_lb.this.arn_suffix
}

output "dns_name" {
  description = "Where the public name has to lead."
  value       = aws_lb.this.dns_name
}

output "target_group_arns" {
  description = "blue and green."
  value       = { for colour, group in aws_lb_target_group.this : colour => group.arn }
}

output "production_rule_arn" {
  description = "What a deployment shifts."
  value       = aws_lb_listener_rule.production.arn
}
