# One role a task, and one by which ECS starts them. Each may do what its process asks for, on what it asks it of; the remedies of
# src/aws/s3-failure.ts and src/queue/sqs-remedy.ts name the same actions.

# S3 deletes nothing for anybody: see docs/operations.md, "An archive on S3".
locals {
  archive_objects = "${var.archive_arn}/${var.archive_prefix}/*"

  # By role: the three processes, and ECS itself.
  policies = {
    api       = data.aws_iam_policy_document.api.json
    worker    = data.aws_iam_policy_document.worker.json
    migrate   = data.aws_iam_policy_document.migrate.json
    execution = data.aws_iam_policy_document.execution.json
  }
}

data "aws_iam_policy_document" "task_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["ecs-tasks.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [var.account_id]
    }

    condition {
      test     = "ArnLike"
      variable = "aws:SourceArn"
      values   = ["arn:aws:ecs:${var.region}:${var.account_id}:*"] # A task's id is new each time.
    }
  }
}

resource "aws_iam_role" "this" {
  for_each = local.policies

  name                 = "${var.name}-${each.key}"
  assume_role_policy   = data.aws_iam_policy_document.task_trust.json
  permissions_boundary = var.boundary_arn
}

resource "aws_iam_role_policy" "this" {
  for_each = local.policies

  name   = each.key
  role   = aws_iam_role.this[each.key].id
  policy = each.value
}

# The API answers from the corpus, archives what `pubmed.get` brings, and tells the queue of jobs. It receives none.
data "aws_iam_policy_document" "api" {
  source_policy_documents = [
    data.aws_iam_policy_document.archive.json,
    data.aws_iam_policy_document.login.json,
    data.aws_iam_policy_document.messages.json,
  ]

  statement {
    sid       = "TellOfJobs"
    actions   = ["sqs:GetQueueAttributes", "sqs:SendMessage"]
    resources = [var.jobs_arn, var.dead_letters_arn]
  }
}

# Workers receive messages, and read the buckets that `pubmed.load` may name.
data "aws_iam_policy_document" "worker" {
  source_policy_documents = [
    data.aws_iam_policy_document.archive.json,
    data.aws_iam_policy_document.login.json,
    data.aws_iam_policy_document.messages.json,
  ]

  statement {
    sid       = "ReceiveJobs"
    actions   = ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage", "sqs:SendMessage"]
    resources = [var.jobs_arn]
  }

  statement {
    sid       = "BuryJobs"
    actions   = ["sqs:GetQueueAttributes", "sqs:SendMessage"]
    resources = [var.dead_letters_arn]
  }

  dynamic "statement" {
    for_each = var.load_buckets

    content {
      sid       = "Load${index(tolist(var.load_buckets), statement.value)}"
      actions   = ["s3:GetObject", "s3:ListBucket"]
      resources = ["arn:aws:s3:::${statement.value}", "arn:aws:s3:::${statement.value}/*"] # Files to load have any name.
    }
  }
}

# A migration makes tables and a collection, and looks whether the archive already tells of a corpus.
data "aws_iam_policy_document" "migrate" {
  source_policy_documents = [data.aws_iam_policy_document.archive.json, data.aws_iam_policy_document.login.json]
}

# What every process does with the archive.
data "aws_iam_policy_document" "archive" {
  statement {
    sid       = "Archive"
    actions   = ["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"]
    resources = [local.archive_objects]
  }

  statement {
    sid       = "ListTheArchive"
    actions   = ["s3:ListBucket", "s3:ListBucketVersions"]
    resources = [var.archive_arn]

    # IfExists: a GET of what is not there names no prefix, and S3 answers it with 404 only to who may list.
    condition {
      test     = "StringLikeIfExists"
      variable = "s3:prefix"
      values   = ["${var.archive_prefix}/*"] # Keys below the prefix are what the archive is made of.
    }
  }

  statement {
    sid       = "KnowTheBucket"
    actions   = ["s3:GetBucketVersioning"]
    resources = [var.archive_arn]
  }

  statement {
    sid       = "EncryptTheArchive"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = [var.archive_key_arn]

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["s3.${var.region}.amazonaws.com"]
    }
  }
}

# Who sends or receives messages: SQS asks for the key in their name.
data "aws_iam_policy_document" "messages" {
  statement {
    sid       = "EncryptMessages"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = [var.queue_key_arn]

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["sqs.${var.region}.amazonaws.com"]
    }
  }
}

# The process itself reads the database's login, so that it can read it again once RDS has rotated it.
data "aws_iam_policy_document" "login" {
  statement {
    sid       = "ReadTheLogin"
    actions   = ["secretsmanager:GetSecretValue"]
    resources = [var.database_secret_arn]
  }

  statement {
    sid       = "DecryptTheLogin"
    actions   = ["kms:Decrypt"]
    resources = [var.secrets_key_arn]

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["secretsmanager.${var.region}.amazonaws.com"]
    }
  }
}

# ECS itself: the image, the lines, and the keys that it gives to containers at their start.
data "aws_iam_policy_document" "execution" {
  statement {
    sid       = "SignInToTheRegistry"
    actions   = ["ecr:GetAuthorizationToken"]
    resources = ["*"] # The action knows no resource.
  }

  statement {
    sid       = "PullTheImage"
    actions   = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
    resources = [var.repository_arn]
  }

  statement {
    sid       = "WriteLines"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = [for arn in var.log_group_arns : "${arn}:*"] # A stream is named by its task.
  }

  dynamic "statement" {
    for_each = length(var.container_secret_arns) == 0 ? [] : [var.container_secret_arns]

    content {
      sid       = "ReadKeys"
      actions   = ["secretsmanager:GetSecretValue"]
      resources = statement.value
    }
  }

  statement {
    sid       = "DecryptKeys"
    actions   = ["kms:Decrypt"]
    resources = [var.secrets_key_arn]

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["secretsmanager.${var.region}.amazonaws.com"]
    }
  }
}
