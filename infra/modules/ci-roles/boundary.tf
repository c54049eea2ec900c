# The most that a role of the environment may do, whatever policy an apply gives it: records, queues, keys, secrets, lines and the
# load balancer of this one installation. Nothing of it makes or takes a role. It grants nothing by itself.

locals {
  name        = "bio-mcp-${var.environment}"
  archive_arn = "arn:aws:s3:::${local.name}-archive-${var.account_id}"
}

resource "aws_iam_policy" "boundary" {
  name        = "${local.name}-boundary"
  description = "The most that a role of ${local.name} may do."
  policy      = data.aws_iam_policy_document.boundary.json
}

data "aws_iam_policy_document" "boundary" {
  #checkov:skip=CKV_AWS_108:It grants nothing; which buckets are loaded from is said by the environment.
  #checkov:skip=CKV_AWS_111:It grants nothing; what a role may do is said by its own policy.
  #checkov:skip=CKV_AWS_356:The same.
  statement {
    sid       = "RecordsToLoad"
    actions   = ["s3:GetObject", "s3:ListBucket"]
    resources = ["*"] # load_buckets of the environment names them, and the policy of the worker follows it.
  }

  statement {
    sid       = "TheArchive"
    actions   = ["s3:GetBucketVersioning", "s3:GetObjectVersion", "s3:ListBucketVersions", "s3:PutObject"]
    resources = [local.archive_arn, "${local.archive_arn}/*"] # The prefix is said by the environment.
  }

  statement {
    sid       = "TheQueues"
    actions   = ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage", "sqs:SendMessage"]
    resources = ["arn:aws:sqs:${var.region}:${var.account_id}:${local.name}-*"] # Jobs, and both of the dead letters.
  }

  statement {
    sid       = "TheKeys"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = ["arn:aws:kms:${var.region}:${var.account_id}:key/*"] # A key's id is known once it is made.
  }

  statement {
    sid     = "TheSecrets"
    actions = ["secretsmanager:GetSecretValue"]
    resources = [
      "arn:aws:secretsmanager:${var.region}:${var.account_id}:secret:${local.name}/*", # One a setting.
      "arn:aws:secretsmanager:${var.region}:${var.account_id}:secret:rds!db-*",        # RDS names the one it makes.
    ]
  }

  statement {
    sid       = "SignInToTheRegistry"
    actions   = ["ecr:GetAuthorizationToken"]
    resources = ["*"] # The action knows no resource.
  }

  statement {
    sid       = "TheImage"
    actions   = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
    resources = ["arn:aws:ecr:${var.region}:${var.account_id}:repository/bio-mcp"]
  }

  statement {
    sid       = "Lines"
    actions   = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
    resources = ["arn:aws:logs:${var.region}:${var.account_id}:log-group:/bio-mcp/${local.name}/*"] # One a process, and their streams.
  }

  # As AmazonRDSEnhancedMonitoringRole says it: RDS makes its group where there is none.
  statement {
    sid = "LinesOfTheDatabase"
    actions = [
      "logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:GetLogEvents", "logs:PutLogEvents",
      "logs:PutRetentionPolicy",
    ]
    resources = ["arn:aws:logs:${var.region}:${var.account_id}:log-group:RDS*"] # The group, and its streams.
  }

  # AmazonECSInfrastructureRolePolicyForLoadBalancers says more with the years; none of it leads out of load balancers.
  statement {
    sid       = "ShiftTraffic"
    actions   = ["elasticloadbalancing:*"] # As said above.
    resources = ["*"]                      # What only describes knows no resource.
  }

  # A state knows of everything.
  statement {
    sid       = "NoState"
    effect    = "Deny"
    actions   = ["s3:*"]                                                                   # A denial takes all.
    resources = ["arn:aws:s3:::${var.state_bucket}", "arn:aws:s3:::${var.state_bucket}/*"] # The same.
  }
}
