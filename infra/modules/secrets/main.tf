# Keys that people make, such as that of NCBI: Terraform makes the place, a person puts the value there (infra/README.md), and
# ECS gives it to the containers. No value is ever in a variable, a plan or a state.

resource "aws_secretsmanager_secret" "this" {
  #checkov:skip=CKV2_AWS_57:NCBI, Weaviate and OpenAI issue their keys to people; there is nothing that AWS could call to make another.
  for_each = var.settings

  name                    = "${var.name}/${each.value}"
  description             = "The setting ${each.value} of ${var.name}."
  kms_key_id              = var.key_arn
  recovery_window_in_days = var.is_disposable ? 0 : 30
}
