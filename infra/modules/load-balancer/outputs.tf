output "arn_suffix" {
  description = "For its metrics."
  value       = aws_lb.this.arn_suffix
}

output "dns_name" {
  description = "Where the public name has to lead."
  value       = aws_lb.this.dns_name
}

output "zone_id" {
  description = "For an alias record."
  value       = aws_lb.this.zone_id
}

output "target_group_arns" {
  description = "blue and green."
  value       = { for colour, group in aws_lb_target_group.this : colour => group.arn }
}

output "target_group_arn_suffixes" {
  description = "For their metrics."
  value       = { for colour, group in aws_lb_target_group.this : colour => group.arn_suffix }
}

output "production_rule_arn" {
  description = "What a deployment shifts."
  value       = aws_lb_listener_rule.production.arn
}
