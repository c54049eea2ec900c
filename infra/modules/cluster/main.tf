# Where tasks run, and where their lines go.

resource "aws_ecs_cluster" "this" {
  name = var.name

  # How many tasks a service wants, which the scaling of the workers reads.
  setting {
    name  = "containerInsights"
    value = "enabled"
  }

  # ECS would make that group itself, without an end and without a key.
  depends_on = [aws_cloudwatch_log_group.insights]
}

resource "aws_ecs_cluster_capacity_providers" "this" {
  cluster_name       = aws_ecs_cluster.this.name
  capacity_providers = ["FARGATE", "FARGATE_SPOT"]
}

# Lines, and once a minute the metrics (EMF), of which CloudWatch makes metrics as they arrive.
resource "aws_cloudwatch_log_group" "this" {
  #checkov:skip=CKV_AWS_338:How long is a variable; environments/prod keeps a year.
  for_each = toset(["api", "worker", "migrate"])

  name              = "/bio-mcp/${var.name}/${each.value}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.logs_key_arn
}

resource "aws_cloudwatch_log_group" "insights" {
  #checkov:skip=CKV_AWS_338:How long is a variable; environments/prod keeps a year.
  name              = "/aws/ecs/containerinsights/${var.name}/performance"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.logs_key_arn
}
