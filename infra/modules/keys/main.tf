# One KMS key for each kind of thing that is kept, so that a role may be given one without the others.

locals {
  # By what the key is for: the AWS service that uses it by itself, and for what. Everybody else comes by a role that names the
  # key.
  services = {
    archive  = []
    database = []
    queue    = []
    secrets  = []

    logs = [{
      name     = "logs.${var.region}.amazonaws.com"
      test     = "ArnLike"
      variable = "kms:EncryptionContext:aws:logs:arn"
      value    = "arn:aws:logs:${var.region}:${var.account_id}:log-group:*" # Those of this account.
    }]

    notices = [{
      name     = "cloudwatch.amazonaws.com"
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      value    = var.account_id
    }]
  }
}

resource "aws_kms_key" "this" {
  for_each = local.services

  description             = "${var.name}: ${each.key}"
  enable_key_rotation     = true
  deletion_window_in_days = 30
  policy                  = data.aws_iam_policy_document.key[each.key].json
}

resource "aws_kms_alias" "this" {
  for_each = local.services

  name          = "alias/${var.name}-${each.key}"
  target_key_id = aws_kms_key.this[each.key].key_id
}

data "aws_iam_policy_document" "key" {
  #checkov:skip=CKV_AWS_109:A key policy; "*" is the key itself, and the account is who must be able to manage it.
  #checkov:skip=CKV_AWS_111:The same.
  #checkov:skip=CKV_AWS_356:The same.
  for_each = local.services

  statement {
    sid       = "TheAccountByItsOwnPolicies"
    actions   = ["kms:*"] # Without it nobody could ever change the key again.
    resources = ["*"]     # In the policy of a key that is the key.

    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::${var.account_id}:root"]
    }
  }

  dynamic "statement" {
    for_each = each.value

    content {
      sid       = "TheServiceThatUsesIt"
      actions   = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo"]
      resources = ["*"] # In the policy of a key that is the key.

      principals {
        type        = "Service"
        identifiers = [statement.value.name]
      }

      condition {
        test     = statement.value.test
        variable = statement.value.variable
        values   = [statement.value.value]
      }
    }
  }
}
