# Every PubMed record byte for byte, in every version that there ever was. Nothing here may expire: the versions are the history.

resource "aws_s3_bucket" "this" {
  #checkov:skip=CKV_AWS_144:A copy in another region or account is a choice of cost; infra/README.md says how (bio-mcp archive copy, or replication).
  #checkov:skip=CKV2_AWS_62:Nothing waits for an object; jobs are told by SQS.
  bucket = "${var.name}-archive-${var.account_id}"

  # A destroy is refused while there is anything in it, but where the whole installation is disposable.
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
    bucket_key_enabled = true # One request to KMS for many objects, instead of one each.

    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = var.key_arn
    }
  }
}

resource "aws_s3_bucket_logging" "this" {
  bucket        = aws_s3_bucket.this.id
  target_bucket = var.access_log_bucket
  target_prefix = "archive/"
}

resource "aws_s3_bucket_lifecycle_configuration" "this" {
  bucket = aws_s3_bucket.this.id

  # S3's own rule, said aloud: what is smaller than 128 KB stays where it is. GLACIER_IR bills each object as 128 KB at least
  # and each move by the piece, so that a record of some kilobytes, which most are, would cost more there than here.
  transition_default_minimum_object_size = "all_storage_classes_128K"

  # GLACIER_IR answers a GET at once: no other class of Glacier may stand here, or a reindex could not read the archive.
  rule {
    id     = "raw-becomes-cold"
    status = "Enabled"

    filter {
      prefix = "${var.prefix}/raw/"
    }

    transition {
      days          = var.raw_transition_days
      storage_class = "GLACIER_IR"
    }

    noncurrent_version_transition {
      noncurrent_days = var.raw_transition_days
      storage_class   = "GLACIER_IR"
    }
  }

  rule {
    id     = "incomplete-uploads-end"
    status = "Enabled"

    filter {}

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

  # bio-mcp says both headers with each PUT, by BIO_MCP_S3_KMS_KEY_ID. Who says neither is refused, though the bucket would
  # encrypt by default: so a process with a wrong setting is seen at once.
  statement {
    sid       = "NoPutWithoutKms"
    effect    = "Deny"
    actions   = ["s3:PutObject"]
    resources = ["${aws_s3_bucket.this.arn}/*"] # A denial takes all.

    principals {
      type        = "*"
      identifiers = ["*"] # The same.
    }

    condition {
      test     = "StringNotEquals"
      variable = "s3:x-amz-server-side-encryption"
      values   = ["aws:kms"]
    }
  }

  statement {
    sid       = "NoPutByAnotherKey"
    effect    = "Deny"
    actions   = ["s3:PutObject"]
    resources = ["${aws_s3_bucket.this.arn}/*"] # A denial takes all.

    principals {
      type        = "*"
      identifiers = ["*"] # The same.
    }

    condition {
      test     = "StringNotEquals"
      variable = "s3:x-amz-server-side-encryption-aws-kms-key-id"
      values   = [var.key_arn]
    }
  }
}
