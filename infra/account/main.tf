# What an account has once, before its environment: the key and the place of images, GitHub as somebody to believe, and the roles of
# the workflows. The bucket of the state is made by hand before this (infra/README.md), since this itself keeps its state there.

resource "aws_kms_key" "images" {
  description             = "bio-mcp: images"
  enable_key_rotation     = true
  deletion_window_in_days = 30
  policy                  = data.aws_iam_policy_document.images.json
}

data "aws_iam_policy_document" "images" {
  #checkov:skip=CKV_AWS_109:A key policy; "*" is the key itself, and the account is who must be able to manage it.
  #checkov:skip=CKV_AWS_111:The same.
  #checkov:skip=CKV_AWS_356:The same.
  statement {
    sid       = "TheAccountByItsOwnPolicies"
    actions   = ["kms:*"] # Without it nobody could ever change the key again.
    resources = ["*"]     # In the policy of a key that is the key.

    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::${var.account_id}:root"]
    }
  }
}

module "image_registry" {
  source = "../modules/image-registry"

  name        = "bio-mcp"
  key_arn     = aws_kms_key.images.arn
  kept_images = 50
}

# AWS checks GitHub's certificate by its own list of authorities, so that no thumbprint has to be kept up to date.
resource "aws_iam_openid_connect_provider" "github" {
  url            = "https://token.actions.githubusercontent.com"
  client_id_list = ["sts.amazonaws.com"]
}

module "ci_roles" {
  source = "../modules/ci-roles"

  environment       = var.environment
  account_id        = var.account_id
  region            = var.region
  repository        = var.repository
  oidc_provider_arn = aws_iam_openid_connect_provider.github.arn
  state_bucket      = "bio-mcp-terraform-${var.account_id}"
}
