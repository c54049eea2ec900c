# Whom alarms tell, and what the services of AWS say by themselves. The alarms of alerts.ts are in alarms.tf.json.

locals {
  # As the service writes a query into its metrics: white space collapsed, its first 100 characters, in the quotes of a filter.
  topic_terms = {
    for name, topic in var.topics :
    name => "\"${replace(replace(substr(replace(trimspace(topic.term), "/\\s+/", " "), 0, 100), "\\", "\\\\"), "\"", "\\\"")}\""
  }
}

# `critical` wakes somebody; `warning` waits for the morning.
resource "aws_sns_topic" "this" {
  for_each = toset(["critical", "warning"])

  name              = "${var.name}-${each.key}"
  kms_master_key_id = var.notices_key_arn
}

resource "aws_sns_topic_policy" "this" {
  for_each = aws_sns_topic.this

  arn    = each.value.arn
  policy = data.aws_iam_policy_document.publish[each.key].json
}

data "aws_iam_policy_document" "publish" {
  for_each = aws_sns_topic.this

  statement {
    sid       = "AlarmsOfThisAccount"
    actions   = ["sns:Publish"]
    resources = [each.value.arn]

    principals {
      type        = "Service"
      identifiers = ["cloudwatch.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [var.account_id]
    }
  }
}

resource "aws_sns_topic_subscription" "mail" {
  for_each = var.mail_addresses

  topic_arn = aws_sns_topic.this[each.key].arn
  protocol  = "email"
  endpoint  = each.value
}

resource "aws_cloudwatch_dashboard" "this" {
  dashboard_name = var.name

  dashboard_body = templatefile("${path.module}/dashboard.json.tftpl", {
    region        = var.region
    load_balancer = var.load_balancer_arn_suffix
    queue         = var.queue_name
    cluster       = var.cluster_name
    database      = var.database_identifier
  })
}
