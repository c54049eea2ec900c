# What the workflows of one environment may do, without any key that lasts: GitHub signs who asks, and AWS believes it for exactly one
# repository and one of its environments. Reviewers of that environment are set at GitHub.

locals {
  # By role: the environment of GitHub in whose name it may be taken.
  environments = {
    plan  = "${var.environment}-plan"
    apply = var.environment
  }
}

data "aws_iam_policy_document" "trust" {
  for_each = local.environments

  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]

    principals {
      type        = "Federated"
      identifiers = [var.oidc_provider_arn]
    }

    condition {
      test     = "StringEquals"
      variable = "token.actions.githubusercontent.com:aud"
      values   = ["sts.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "token.actions.githubusercontent.com:sub"
      values   = ["repo:${var.repository}:environment:${each.value}"]
    }
  }
}

resource "aws_iam_role" "this" {
  for_each = local.environments

  name                 = "bio-mcp-${var.environment}-${each.key}"
  assume_role_policy   = data.aws_iam_policy_document.trust[each.key].json
  max_session_duration = 7200 # A deployment with both of its bake times takes more than the hour there is by default.
}

# A plan reads what there is. ReadOnlyAccess reads no secret's value and no object of the archive below.
resource "aws_iam_role_policy_attachment" "plan_reads" {
  #checkov:skip=CKV_AWS_274:No AdministratorAccess is attached.
  role       = aws_iam_role.this["plan"].name
  policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
}

resource "aws_iam_role_policy" "plan" {
  name   = "state-and-nothing-of-the-corpus"
  role   = aws_iam_role.this["plan"].id
  policy = data.aws_iam_policy_document.plan.json
}

data "aws_iam_policy_document" "plan" {
  source_policy_documents = [data.aws_iam_policy_document.state.json]

  statement {
    sid       = "NothingOfTheCorpus"
    effect    = "Deny"
    actions   = ["s3:GetObject", "s3:GetObjectVersion"]
    resources = ["arn:aws:s3:::bio-mcp-${var.environment}-archive-${var.account_id}/*"] # A denial takes all.
  }

  statement {
    sid       = "NoMessages"
    effect    = "Deny"
    actions   = ["sqs:ReceiveMessage"]
    resources = ["arn:aws:sqs:${var.region}:${var.account_id}:bio-mcp-${var.environment}-*"] # A denial takes all.
  }
}

# The state, and its lock, which is a file beside it.
data "aws_iam_policy_document" "state" {
  statement {
    sid       = "FindTheState"
    actions   = ["s3:ListBucket"]
    resources = ["arn:aws:s3:::${var.state_bucket}"]
  }

  statement {
    sid       = "ReadTheState"
    actions   = ["s3:GetObject"]
    resources = ["arn:aws:s3:::${var.state_bucket}/${var.environment}/terraform.tfstate"]
  }

  statement {
    sid       = "LockTheState"
    actions   = ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
    resources = ["arn:aws:s3:::${var.state_bucket}/${var.environment}/terraform.tfstate.tflock"]
  }
}

# An apply makes and changes everything of the installation. What it must not is to give itself or others more: roles and their
# policies only below this name, users and keys not at all.
resource "aws_iam_role_policy_attachment" "apply_changes" {
  role       = aws_iam_role.this["apply"].name
  policy_arn = "arn:aws:iam::aws:policy/PowerUserAccess"
}

resource "aws_iam_role_policy" "apply" {
  name   = "state-image-and-roles"
  role   = aws_iam_role.this["apply"].id
  policy = data.aws_iam_policy_document.apply.json
}

data "aws_iam_policy_document" "apply" {
  #checkov:skip=CKV_AWS_109:It makes the roles of the installation; which ones is narrowed by their name, and they may be given to the services below alone.
  #checkov:skip=CKV_AWS_111:The same.
  source_policy_documents = [data.aws_iam_policy_document.state.json]

  statement {
    sid       = "WriteTheState"
    actions   = ["s3:PutObject"]
    resources = ["arn:aws:s3:::${var.state_bucket}/${var.environment}/terraform.tfstate"]
  }

  statement {
    sid = "RolesOfTheInstallation"
    actions = [
      "iam:AddRoleToInstanceProfile", "iam:AttachRolePolicy", "iam:CreateInstanceProfile", "iam:CreateRole",
      "iam:DeleteInstanceProfile", "iam:DeleteRole", "iam:DeleteRolePolicy", "iam:DetachRolePolicy", "iam:GetInstanceProfile",
      "iam:GetRole", "iam:GetRolePolicy", "iam:ListAttachedRolePolicies", "iam:ListInstanceProfilesForRole",
      "iam:ListRolePolicies", "iam:PutRolePolicy", "iam:RemoveRoleFromInstanceProfile", "iam:TagInstanceProfile", "iam:TagRole",
      "iam:UpdateAssumeRolePolicy",
    ]
    resources = [
      "arn:aws:iam::${var.account_id}:role/bio-mcp-${var.environment}-*",             # One a task and service, all of this name.
      "arn:aws:iam::${var.account_id}:instance-profile/bio-mcp-${var.environment}-*", # The same.
    ]
  }

  statement {
    sid       = "GiveThemToServices"
    actions   = ["iam:PassRole"]
    resources = ["arn:aws:iam::${var.account_id}:role/bio-mcp-${var.environment}-*"] # One a task and service, all of this name.

    condition {
      test     = "StringEquals"
      variable = "iam:PassedToService"
      values = [
        "ec2.amazonaws.com", "ecs-tasks.amazonaws.com", "ecs.amazonaws.com", "monitoring.rds.amazonaws.com",
        "scheduler.amazonaws.com", "vpc-flow-logs.amazonaws.com",
      ]
    }
  }

  # The two roles of the workflows have the same name in front; nobody who takes one may widen it.
  statement {
    sid    = "ButNotItsOwn"
    effect = "Deny"
    actions = [
      "iam:AttachRolePolicy", "iam:DeleteRole", "iam:DeleteRolePolicy", "iam:DetachRolePolicy", "iam:PassRole", "iam:PutRolePolicy",
      "iam:UpdateAssumeRolePolicy",
    ]
    resources = [for role in aws_iam_role.this : role.arn]
  }
}
