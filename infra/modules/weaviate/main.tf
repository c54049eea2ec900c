# Weaviate on a machine of its own, for who has none elsewhere. Its makers advise against network file systems, so that it is no task
# of Fargate with EFS but a machine with a disk. Nothing on the disk is precious: `bio-mcp reindex` fills it again from the archive.

data "aws_ssm_parameter" "image" {
  name = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"
}

resource "aws_instance" "this" {
  #checkov:skip=CKV_AWS_126:Memory, which is what it runs out of, is told by Weaviate, not by detailed monitoring.
  ami                    = data.aws_ssm_parameter.image.insecure_value
  instance_type          = var.instance_type
  subnet_id              = var.subnet_id
  vpc_security_group_ids = [var.security_group_id]
  iam_instance_profile   = aws_iam_instance_profile.this.name
  ebs_optimized          = true

  user_data = templatefile("${path.module}/start.sh.tftpl", {
    region     = var.region
    image      = var.image
    secret_arn = var.api_key_arn
  })
  user_data_replace_on_change = true

  root_block_device {
    volume_type = "gp3"
    volume_size = 20
    encrypted   = true
    kms_key_id  = var.key_arn
  }

  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }

  tags = { Name = "${var.name}-weaviate" }

  lifecycle {
    ignore_changes = [ami] # A newer one is taken when the machine is made again, not in the middle of a deployment.
  }
}

resource "aws_ebs_volume" "data" {
  availability_zone = var.availability_zone # Not the machine's: its disk would go with each new one.
  type              = "gp3"
  size              = var.disk_gb
  encrypted         = true
  kms_key_id        = var.key_arn

  tags = { Name = "${var.name}-weaviate" }
}

resource "aws_volume_attachment" "data" {
  device_name                    = "/dev/sdf"
  volume_id                      = aws_ebs_volume.data.id
  instance_id                    = aws_instance.this.id
  stop_instance_before_detaching = true
}

# A name that stays when the machine is made again.
resource "aws_route53_zone" "this" {
  #checkov:skip=CKV2_AWS_38:A private zone cannot be signed.
  #checkov:skip=CKV2_AWS_39:Its questions are asked by our own tasks alone, all for one name.
  name = "${var.name}.internal"

  vpc {
    vpc_id = var.vpc_id
  }
}

resource "aws_route53_record" "this" {
  zone_id = aws_route53_zone.this.zone_id
  name    = "weaviate.${var.name}.internal"
  type    = "A"
  ttl     = 30
  records = [aws_instance.this.private_ip]
}

resource "aws_iam_instance_profile" "this" {
  name = "${var.name}-weaviate"
  role = aws_iam_role.this.name
}

resource "aws_iam_role" "this" {
  name                 = "${var.name}-weaviate"
  assume_role_policy   = data.aws_iam_policy_document.trust.json
  permissions_boundary = var.boundary_arn
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com"]
    }
  }
}

resource "aws_iam_role_policy" "this" {
  name   = "read-its-key"
  role   = aws_iam_role.this.id
  policy = data.aws_iam_policy_document.key.json
}

data "aws_iam_policy_document" "key" {
  statement {
    actions   = ["secretsmanager:GetSecretValue"]
    resources = [var.api_key_arn]
  }

  statement {
    actions   = ["kms:Decrypt"]
    resources = [var.secrets_key_arn]

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["secretsmanager.${var.region}.amazonaws.com"]
    }
  }
}
