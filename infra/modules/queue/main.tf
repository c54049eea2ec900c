# The messages that wake workers, and what none of them could be made a job of. The rows of the jobs lie in the database.

locals {
  # A message is deleted once the row of its job is claimed, which takes seconds; the job itself is held by its lease in
  # the database, not by this. Two minutes are far above one heartbeat of a lease (10 s).
  visibility_timeout_seconds = 120
  fourteen_days_seconds      = 1209600
}

resource "aws_sqs_queue" "jobs" {
  name                       = "${var.name}-jobs"
  visibility_timeout_seconds = local.visibility_timeout_seconds
  message_retention_seconds  = local.fourteen_days_seconds
  receive_wait_time_seconds  = 20

  kms_master_key_id                 = var.key_arn
  kms_data_key_reuse_period_seconds = 300

  redrive_policy = jsonencode(local.redrive)
}

locals {
  redrive = {
    deadLetterTargetArn = aws_sqs_queue.dead_letters.arn
    maxReceiveCount     = 5
  }
}

resource "aws_sqs_queue" "dead_letters" {
  name                       = "${var.name}-jobs-dead-letters"
  visibility_timeout_seconds = local.visibility_timeout_seconds
  message_retention_seconds  = local.fourteen_days_seconds

  kms_master_key_id                 = var.key_arn
  kms_data_key_reuse_period_seconds = 300
}

resource "aws_sqs_queue_redrive_allow_policy" "dead_letters" {
  queue_url            = aws_sqs_queue.dead_letters.id
  redrive_allow_policy = jsonencode(local.redrive_allow)
}

locals {
  redrive_allow = {
    redrivePermission = "byQueue"
    sourceQueueArns   = [aws_sqs_queue.jobs.arn]
  }
}

resource "aws_sqs_queue_policy" "this" {
  for_each = { jobs = aws_sqs_queue.jobs, dead_letters = aws_sqs_queue.dead_letters }

  queue_url = each.value.id
  policy    = data.aws_iam_policy_document.tls_only[each.key].json
}

data "aws_iam_policy_document" "tls_only" {
  for_each = { jobs = aws_sqs_queue.jobs.arn, dead_letters = aws_sqs_queue.dead_letters.arn }

  statement {
    sid       = "NothingWithoutTls"
    effect    = "Deny"
    actions   = ["sqs:*"] # A denial takes all.
    resources = [each.value]

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
