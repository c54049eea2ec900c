# Where the image lies. Tags never move: what runs is named by its digest anyway.

resource "aws_ecr_repository" "this" {
  name                 = var.name
  image_tag_mutability = "IMMUTABLE"
  force_delete         = false

  image_scanning_configuration {
    scan_on_push = true
  }

  encryption_configuration {
    encryption_type = "KMS"
    kms_key         = var.key_arn
  }
}

resource "aws_ecr_lifecycle_policy" "this" {
  repository = aws_ecr_repository.this.name
  policy     = jsonencode({ rules = local.rules })
}

locals {
  # By count, not by age: what runs in production may be old.
  rules = [{
    rulePriority = 1
    description  = "The last ${var.kept_images} images stay."
    selection    = { tagStatus = "any", countType = "imageCountMoreThan", countNumber = var.kept_images }
    action       = { type = "expire" }
  }]
}
