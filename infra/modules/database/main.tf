# PostgreSQL: documents, pointers, jobs, tokens. It can be made again from the archive; its backups are the faster way.

resource "aws_db_subnet_group" "this" {
  name       = var.name
  subnet_ids = var.subnet_ids
}

resource "aws_db_parameter_group" "this" {
  name_prefix = "${var.name}-"
  family      = "postgres${var.engine_version}"

  parameter {
    name  = "rds.force_ssl"
    value = "1"
  }

  parameter {
    name  = "log_min_duration_statement"
    value = "1000" # Milliseconds: what is slower is worth a line.
  }

  # Jobs of workers that die, and a process that is paused, are told apart by signs of life, not by this.
  parameter {
    name  = "tcp_keepalives_idle"
    value = "60"
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_db_instance" "this" {
  #checkov:skip=CKV_AWS_161:The service logs in by the password that RDS rotates; a second way in would only be one more to guard.
  #checkov:skip=CKV_AWS_157:multi_az is a variable; environments/prod sets it.
  #checkov:skip=CKV_AWS_293:is_disposable alone switches deletion_protection off; environments/prod does not.
  identifier     = var.name
  engine         = "postgres"
  engine_version = var.engine_version
  instance_class = var.instance_class

  db_name  = "bio_mcp"
  username = "bio_mcp"
  port     = 5432

  # RDS makes the password, keeps it in Secrets Manager and rotates it every week. Nobody ever types it; tasks read it again
  # where PostgreSQL refuses the old one.
  manage_master_user_password   = true
  master_user_secret_kms_key_id = var.secrets_key_arn

  storage_type          = "gp3"
  allocated_storage     = var.storage_gb
  max_allocated_storage = 4 * var.storage_gb
  storage_encrypted     = true
  kms_key_id            = var.key_arn

  multi_az               = var.multi_az
  db_subnet_group_name   = aws_db_subnet_group.this.name
  vpc_security_group_ids = [var.security_group_id]
  publicly_accessible    = false
  ca_cert_identifier     = "rds-ca-rsa2048-g1"
  parameter_group_name   = aws_db_parameter_group.this.name

  backup_retention_period    = var.backup_retention_days
  backup_window              = "02:00-03:00"
  maintenance_window         = "sun:03:30-sun:04:30"
  copy_tags_to_snapshot      = true
  auto_minor_version_upgrade = true

  deletion_protection       = !var.is_disposable
  skip_final_snapshot       = var.is_disposable
  final_snapshot_identifier = "${var.name}-last"

  performance_insights_enabled    = true
  performance_insights_kms_key_id = var.key_arn
  enabled_cloudwatch_logs_exports = ["postgresql", "upgrade"]
  monitoring_interval             = 60
  monitoring_role_arn             = aws_iam_role.monitoring.arn

  depends_on = [aws_cloudwatch_log_group.this, aws_iam_role_policy_attachment.monitoring]
}

# RDS would make them itself, without an end and without a key.
resource "aws_cloudwatch_log_group" "this" {
  #checkov:skip=CKV_AWS_338:How long is a variable; environments/prod keeps a year.
  for_each = toset(["postgresql", "upgrade"])

  name              = "/aws/rds/instance/${var.name}/${each.value}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.logs_key_arn
}

resource "aws_iam_role" "monitoring" {
  name                 = "${var.name}-database-monitoring"
  assume_role_policy   = data.aws_iam_policy_document.monitoring_trust.json
  permissions_boundary = var.boundary_arn
}

data "aws_iam_policy_document" "monitoring_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["monitoring.rds.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [var.account_id]
    }
  }
}

resource "aws_iam_role_policy_attachment" "monitoring" {
  role       = aws_iam_role.monitoring.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole"
}
