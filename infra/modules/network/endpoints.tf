# The services that tasks ask all day are reached inside the network: records, messages and secrets never cross the internet,
# and NAT is not paid for them.

locals {
  # `sts` is not among them: the roles of tasks are handed out by ECS itself.
  interface_services = ["ecr.api", "ecr.dkr", "kms", "logs", "secretsmanager", "sqs"]
}

resource "aws_vpc_endpoint" "interface" {
  for_each = toset(local.interface_services)

  vpc_id              = aws_vpc.this.id
  service_name        = "com.amazonaws.${var.region}.${each.value}"
  vpc_endpoint_type   = "Interface"
  private_dns_enabled = true
  subnet_ids          = [for subnet in aws_subnet.private : subnet.id]
  security_group_ids  = [aws_security_group.this["endpoints"].id]
  policy              = data.aws_iam_policy_document.own_account.json

  tags = { Name = "${var.name}-${each.value}" }
}

# S3 takes a gateway, which costs nothing. It has no such policy: image layers and packages lie in buckets of AWS.
resource "aws_vpc_endpoint" "s3" {
  vpc_id            = aws_vpc.this.id
  service_name      = "com.amazonaws.${var.region}.s3"
  vpc_endpoint_type = "Gateway"
  route_table_ids   = [for table in aws_route_table.private : table.id]

  tags = { Name = "${var.name}-s3" }
}

# Through these endpoints only roles of this account go, so that no stolen key of another account carries anything out.
data "aws_iam_policy_document" "own_account" {
  #checkov:skip=CKV_AWS_109:The policy of an endpoint; it narrows what roles already may, and grants nothing.
  #checkov:skip=CKV_AWS_111:The same.
  #checkov:skip=CKV_AWS_356:The same.
  #checkov:skip=CKV_AWS_1:The same.
  #checkov:skip=CKV_AWS_49:The same.
  #checkov:skip=CKV_AWS_283:The condition names the account.
  statement {
    actions   = ["*"] # What a caller may do is said by its role.
    resources = ["*"] # The same.

    principals {
      type        = "AWS"
      identifiers = ["*"] # Those of the account alone, by the condition.
    }

    condition {
      test     = "StringEquals"
      variable = "aws:PrincipalAccount"
      values   = [var.account_id]
    }
  }
}
