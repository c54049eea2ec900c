output "vpc_id" {
  description = "The network."
  value       = aws_vpc.this.id
}

output "private_subnet_ids" {
  description = "One a zone."
  value       = [for zone in var.availability_zones : aws_subnet.private[zone].id]
}

output "public_subnet_ids" {
  description = "One a zone."
  value       = [for zone in var.availability_zones : aws_subnet.public[zone].id]
}

output "private_subnet_cidrs" {
  description = "The addresses of the private subnets."
  value       = [for zone in var.availability_zones : aws_subnet.private[zone].cidr_block]
}

output "public_subnet_cidrs" {
  description = "The addresses of the public subnets."
  value       = [for zone in var.availability_zones : aws_subnet.public[zone].cidr_block]
}

output "security_group_ids" {
  description = "By whom the group is for: load-balancer, api, worker, database, weaviate."
  value       = { for owner, group in aws_security_group.this : owner => group.id }
}
