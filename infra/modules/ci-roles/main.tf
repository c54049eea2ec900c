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

  name                 = "${local.name}-${each.key}"
  assume_role_policy   = data.aws_iam_policy_document.trust[each.key].json
  max_session_duration = 7200 # A deployment with both of its bake times takes more than the hour there is by default.
}

# A plan reads what there is.
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
  source_policy_documents = [data.aws_iam_policy_document.state.json, data.aws_iam_policy_document.blind.json]
}

# Terraform makes what holds records, messages and secrets, and looks into none of it.
data "aws_iam_policy_document" "blind" {
  statement {
    sid       = "NothingOfTheCorpus"
    effect    = "Deny"
    actions   = ["s3:GetObject", "s3:GetObjectVersion"]
    resources = ["${local.archive_arn}/*"] # A denial takes all.
  }

  statement {
    sid       = "NoMessages"
    effect    = "Deny"
    actions   = ["sqs:ReceiveMessage"]
    resources = ["arn:aws:sqs:${var.region}:${var.account_id}:${local.name}-*"] # A denial takes all.
  }

  statement {
    sid       = "NoSecrets"
    effect    = "Deny"
    actions   = ["secretsmanager:BatchGetSecretValue", "secretsmanager:GetSecretValue"]
    resources = ["*"] # A denial takes all.
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

# An apply makes and changes everything of the installation. What it must not is to give itself or others more: roles only below this
# name and within the boundary, users and keys not at all.
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
  #checkov:skip=CKV_AWS_109:It makes the roles of the installation; which ones is narrowed by their name and their boundary, and they may be given to the services below alone.
  #checkov:skip=CKV_AWS_111:The same.
  source_policy_documents = [data.aws_iam_policy_document.state.json, data.aws_iam_policy_document.blind.json]

  statement {
    sid       = "WriteTheState"
    actions   = ["s3:PutObject"]
    resources = ["arn:aws:s3:::${var.state_bucket}/${var.environment}/terraform.tfstate"]
  }

  # All that decides what a role may do. IAM takes the condition for these actions, and for no other of a role.
  statement {
    sid = "RolesWithinTheBoundary"
    actions = [
      "iam:AttachRolePolicy", "iam:CreateRole", "iam:DeleteRolePolicy", "iam:DetachRolePolicy", "iam:PutRolePermissionsBoundary",
      "iam:PutRolePolicy",
    ]
    resources = ["arn:aws:iam::${var.account_id}:role/${local.name}-*"] # One a task and service, all of this name.

    condition {
      test     = "StringEquals"
      variable = "iam:PermissionsBoundary"
      values   = [aws_iam_policy.boundary.arn]
    }
  }

  # The rest gives a role nothing that its boundary does not.
  statement {
    sid = "WhoTakesThem"
    actions = [
      "iam:AddRoleToInstanceProfile", "iam:CreateInstanceProfile", "iam:DeleteInstanceProfile", "iam:DeleteRole",
      "iam:GetInstanceProfile", "iam:GetRole", "iam:GetRolePolicy", "iam:ListAttachedRolePolicies",
      "iam:ListInstanceProfilesForRole", "iam:ListRolePolicies", "iam:RemoveRoleFromInstanceProfile", "iam:TagInstanceProfile",
      "iam:TagRole", "iam:UntagInstanceProfile", "iam:UntagRole", "iam:UpdateAssumeRolePolicy",
    ]
    resources = [
      "arn:aws:iam::${var.account_id}:role/${local.name}-*",             # As above.
      "arn:aws:iam::${var.account_id}:instance-profile/${local.name}-*", # The same.
    ]
  }

  statement {
    sid       = "GiveThemToServices"
    actions   = ["iam:PassRole"]
    resources = ["arn:aws:iam::${var.account_id}:role/${local.name}-*"] # As above.

    condition {
      test     = "StringEquals"
      variable = "iam:PassedToService"
      values = [
        "ec2.amazonaws.com", "ecs-tasks.amazonaws.com", "ecs.amazonaws.com", "monitoring.rds.amazonaws.com",
        "scheduler.amazonaws.com", "vpc-flow-logs.amazonaws.com",
      ]
    }
  }

  # The two roles of the workflows have the same name in front. Who may change one of these may do anything.
  statement {
    sid       = "NotWhatHoldsIt"
    effect    = "Deny"
    actions   = ["iam:*"] # A denial takes all.
    resources = concat([for role in aws_iam_role.this : role.arn], [aws_iam_policy.boundary.arn, var.oidc_provider_arn])
  }

  # A role that trusts the whole account may do more than this one; and who has a boundary keeps it.
  statement {
    sid       = "BeNobodyElse"
    effect    = "Deny"
    actions   = ["iam:DeleteRolePermissionsBoundary", "sts:AssumeRole"]
    resources = ["*"] # A denial takes all.
  }

  # A person who applies infra/account believes what stands there.
  statement {
    sid       = "NotTheStateOfTheAccount"
    effect    = "Deny"
    actions   = ["s3:*"]                                       # A denial takes all.
    resources = ["arn:aws:s3:::${var.state_bucket}/account/*"] # The same.
  }
}
