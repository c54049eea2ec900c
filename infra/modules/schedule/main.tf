# One schedule a topic, which puts the message of an incremental sync into the queue. Nothing has to run for it meanwhile.

locals {
  # The time that the schedule was due is the same in every delivery of one message, so that it makes one job. jsonencode
  # writes < and > in a way that EventBridge would not know its words by.
  messages = {
    for name, topic in var.topics : name => replace(replace(jsonencode({
      tool            = "pubmed.sync.incremental"
      params          = { term = topic.term }
      idempotency_key = "${name} <aws.scheduler.scheduled-time>"
    }), "\\u003c", "<"), "\\u003e", ">")
  }
}

resource "aws_scheduler_schedule_group" "this" {
  name = var.name
}

resource "aws_scheduler_schedule" "topic" {
  for_each = var.topics

  name                         = each.key
  group_name                   = aws_scheduler_schedule_group.this.name
  description                  = "Brings in what is new of: ${substr(each.value.term, 0, 400)}"
  schedule_expression          = each.value.schedule
  schedule_expression_timezone = "UTC"
  kms_key_arn                  = var.key_arn

  # NCBI asks for quiet hours rather than for a second; a spread keeps topics from starting at once.
  flexible_time_window {
    mode                      = "FLEXIBLE"
    maximum_window_in_minutes = 15
  }

  target {
    arn      = var.jobs_arn
    role_arn = aws_iam_role.this.arn
    input    = local.messages[each.key]

    retry_policy {
      maximum_event_age_in_seconds = 3600
      maximum_retry_attempts       = 30
    }

    dead_letter_config {
      arn = aws_sqs_queue.dead_letters.arn
    }
  }
}

# What could not even be put into the queue of jobs.
resource "aws_sqs_queue" "dead_letters" {
  name                              = "${var.name}-schedule-dead-letters"
  message_retention_seconds         = 1209600
  kms_master_key_id                 = var.key_arn
  kms_data_key_reuse_period_seconds = 300
}

resource "aws_sqs_queue_policy" "dead_letters" {
  queue_url = aws_sqs_queue.dead_letters.id
  policy    = data.aws_iam_policy_document.tls_only.json
}

data "aws_iam_policy_document" "tls_only" {
  statement {
    sid       = "NothingWithoutTls"
    effect    = "Deny"
    actions   = ["sqs:*"] # A denial takes all.
    resources = [aws_sqs_queue.dead_letters.arn]

    principals {
      type        = "*"
      identifiers = ["*"] # The same.
    }

    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}

resource "aws_iam_role" "this" {
  name                 = "${var.name}-schedule"
  assume_role_policy   = data.aws_iam_policy_document.trust.json
  permissions_boundary = var.boundary_arn
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["scheduler.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [var.account_id]
    }

    condition {
      test     = "ArnEquals"
      variable = "aws:SourceArn"
      values   = [aws_scheduler_schedule_group.this.arn]
    }
  }
}

resource "aws_iam_role_policy" "this" {
  name   = "send"
  role   = aws_iam_role.this.id
  policy = data.aws_iam_policy_document.send.json
}

data "aws_iam_policy_document" "send" {
  statement {
    actions   = ["sqs:SendMessage"]
    resources = [var.jobs_arn, aws_sqs_queue.dead_letters.arn]
  }

  # Of the messages, and of what the schedules themselves hold.
  statement {
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = [var.key_arn]
  }
}
