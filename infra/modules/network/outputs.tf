output "vpc_id" {
  description = "The network."
  value       = aws_vpc.this.id
}

output "private_subnet_ids" {
  description = "One a zone, once what is in it has its ways to NCBI and AWS."
  value       = [for zone in var.availability_zones : aws_subnet.private[zone].id]

  depends_on = [aws_route.nat, aws_route_table_association.private, aws_vpc_endpoint.interface, aws_vpc_endpoint.s3]
}

output "public_subnet_ids" {
  description = "One a zone, once it is reached."
  value       = [for zone in var.availability_zones : aws_subnet.public[zone].id]

  depends_on = [aws_route.internet, aws_route_table_association.public]
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
