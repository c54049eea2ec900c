# Who asked the load balancer, and who read the archive's bucket. The load balancer can write to a bucket with S3's own key alone.

resource "aws_s3_bucket" "this" {
  #checkov:skip=CKV_AWS_145:Elastic Load Balancing writes its logs to no bucket that is encrypted by a key of ours.
  #checkov:skip=CKV_AWS_18:It holds the logs; its own would grow by themselves.
  #checkov:skip=CKV_AWS_144:Logs of some weeks are not worth a copy in another region.
  #checkov:skip=CKV2_AWS_62:Nobody waits for a log file.
  bucket = "${var.name}-access-logs-${var.account_id}"

  force_destroy = var.is_disposable
}

resource "aws_s3_bucket_ownership_controls" "this" {
  bucket = aws_s3_bucket.this.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_public_access_block" "this" {
  bucket = aws_s3_bucket.this.id

  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_versioning" "this" {
  bucket = aws_s3_bucket.this.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "this" {
  bucket = aws_s3_bucket.this.id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "this" {
  bucket = aws_s3_bucket.this.id

  rule {
    id     = "logs-end"
    status = "Enabled"

    filter {}

    expiration {
      days = var.log_retention_days
    }

    noncurrent_version_expiration {
      noncurrent_days = 7
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }

  depends_on = [aws_s3_bucket_versioning.this]
}

resource "aws_s3_bucket_policy" "this" {
  bucket = aws_s3_bucket.this.id
  policy = data.aws_iam_policy_document.this.json

  depends_on = [aws_s3_bucket_public_access_block.this]
}

data "aws_iam_policy_document" "this" {
  statement {
    sid       = "TheLoadBalancerWrites"
    actions   = ["s3:PutObject"]
    resources = ["${aws_s3_bucket.this.arn}/load-balancer/AWSLogs/${var.account_id}/*"] # Files are named by date and node.

    principals {
      type        = "Service"
      identifiers = ["logdelivery.elasticloadbalancing.amazonaws.com"]
    }

    condition {
      test     = "ArnLike"
      variable = "aws:SourceArn"
      values   = ["arn:aws:elasticloadbalancing:${var.region}:${var.account_id}:loadbalancer/app/${var.name}/*"] # Its id is known only later.
    }
  }

  statement {
    sid       = "S3WritesWhoReadTheArchive"
    actions   = ["s3:PutObject"]
    resources = ["${aws_s3_bucket.this.arn}/archive/*"] # Files are named by date.

    principals {
      type        = "Service"
      identifiers = ["logging.s3.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [var.account_id]
    }
  }

  statement {
    sid       = "NothingWithoutTls"
    effect    = "Deny"
    actions   = ["s3:*"]                                                # A denial takes all.
    resources = [aws_s3_bucket.this.arn, "${aws_s3_bucket.this.arn}/*"] # The same.

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
