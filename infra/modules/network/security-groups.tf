# Who may speak to whom. Each group opens what its owner needs; there is no rule from everywhere but those of `client_cidrs`.

locals {
  # EC2 takes no apostrophe in a description.
  groups = {
    load-balancer = "Where callers arrive."
    api           = "Tasks of the API."
    worker        = "Tasks of workers, and the ones that are run once."
    database      = "PostgreSQL."
    weaviate      = "The search index, where it runs in this network."
    endpoints     = "The ways to the services of AWS."
  }

  # Of tasks: PostgreSQL, the index and AWS by its endpoints; NCBI and an index elsewhere by https.
  tasks          = ["api", "worker"]
  weaviate_ports = { http = 8080, grpc = 50051 }
}

resource "aws_security_group" "this" {
  #checkov:skip=CKV2_AWS_5:Each is attached, by the modules that get `security_group_ids`.
  for_each = local.groups

  name        = "${var.name}-${each.key}"
  description = each.value
  vpc_id      = aws_vpc.this.id

  tags = { Name = "${var.name}-${each.key}" }
}

resource "aws_vpc_security_group_ingress_rule" "callers" {
  for_each = toset(var.client_cidrs)

  security_group_id = aws_security_group.this["load-balancer"].id
  description       = "Callers by https."
  cidr_ipv4         = each.value
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_security_group_egress_rule" "load_balancer_to_api" {
  security_group_id            = aws_security_group.this["load-balancer"].id
  description                  = "Requests and health checks."
  referenced_security_group_id = aws_security_group.this["api"].id
  ip_protocol                  = "tcp"
  from_port                    = var.api_port
  to_port                      = var.api_port
}

resource "aws_vpc_security_group_ingress_rule" "api_from_load_balancer" {
  security_group_id            = aws_security_group.this["api"].id
  description                  = "Requests and health checks."
  referenced_security_group_id = aws_security_group.this["load-balancer"].id
  ip_protocol                  = "tcp"
  from_port                    = var.api_port
  to_port                      = var.api_port
}

resource "aws_vpc_security_group_egress_rule" "tasks_https" {
  for_each = toset(local.tasks)

  security_group_id = aws_security_group.this[each.key].id
  description       = "NCBI, files of NLM, AWS, an index or an embedding service elsewhere: all by https."
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_security_group_egress_rule" "tasks_to_database" {
  for_each = toset(local.tasks)

  security_group_id            = aws_security_group.this[each.key].id
  description                  = "PostgreSQL."
  referenced_security_group_id = aws_security_group.this["database"].id
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
}

resource "aws_vpc_security_group_ingress_rule" "database_from_tasks" {
  for_each = toset(local.tasks)

  security_group_id            = aws_security_group.this["database"].id
  description                  = "PostgreSQL, from ${each.key}."
  referenced_security_group_id = aws_security_group.this[each.key].id
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
}

resource "aws_vpc_security_group_egress_rule" "tasks_to_weaviate" {
  for_each = { for pair in setproduct(local.tasks, keys(local.weaviate_ports)) : join("-", pair) => pair }

  security_group_id            = aws_security_group.this[each.value[0]].id
  description                  = "Weaviate by ${each.value[1]}."
  referenced_security_group_id = aws_security_group.this["weaviate"].id
  ip_protocol                  = "tcp"
  from_port                    = local.weaviate_ports[each.value[1]]
  to_port                      = local.weaviate_ports[each.value[1]]
}

# Weaviate's gRPC at another address than that of this network.
resource "aws_vpc_security_group_egress_rule" "tasks_grpc" {
  for_each = var.weaviate_grpc_cidr == null ? toset([]) : toset(local.tasks)

  security_group_id = aws_security_group.this[each.key].id
  description       = "gRPC of Weaviate elsewhere."
  cidr_ipv4         = var.weaviate_grpc_cidr
  ip_protocol       = "tcp"
  from_port         = local.weaviate_ports.grpc
  to_port           = local.weaviate_ports.grpc
}

resource "aws_vpc_security_group_ingress_rule" "weaviate_from_tasks" {
  for_each = { for pair in setproduct(local.tasks, keys(local.weaviate_ports)) : join("-", pair) => pair }

  security_group_id            = aws_security_group.this["weaviate"].id
  description                  = "By ${each.value[1]}, from ${each.value[0]}."
  referenced_security_group_id = aws_security_group.this[each.value[0]].id
  ip_protocol                  = "tcp"
  from_port                    = local.weaviate_ports[each.value[1]]
  to_port                      = local.weaviate_ports[each.value[1]]
}

resource "aws_vpc_security_group_egress_rule" "weaviate_https" {
  security_group_id = aws_security_group.this["weaviate"].id
  description       = "Its image, packages and AWS."
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_security_group_ingress_rule" "endpoints_from_network" {
  for_each = toset(["api", "worker", "weaviate"])

  security_group_id            = aws_security_group.this["endpoints"].id
  description                  = "AWS, from ${each.key}."
  referenced_security_group_id = aws_security_group.this[each.key].id
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
}
