# The migration of each release, run to its end before any of its tasks starts: the services get their task definitions from here.
# Where it fails, the apply ends here and the former release goes on. It needs the AWS command line on the machine that applies.

locals {
  command = join(" ", [
    "${path.module}/../../run-task.sh",
    "--region ${var.region}",
    "--cluster ${var.cluster_name}",
    "--task-definition ${var.task_definition_arn}",
    "--subnets ${join(",", var.subnet_ids)}",
    "--security-group ${var.security_group_id}",
    "--log-group ${var.log_group}",
    "--attempts 5", # An index that was made a minute ago is still starting.
  ])
}

resource "terraform_data" "migrated" {
  # A new revision is a new image, or other settings.
  triggers_replace = [var.task_definition_arn]

  provisioner "local-exec" {
    command = local.command
  }
}
